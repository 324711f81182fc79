//! The checked arguments of a stage: every parameter has a value of its type, in range.

use std::collections::BTreeMap;
use std::fmt;

/// A checked value of a parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Argument {
    /// A whole number.
    Integer(i64),
    /// A finite number.
    Float(f64),
    /// A switch.
    Boolean(bool),
    /// A word, a string or a path; environment variables are expanded.
    Text(String),
    /// A tuple of whole numbers.
    Integers(Vec<i64>),
    /// A value for each team size.
    PerSize(BTreeMap<usize, Argument>),
    /// Not given, and the parameter has no default.
    Absent,
}

impl Argument {
    /// A tuple's members, or a lone whole number as a tuple of one.
    pub fn integers(&self) -> Option<Vec<i64>> {
        match self {
            Self::Integers(values) => Some(values.clone()),
            Self::Integer(value) => Some(vec![*value]),
            _ => None,
        }
    }
}

/// Canonical notation: two equal values print alike, and the parser reads them back.
impl fmt::Display for Argument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(value) => write!(f, "{value}"),
            Self::Float(value) => write!(f, "{value:?}"),
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Text(value) if is_bare_word(value) => f.write_str(value),
            Self::Text(value) => {
                let escaped = value.replace('\\', "\\\\").replace('"', "\\\"");
                write!(f, "\"{escaped}\"")
            }
            Self::Integers(values) => {
                let items: Vec<String> = values.iter().map(i64::to_string).collect();
                let comma = if items.len() == 1 { "," } else { "" };
                write!(f, "({}{comma})", items.join(", "))
            }
            Self::PerSize(values) => {
                let items: Vec<String> = values.iter().map(|(r, v)| format!("{r}: {v}")).collect();
                write!(f, "{{{}}}", items.join(", "))
            }
            Self::Absent => f.write_str("none"),
        }
    }
}

fn is_bare_word(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && characters.all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !matches!(text, "true" | "false")
}

/// The arguments of one stage call, complete: defaults are filled in. Keys are in the catalog's order of names.
///
/// The getters are total: the checker has proved presence and type, so a mismatch is a defect of the stage's own
/// description; they then give the type's zero, and `stages` tests that every stage asks only for what it declares.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Arguments(BTreeMap<&'static str, Argument>);

impl Arguments {
    /// Sets a parameter.
    pub fn insert(&mut self, name: &'static str, value: Argument) {
        self.0.insert(name, value);
    }

    /// The value of a parameter, if it is declared.
    pub fn get(&self, name: &str) -> Option<&Argument> {
        self.0.get(name)
    }

    /// Every parameter in order of name.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Argument)> {
        self.0.iter().map(|(name, value)| (*name, value))
    }

    /// A whole number.
    pub fn integer(&self, name: &str) -> i64 {
        match self.get(name) {
            Some(Argument::Integer(value)) => *value,
            _ => 0,
        }
    }

    /// A count.
    pub fn count(&self, name: &str) -> usize {
        usize::try_from(self.integer(name)).unwrap_or(0)
    }

    /// A count that may be absent.
    pub fn optional_count(&self, name: &str) -> Option<usize> {
        match self.get(name) {
            Some(Argument::Integer(value)) => usize::try_from(*value).ok(),
            _ => None,
        }
    }

    /// A random seed.
    pub fn seed(&self, name: &str) -> u64 {
        u64::try_from(self.integer(name)).unwrap_or(0)
    }

    /// A number.
    pub fn float(&self, name: &str) -> f64 {
        match self.get(name) {
            Some(Argument::Float(value)) => *value,
            Some(Argument::Integer(value)) => *value as f64,
            _ => 0.0,
        }
    }

    /// A number that may be absent.
    pub fn optional_float(&self, name: &str) -> Option<f64> {
        match self.get(name) {
            Some(Argument::Float(_) | Argument::Integer(_)) => Some(self.float(name)),
            _ => None,
        }
    }

    /// A switch.
    pub fn flag(&self, name: &str) -> bool {
        matches!(self.get(name), Some(Argument::Boolean(true)))
    }

    /// A word, string or path; `None` where it is absent.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(Argument::Text(value)) => Some(value),
            _ => None,
        }
    }

    /// A tuple of counts.
    pub fn counts(&self, name: &str) -> Vec<usize> {
        match self.get(name) {
            Some(Argument::Integers(values)) => values.iter().filter_map(|v| usize::try_from(*v).ok()).collect(),
            _ => Vec::new(),
        }
    }

    /// A count that may be given for each team size; `None` where the map has no entry for `size`, or it is absent.
    pub fn count_for_size(&self, name: &str, size: usize) -> Option<usize> {
        let value = match self.get(name)? {
            Argument::PerSize(values) => values.get(&size)?,
            value => value,
        };
        match value {
            Argument::Integer(value) => usize::try_from(*value).ok(),
            _ => None,
        }
    }
}
