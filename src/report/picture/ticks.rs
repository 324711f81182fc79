//! Where the ticks of an axis stand and what they say, as plotly.js chooses them.

use crate::report::picture::axis::{Axis, Kind};
use crate::report::picture::format::{d3, tick};
use crate::report::picture::unknown::Unknown;
use serde_json::Value;

/// More ticks than this are a mistake of the description.
const MOST: usize = 1000;

/// One tick.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// On the axis: a number, a decimal logarithm, or the index of a category.
    pub at: f64,
    /// In Plotly's markup; may be empty.
    pub label: String,
}

/// How ticks follow one another.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    /// By a constant, in units of the axis.
    Every(f64),
    /// On a log axis by a constant in units of the data.
    Linear(f64),
    /// On a log axis at powers of ten and at these multiples.
    Digits(&'static [u32]),
}

const ALL_DIGITS: &[u32] = &[1, 2, 3, 4, 5, 6, 7, 8, 9];
const FEW_DIGITS: &[u32] = &[1, 2, 5];

/// The ticks of `axis` that lie in its range, ascending, where it is `length` pixels long.
pub fn ticks(axis: &Axis, length: f64, unknown: &mut Unknown) -> Vec<Tick> {
    let (low, high) = axis.bounds();
    if high <= low {
        return Vec::new();
    }
    // As plotly.js: what lies outside by rounding alone is inside.
    let slack = (high - low) * 1e-4;
    let mut ticks = match (&axis.spec.tickvals, axis.spec.tickmode.as_deref()) {
        (Some(values), None | Some("array")) => listed(axis, values, unknown),
        _ => chosen(axis, length, unknown),
    };
    ticks.retain(|tick| tick.at >= low - slack && tick.at <= high + slack);
    for tick in &mut ticks {
        let prefix = axis.spec.tickprefix.as_deref().unwrap_or("");
        let suffix = axis.spec.ticksuffix.as_deref().unwrap_or("");
        if !tick.label.is_empty() {
            tick.label = format!("{prefix}{}{suffix}", tick.label);
        }
    }
    ticks
}

fn listed(axis: &Axis, values: &[Value], unknown: &mut Unknown) -> Vec<Tick> {
    let texts = axis.spec.ticktext.as_deref().unwrap_or_default();
    let mut ticks = Vec::new();
    for (index, value) in values.iter().enumerate() {
        let Some(at) = axis.value(value) else { continue };
        let own = texts.get(index).cloned();
        let label = own.unwrap_or_else(|| label(axis, at, Step::Every(spacing(axis)), unknown));
        ticks.push(Tick { at, label });
    }
    ticks
}

/// A guess at how finely listed ticks are to be labelled.
fn spacing(axis: &Axis) -> f64 {
    let (low, high) = axis.bounds();
    round_up((high - low) / 10.0)
}

fn chosen(axis: &Axis, length: f64, unknown: &mut Unknown) -> Vec<Tick> {
    if let Kind::Category(names) = &axis.kind {
        return categories(axis, names, length);
    }
    let step = given(axis, unknown).unwrap_or_else(|| automatic(axis, length));
    let places = places(axis, step);
    places
        .into_iter()
        .map(|at| Tick {
            at,
            label: label(axis, at, step, unknown),
        })
        .collect()
}

fn categories(axis: &Axis, names: &[String], length: f64) -> Vec<Tick> {
    let size = axis.spec.tickfont.size.unwrap_or(12.0);
    let most = match axis.spec.nticks {
        Some(most) if most > 0 => most as f64,
        _ => length / (size * 1.2),
    };
    let step = (names.len() as f64 / most.max(1.0)).ceil().max(1.0) as usize;
    let names = names.iter().enumerate().step_by(step);
    names
        .map(|(index, name)| Tick {
            at: index as f64,
            label: name.clone(),
        })
        .collect()
}

/// The step that the description gives.
fn given(axis: &Axis, unknown: &mut Unknown) -> Option<Step> {
    let log = axis.kind == Kind::Log;
    match axis.spec.dtick.as_ref()? {
        Value::Null => None,
        Value::Number(number) => number.as_f64().filter(|step| *step > 0.0).map(Step::Every),
        Value::String(text) if log && text == "D1" => Some(Step::Digits(ALL_DIGITS)),
        Value::String(text) if log && text == "D2" => Some(Step::Digits(FEW_DIGITS)),
        Value::String(text) if log && text.starts_with('L') => text.get(1..)?.parse().ok().map(Step::Linear),
        other => {
            unknown.add(&axis.id, format_args!("dtick {other}"));
            None
        }
    }
}

fn automatic(axis: &Axis, length: f64) -> Step {
    let (low, high) = axis.bounds();
    let least = if axis.is_vertical() { 40.0 } else { 80.0 };
    let count = match axis.spec.nticks {
        Some(most) if most > 0 => most as f64,
        _ => (length / least).clamp(4.0, 9.0) + 1.0,
    };
    let rough = (high - low) / count;
    if axis.kind != Kind::Log {
        return Step::Every(round_up(rough));
    }
    if rough > 0.7 {
        return Step::Every(rough.ceil());
    }
    if high - low < 1.0 {
        let count = 1.5 * (high - low) / rough;
        return Step::Linear(round_up((10f64.powf(high) - 10f64.powf(low)) / count));
    }
    Step::Digits(if rough > 0.3 { FEW_DIGITS } else { ALL_DIGITS })
}

/// 1, 2 or 5 times a power of ten, at least `rough`.
fn round_up(rough: f64) -> f64 {
    if !(rough > 0.0 && rough.is_finite()) {
        return 1.0;
    }
    let base = 10f64.powf(rough.log10().floor());
    let factor = [2.0, 5.0].into_iter().find(|factor| rough <= factor * base);
    factor.unwrap_or(10.0) * base
}

