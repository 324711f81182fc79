//! The inputs of this session, for `history_request`.

use crate::wire::message::Request;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// This run of the kernel, as history counts sessions; 0 means the present one in requests.
const SESSION: i64 = 1;

/// Inputs that were stored, oldest first.
#[derive(Default)]
pub struct History(Vec<(u32, String)>);

impl History {
    /// Stores an input under its cell number.
    pub fn push(&mut self, count: u32, code: &str) {
        self.0.push((count, code.to_owned()));
    }

    /// The content of a reply. Outputs are not kept; they are `null` where asked for.
    pub fn answer(&self, request: &Request) -> Value {
        let output = request.flag("output", false);
        let entries: Vec<Value> = self
            .select(request)
            .into_iter()
            .map(|(count, code)| match output {
                true => json!([SESSION, count, [code, null]]),
                false => json!([SESSION, count, code]),
            })
            .collect();
        json!({ "status": "ok", "history": entries })
    }

    fn select(&self, request: &Request) -> Vec<&(u32, String)> {
        match request.text("hist_access_type") {
            "range" => self.range(request),
            "search" => self.search(request),
            _ => last(self.0.iter().collect(), request.number("n")),
        }
    }

    /// Cell numbers from `start` up to, not including, `stop`; negative ones count from the end.
    fn range(&self, request: &Request) -> Vec<&(u32, String)> {
        if !matches!(request.number("session").unwrap_or(0), 0 | SESSION) {
            return Vec::new();
        }
        let end = self.0.last().map_or(0, |(count, _)| i64::from(*count)) + 1;
        let from_end = |number: i64| if number < 0 { end.saturating_add(number) } else { number };
        let start = from_end(request.number("start").unwrap_or(0));
        let stop = request.number("stop").map_or(end, from_end);
        let wanted = |entry: &&(u32, String)| (start..stop).contains(&i64::from(entry.0));
        self.0.iter().filter(wanted).collect()
    }

    /// Inputs that match a pattern with `*` and `?`, the last `n` of them.
    fn search(&self, request: &Request) -> Vec<&(u32, String)> {
        let pattern: Vec<char> = match request.text("pattern") {
            "" => vec!['*'],
            pattern => pattern.chars().collect(),
        };
        let mut found: Vec<_> = self.0.iter().filter(|(_, code)| matches(&pattern, code)).collect();
        if request.flag("unique", false) {
            // The last of equal inputs stays.
            let mut seen = BTreeSet::new();
            found.reverse();
            found.retain(|(_, code)| seen.insert(code.as_str()));
            found.reverse();
        }
        last(found, request.number("n"))
    }
}

fn last(mut entries: Vec<&(u32, String)>, count: Option<i64>) -> Vec<&(u32, String)> {
    let count = count.map_or(entries.len(), |count| usize::try_from(count).unwrap_or(0));
    entries.split_off(entries.len().saturating_sub(count))
}

/// Whether the whole text matches: `*` stands for any text, `?` for any character.
fn matches(pattern: &[char], text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let (mut at, mut in_text) = (0, 0);
    // Where the last star stands, and where the text after what it takes begins.
    let mut star = None;
    while in_text < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, in_text));
                at += 1;
            }
            Some(letter) if *letter == '?' || Some(letter) == text.get(in_text) => {
                at += 1;
                in_text += 1;
            }
            _ => {
                let Some((star_at, taken)) = star else { return false };
                star = Some((star_at, taken + 1));
                (at, in_text) = (star_at + 1, taken + 1);
            }
        }
    }
    pattern.iter().skip(at).all(|letter| *letter == '*')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::message::tests::request;

    fn asked(fields: Value) -> Value {
        let mut history = History::default();
        for (index, code) in ["a = 1", "plot a", "a = 1", "teams"].into_iter().enumerate() {
            history.push(index as u32 + 1, code);
        }
        history.answer(&request("history_request", fields))["history"].clone()
    }

    #[test]
    fn tail_gives_the_last_inputs() {
        let tail = asked(json!({"hist_access_type": "tail", "n": 2}));
        assert_eq!(tail, json!([[1, 3, "a = 1"], [1, 4, "teams"]]));
        let tail = asked(json!({"hist_access_type": "tail", "n": 1, "output": true}));
        assert_eq!(tail, json!([[1, 4, ["teams", null]]]));
        assert_eq!(asked(json!({"hist_access_type": "tail", "n": -3})), json!([]));
    }

    #[test]
    fn range_excludes_its_end() {
        let range = asked(json!({"hist_access_type": "range", "session": 0, "start": 2, "stop": 3}));
        assert_eq!(range, json!([[1, 2, "plot a"]]));
        let range = asked(json!({"hist_access_type": "range", "start": -1}));
        assert_eq!(range, json!([[1, 4, "teams"]]));
        assert_eq!(asked(json!({"hist_access_type": "range", "session": 7})), json!([]));
    }

    #[test]
    fn search_matches_whole_inputs() {
        let search = asked(json!({"hist_access_type": "search", "pattern": "*a*", "n": 2}));
        assert_eq!(search, json!([[1, 3, "a = 1"], [1, 4, "teams"]]));
        let search = asked(json!({"hist_access_type": "search", "pattern": "? = ?", "unique": true}));
        assert_eq!(search, json!([[1, 3, "a = 1"]]));
        assert_eq!(asked(json!({"hist_access_type": "search", "pattern": "a"})), json!([]));
    }
}
