//! What stands behind a command's name.

use super::CommandSpec;
use grn::lang::diagnostics::Diagnostic;
use grn::lang::suggest::nearest;
use grn_grammar::span::Span;

/// What a command takes.
pub enum Takes {
    /// Nothing.
    Nothing,
    /// Up to `most` of some words.
    Choice {
        /// The words.
        of: fn() -> Vec<&'static str>,
        /// How many at once.
        most: usize,
    },
    /// One name or more.
    Names,
    /// A file with this ending.
    File(&'static str),
    /// Any words.
    Text,
    /// Code that goes on as a part of the cell.
    Code,
}

impl Takes {
    /// For instance `[auto | cpu | cuda]`.
    pub fn usage(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Choice { of, most: 1 } => format!("[{}]", of().join(" | ")),
            Self::Choice { of, .. } => {
                let words: Vec<String> = of().iter().map(|word| format!("[{word}]")).collect();
                words.join(" ")
            }
            Self::Names => "NAME …".to_owned(),
            Self::File(ending) => format!("FILE{ending}"),
            Self::Text => "[-e] WORD …".to_owned(),
            Self::Code => "[PIPELINE]".to_owned(),
        }
    }

    /// The words that could stand behind the name; none where anything could.
    pub fn words(&self) -> Vec<&'static str> {
        match self {
            Self::Choice { of, .. } => of(),
            _ => Vec::new(),
        }
    }

    /// What is wrong with `words` behind the name of `spec`, which stands at `name`.
    pub fn check(&self, spec: &CommandSpec, words: &[(String, Span)], name: Span) -> Option<Diagnostic> {
        let expected = format!("expected `{}`", spec.usage());
        let wrong = |message: String, place: Span| {
            let message = format!("`{}` {message}", spec.name);
            Some(Diagnostic::error("command-words", message).at(place, expected.as_str()))
        };
        let found = |count: usize| {
            if count == 1 {
                "1 word".to_owned()
            } else {
                format!("{count} words")
            }
        };
        match (self, words) {
            (Self::Text | Self::Code, _) | (Self::Nothing, []) => None,
            (Self::Nothing, [(_, place), ..]) => wrong(format!("stands alone, found {}", found(words.len())), *place),
            (Self::Choice { most, .. }, _) if words.len() > *most => {
                let message = format!("takes at most {}, found {}", found(*most), words.len());
                wrong(message, words.get(*most).map_or(name, |(_, place)| *place))
            }
            (Self::Choice { of, .. }, _) => unknown_word(spec, &of(), words),
            (Self::Names, []) => wrong("needs a name".to_owned(), name),
            (Self::File(_), []) => wrong("needs a file".to_owned(), name),
            (Self::File(ending), [.., (last, place)]) if !last.ends_with(ending) => {
                wrong(format!("writes `{ending}`, found `{last}`"), *place)
            }
            (Self::Names | Self::File(_), _) => None,
        }
    }
}

fn unknown_word(spec: &CommandSpec, known: &[&'static str], words: &[(String, Span)]) -> Option<Diagnostic> {
    let (word, place) = words.iter().find(|(word, _)| !known.contains(&word.as_str()))?;
    let label = nearest(word, known.iter().copied());
    let label = label.map_or_else(String::new, |near| format!("did you mean `{near}`?"));
    let message = format!("`{}` does not know `{word}`, expected `{}`", spec.name, spec.usage());
    Some(Diagnostic::error("command-words", message).at(*place, label))
}
