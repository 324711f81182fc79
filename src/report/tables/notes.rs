//! What a reader must know to judge a table: data, split, seeds, pools, search.

use crate::data::teams::Gap;
use crate::engine::outcome::GridCell;
use crate::report::groups::{seeds, seeds_in_words};

/// What the baseline is.
pub const BASELINE: &str =
    "baseline: popularity, genes ranked by how many training targets they regulate, without looking at expression";

/// The name of the data set; several are joined.
pub fn data_name(cells: &[GridCell]) -> String {
    distinct(
        cells
            .iter()
            .filter_map(|cell| cell.value.dataset())
            .map(|dataset| dataset.name.clone()),
    )
    .join(", ")
}

/// Data, split, seeds and pool size in one line.
pub fn protocol(cells: &[GridCell]) -> String {
    let mut parts = vec![format!("data {}", data_name(cells))];
    parts.extend(split(cells));
    let sizes = distinct(
        cells
            .iter()
            .filter_map(|cell| cell.value.pools())
            .map(|pools| pools.k.to_string()),
    );
    if !sizes.is_empty() {
        parts.push(format!("pools of K = {}", sizes.join(", ")));
    }
    parts.join(", ")
}

/// How targets were split, and the seeds: `stratified split, seeds 42–44`; `None` without any.
pub fn split<'a>(cells: impl IntoIterator<Item = &'a GridCell> + Clone) -> Option<String> {
    let splits = cells.clone().into_iter().filter_map(|cell| cell.value.split());
    let methods = distinct(splits.map(|split| match split.validation {
        true => format!("{} (validation targets)", split.method),
        false => split.method.to_owned(),
    }));
    let methods = (!methods.is_empty()).then(|| format!("{} split", methods.join(", ")));
    let parts: Vec<String> = methods.into_iter().chain(seeds_in_words(&seeds(cells))).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// What the decoder did over all cells, and whether its teams are proved best; `None` before decoding.
pub fn search(cells: &[GridCell]) -> Option<String> {
    let teams: Vec<_> = cells.iter().filter_map(|cell| cell.value.teams()).collect();
    let decoders = distinct(teams.iter().map(|teams| teams.decoder.clone()));
    if decoders.is_empty() {
        return None;
    }
    let scored: u64 = teams.iter().map(|teams| teams.search.scored).sum();
    // Without a proof nothing was excluded: the other sets were just not looked at.
    let proved = || teams.iter().filter(|teams| teams.search.certified);
    let excluded: u64 = proved().map(|teams| teams.search.excluded).sum();
    let certified = proved().count();
    let certificate = match certified {
        all if all == teams.len() => "every team is proved to be the best of all sets".to_owned(),
        0 => "teams are not proved to be the best".to_owned(),
        some => format!("teams are proved to be the best in {some} of {} runs", teams.len()),
    };
    let bound = match excluded {
        0 => String::new(),
        excluded => format!(", {} excluded by a bound", grouped(excluded)),
    };
    let decoder = decoders.join(", ");
    let gap = teams.iter().filter_map(|teams| teams.search.gap).reduce(Gap::and);
    Some(format!(
        "decoder {decoder}: {} sets scored{bound}; {certificate}{}",
        grouped(scored),
        gap.map(compared).unwrap_or_default()
    ))
}

/// What a decoder without a certificate misses.
fn compared(gap: Gap) -> String {
    let agree = format!(
        "; exact decoding gives the same team for {} of {} targets",
        gap.equal, gap.targets
    );
    match gap.equal == gap.targets {
        true => agree,
        false => format!(
            "{agree}, scores fall short by {:.2e} on average, {:.2e} at most",
            gap.mean(),
            gap.largest
        ),
    }
}

/// The distinct items in order of first appearance.
pub fn distinct(items: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut distinct: Vec<String> = Vec::new();
    for item in items {
        if !distinct.contains(&item) {
            distinct.push(item);
        }
    }
    distinct
}

/// A number with a thin gap between groups of three digits, from five digits on.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{compared, grouped, protocol, search};
    use crate::data::teams::Gap;
    use crate::report::fixtures;

    #[test]
    fn digits_are_grouped() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(9999), "9999");
        assert_eq!(grouped(12345), "12\u{a0}345");
        assert_eq!(grouped(1_234_567), "1\u{a0}234\u{a0}567");
    }

    #[test]
    fn says_how_results_came_about() {
        let cells = fixtures::sweep();
        assert_eq!(
            protocol(&cells),
            "data builtin, stratified split, seeds 42–44, pools of K = 30"
        );
        assert_eq!(
            search(&cells).unwrap().replace('\u{a0}', " "),
            "decoder exact: 492 960 sets scored, 2 046 330 excluded by a bound; every team is proved to be the best of \
             all sets"
        );
        assert_eq!(search(&fixtures::pool_sweep()), None);
    }

    #[test]
    fn says_what_is_missing_to_exact_decoding() {
        let gap = |equal, sum| Gap {
            targets: 8,
            equal,
            sum,
            largest: sum,
            scored: 0,
        };
        let all = "; exact decoding gives the same team for 8 of 8 targets";
        assert_eq!(compared(gap(8, 0.0)), all);
        let some = "; exact decoding gives the same team for 7 of 8 targets, scores fall short by 1.00e-2 on average, \
                    8.00e-2 at most";
        assert_eq!(compared(gap(7, 0.08)), some);
    }
}