fn places(axis: &Axis, step: Step) -> Vec<f64> {
    let (low, high) = axis.bounds();
    match step {
        Step::Every(step) => multiples(low, high, axis.spec.tick0.unwrap_or(0.0), step),
        Step::Linear(step) => multiples(10f64.powf(low), 10f64.powf(high), 0.0, step)
            .into_iter()
            .filter(|value| *value > 0.0)
            .map(f64::log10)
            .collect(),
        Step::Digits(digits) => {
            let decades = (low.floor() as i32)..=(high.ceil() as i32);
            decades
                .take(MOST)
                .flat_map(|decade| {
                    digits
                        .iter()
                        .map(move |digit| f64::from(decade) + f64::from(*digit).log10())
                })
                .collect()
        }
    }
}

fn multiples(low: f64, high: f64, start: f64, step: f64) -> Vec<f64> {
    let slack = (high - low) * 1e-4;
    let first = ((low - slack - start) / step).ceil();
    let last = ((high + slack - start) / step).floor();
    let count = (last - first).clamp(-1.0, MOST as f64) as i64;
    (0..=count).map(|index| start + (first + index as f64) * step).collect()
}

fn label(axis: &Axis, at: f64, step: Step, unknown: &mut Unknown) -> String {
    if let Kind::Category(names) = &axis.kind {
        return names.get(at.round().max(0.0) as usize).cloned().unwrap_or_default();
    }
    let log = axis.kind == Kind::Log;
    let value = if log { 10f64.powf(at) } else { at };
    if let Some(format) = axis.spec.tickformat.as_deref().filter(|format| !format.is_empty()) {
        match d3(value, format) {
            Some(text) => return text,
            None => unknown.add(&axis.id, format_args!("tickformat {format}")),
        }
    }
    match step {
        Step::Every(_) if log => power(at),
        Step::Digits(_) => {
            let decade = (at + 1e-6).floor();
            let digit = (value / 10f64.powf(decade)).round();
            if digit == 1.0 {
                power(decade)
            } else {
                format!("<span style=\"font-size:9px\">{digit}</span>")
            }
        }
        Step::Every(step) | Step::Linear(step) => linear(axis, value, step),
    }
}

/// A power of ten: written out while that is short.
fn power(exponent: f64) -> String {
    let rounded = exponent.round();
    if (exponent - rounded).abs() > 1e-6 || rounded.abs() <= 3.0 {
        let decimals = (2.0 - exponent.floor()).clamp(0.0, 12.0) as i32;
        return tick(10f64.powf(exponent), decimals, 0);
    }
    if rounded < 0.0 {
        format!("10<sup>−{}</sup>", -rounded)
    } else {
        format!("10<sup>{rounded}</sup>")
    }
}

fn linear(axis: &Axis, value: f64, step: f64) -> String {
    let (low, high) = axis.bounds();
    let ends = match axis.kind {
        Kind::Log => (10f64.powf(low), 10f64.powf(high)),
        _ => (low, high),
    };
    let largest = ends.0.abs().max(ends.1.abs());
    let magnitude = (largest.log10() + 0.01).floor() as i32;
    let exponent = if magnitude.abs() > 3 {
        3 * ((f64::from(magnitude) - 1.0) / 3.0).round() as i32
    } else {
        0
    };
    let decimals = 2 - (step.log10() + 0.01).floor() as i32;
    tick(value, decimals, exponent)
}

#[cfg(test)]
mod tests {
    use super::ticks;
    use crate::report::picture::axis::Axis;
    use crate::report::picture::unknown::Unknown;
    use serde_json::{Value, json};

    fn labels(spec: Value, range: (f64, f64), length: f64) -> Vec<String> {
        let mut axis = Axis::new("x", serde_json::from_value(spec).unwrap_or_default());
        axis.range = range;
        let mut unknown = Unknown::default();
        let labels = ticks(&axis, length, &mut unknown)
            .into_iter()
            .map(|tick| tick.label)
            .collect();
        assert!(unknown.0.is_empty(), "{unknown:?}");
        labels
    }

    /// What plotly.js 3 shows for the same axes.
    #[test]
    fn are_those_of_plotly() {
        assert_eq!(
            labels(json!({"nticks": 6}), (0.0, 30.3), 200.0),
            ["0", "10", "20", "30"]
        );
        assert_eq!(
            labels(json!({"nticks": 6}), (0.0, 80.8), 200.0),
            ["0", "20", "40", "60", "80"]
        );
        assert_eq!(
            labels(
                json!({"tick0": 0.0, "dtick": 0.2, "tickformat": ".1f"}),
                (0.0, 1.03),
                200.0
            ),
            ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]
        );
        assert_eq!(labels(json!({}), (-1.0, 1.0), 300.0), ["−1", "−0.5", "0", "0.5", "1"]);
        assert_eq!(
            labels(json!({}), (0.0, 20_000.0), 300.0),
            ["0", "5k", "10k", "15k", "20k"]
        );
    }

    #[test]
    fn logarithms_are_labelled_as_numbers() {
        let log = json!({"type": "log"});
        assert_eq!(labels(log.clone(), (-3.0, 3.0), 300.0), ["0.01", "1", "100"]);
        assert_eq!(labels(log, (0.0, 0.5), 300.0), ["1", "1.5", "2", "2.5", "3"]);
    }

    #[test]
    fn listed_ticks_are_taken_as_they_are() {
        let spec = json!({"tickvals": [1, 2, 90], "ticktext": ["one", "two", "beyond"]});
        assert_eq!(labels(spec, (0.0, 3.0), 300.0), ["one", "two"]);
    }
}
