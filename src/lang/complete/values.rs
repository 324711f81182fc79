//! Values that a parameter can have, whole or in brackets.

use super::{Candidate, CandidateKind, Completer};
use crate::lang::arguments::Argument;
use crate::lang::catalog::{DEFAULT_SEED, DefaultValue, ParameterKind, ParameterSpec};
use crate::lang::literal::{default_literal, parse};
use grn_grammar::ValuePart;
use std::collections::BTreeMap;

/// The team sizes of the paper, where the stages upstream do not tell.
const SIZES: [i64; 3] = [2, 3, 4];
/// Whole numbers from end to end of a range that somebody may want to compare; larger bounds only keep typing errors
/// out.
const NARROW: i64 = 10;
/// The same for numbers.
const SMALL: f64 = 10.0;

impl Completer<'_> {
    pub(super) fn values(&self, parameter: &ParameterSpec, part: &ValuePart) -> Vec<Candidate> {
        let candidate = |text: &String| value(text, parameter);
        let texts: Vec<String> = match part {
            ValuePart::Whole => {
                let mut whole = whole(parameter);
                if parameter.per_size {
                    let map = self.map(parameter).into_iter().map(|text| value(&text, parameter));
                    whole.extend(map);
                }
                whole.dedup();
                return whole;
            }
            ValuePart::Item { given } => left_out(items(parameter), given),
            ValuePart::Member { given } => match default_of(parameter).as_ref().and_then(Argument::integers) {
                Some(members) => left_out(members.iter().map(i64::to_string).collect(), given),
                None => Vec::new(),
            },
            ValuePart::Size { given } if parameter.per_size => {
                let sizes = left_out(self.sizes().iter().map(i64::to_string).collect(), given);
                sizes.into_iter().map(|size| format!("{size}: ")).collect()
            }
            ValuePart::OfSize { size } if parameter.per_size => {
                of_size(parameter, size.parse().ok()).into_iter().collect()
            }
            ValuePart::RangeEnd { first } => match parameter.kind {
                ParameterKind::Integer { max, .. } => {
                    let last = first.unwrap_or(DEFAULT_SEED).saturating_add(2);
                    (last <= max).then(|| last.to_string()).into_iter().collect()
                }
                _ => Vec::new(),
            },
            ValuePart::Size { .. } | ValuePart::OfSize { .. } | ValuePart::End => Vec::new(),
        };
        texts.iter().map(candidate).collect()
    }

    fn sizes(&self) -> Vec<i64> {
        self.upstream.sizes().unwrap_or(SIZES.to_vec())
    }

    /// `{2: 80, 3: 80, 4: 55}` for the sizes that take part.
    fn map(&self, parameter: &ParameterSpec) -> Option<String> {
        let entries: Option<Vec<String>> = self
            .sizes()
            .iter()
            .map(|size| Some(format!("{size}: {}", of_size(parameter, Some(*size))?)))
            .collect();
        Some(format!("{{{}}}", entries?.join(", ")))
    }
}

/// The values of their own: choices, switches, the default, and a range of seeds.
pub(super) fn whole(parameter: &ParameterSpec) -> Vec<Candidate> {
    let texts = match (parameter.kind, parameter.default) {
        (ParameterKind::Choice(choices) | ParameterKind::ChoiceOrFolder(choices), _) => {
            choices.iter().map(|choice| (*choice).to_owned()).collect()
        }
        (ParameterKind::Boolean, _) => vec!["true".to_owned(), "false".to_owned()],
        (_, DefaultValue::Literal(text)) => vec![text.to_owned()],
        (_, DefaultValue::UpstreamSeed) => {
            let range = format!("{DEFAULT_SEED}..{}", DEFAULT_SEED + 2);
            vec![DEFAULT_SEED.to_string(), range]
        }
        (_, DefaultValue::Required | DefaultValue::Absent(_)) => Vec::new(),
    };
    texts.iter().map(|text| value(text, parameter)).collect()
}

fn value(text: &str, parameter: &ParameterSpec) -> Candidate {
    Candidate::new(text, CandidateKind::Value, parameter.doc)
}

/// Values worth comparing in a sweep.
fn items(parameter: &ParameterSpec) -> Vec<String> {
    match (parameter.kind, default_of(parameter)) {
        (ParameterKind::Integer { .. }, _) if parameter.default == DefaultValue::UpstreamSeed => {
            (DEFAULT_SEED..DEFAULT_SEED + 3).map(|seed| seed.to_string()).collect()
        }
        (ParameterKind::Integer { min, max }, default) => {
            let near = match default {
                Some(Argument::Integer(default)) => vec![default, default / 2, default.saturating_mul(2)],
                _ => Vec::new(),
            };
            // Only narrow ranges are tried from end to end; a zero leaves something out.
            let narrow = max.saturating_sub(min) <= NARROW;
            let ends = [min, max].into_iter().filter(|end| narrow || *end == 0);
            let fitting = near.into_iter().chain(ends).filter(|value| (min..=max).contains(value));
            distinct(fitting.map(|value| value.to_string()))
        }
        (ParameterKind::Float { min, max }, default) => {
            let near = match default {
                Some(Argument::Float(default)) => vec![default, default / 2.0, default * 2.0],
                _ => Vec::new(),
            };
            let ends = [min, max]
                .into_iter()
                .filter(|end| end.abs() <= SMALL && (*end == 0.0 || end.abs() >= 0.01));
            let fitting = near.into_iter().chain(ends).filter(|value| (min..=max).contains(value));
            distinct(fitting.map(|value| format!("{value:?}")))
        }
        (ParameterKind::Choice(_) | ParameterKind::Boolean, _) => {
            whole(parameter).into_iter().map(|candidate| candidate.text).collect()
        }
        (_, Some(default)) => vec![default.to_string()],
        (_, None) => Vec::new(),
    }
}

fn default_of(parameter: &ParameterSpec) -> Option<Argument> {
    match parameter.default {
        DefaultValue::Literal(text) => default_literal(parameter, text),
        _ => None,
    }
}

/// The default of one team size.
fn of_size(parameter: &ParameterSpec, size: Option<i64>) -> Option<String> {
    let default = default_of(parameter)?;
    let values: BTreeMap<usize, Argument> = match default {
        Argument::PerSize(values) => values,
        value => return Some(value.to_string()),
    };
    let size = size.and_then(|size| usize::try_from(size).ok());
    let own = size.and_then(|size| values.get(&size));
    own.or_else(|| values.values().next_back()).map(Argument::to_string)
}

/// The values that are not given yet, however they are written.
fn left_out(values: Vec<String>, given: &[String]) -> Vec<String> {
    let number = |text: &str| parse(text).map(|value| value.node.to_string());
    let known: Vec<Option<String>> = given.iter().map(|text| number(text)).collect();
    let is_free = |value: &String| !known.contains(&number(value)) && !given.contains(value);
    values.into_iter().filter(is_free).collect()
}

fn distinct(values: impl Iterator<Item = String>) -> Vec<String> {
    let mut distinct: Vec<String> = Vec::new();
    for value in values {
        if !distinct.contains(&value) {
            distinct.push(value);
        }
    }
    distinct
}
