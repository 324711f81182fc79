//! Colour scales, and numbers shown by them.

use crate::report::picture::colour::{Colour, INK};
use serde_json::Value;

/// Colours at places from 0 to 1, ascending.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale(Vec<(f64, Colour)>);

/// Plotly's scales by name, as evenly spaced colours.
const NAMED: &[(&str, &[&str])] = &[
    (
        "Viridis",
        &[
            "#440154", "#48186a", "#472d7b", "#424086", "#3b528b", "#33638d", "#2c728e", "#26828e", "#21918c",
            "#1fa088", "#28ae80", "#3fbc73", "#5ec962", "#84d44b", "#addc30", "#d8e219", "#fde725",
        ],
    ),
    (
        "Cividis",
        &[
            "#00204c", "#002a66", "#00346e", "#273f6c", "#3d4a6b", "#4d566d", "#5d626f", "#6c6d74", "#7b7a77",
            "#8b8778", "#9b9476", "#aca272", "#beaf6c", "#d1be62", "#e4cd55", "#f7dd3e", "#ffe945",
        ],
    ),
    ("Greys", &["#000000", "#ffffff"]),
    (
        "RdBu",
        &["#050aac", "#6a89f7", "#bebebe", "#dcaa84", "#e6915a", "#b20a1c"],
    ),
    (
        "Blues",
        &["#050aac", "#283cbe", "#4664f5", "#5a78f5", "#6a89f7", "#dcdcdc"],
    ),
];

/// Where the colours of a scale stand if not evenly.
const PLACES: &[(&str, &[f64])] = &[
    ("RdBu", &[0.0, 0.35, 0.5, 0.6, 0.7, 1.0]),
    ("Blues", &[0.0, 0.35, 0.5, 0.6, 0.7, 1.0]),
];

impl Scale {
    /// Reads a scale's name or its list of `[place, colour]`; without one, plotly.js's default.
    pub fn parse(value: Option<&Value>, reversed: bool) -> Option<Self> {
        let stops = match value {
            None | Some(Value::Null) => named("RdBu"),
            Some(Value::String(name)) => named(name),
            Some(Value::Array(stops)) => stops.iter().map(stop).collect(),
            Some(_) => None,
        }?;
        let mut stops: Vec<(f64, Colour)> = stops;
        if reversed {
            stops = stops.into_iter().rev().map(|(at, colour)| (1.0 - at, colour)).collect();
        }
        (!stops.is_empty()).then_some(Self(stops))
    }

    /// The colour at `share`, from 0 to 1.
    pub fn at(&self, share: f64) -> Colour {
        let share = share.clamp(0.0, 1.0);
        let after = self.0.iter().position(|stop| stop.0 >= share);
        match after {
            Some(0) => self.0.first().map_or(INK, |stop| stop.1),
            None => self.0.last().map_or(INK, |stop| stop.1),
            Some(index) => {
                let (below, above) = (self.0[index - 1], self.0[index]);
                let width = above.0 - below.0;
                let part = if width > 0.0 { (share - below.0) / width } else { 1.0 };
                below.1.mixed(above.1, part)
            }
        }
    }
}

fn named(name: &str) -> Option<Vec<(f64, Colour)>> {
    let (_, colours) = NAMED.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
    let places = PLACES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    let last = (colours.len() - 1).max(1) as f64;
    let place = |index: usize| places.map_or(index as f64 / last, |(_, places)| places[index]);
    let colours = colours.iter().enumerate();
    colours
        .map(|(index, text)| Some((place(index), Colour::parse(text)?)))
        .collect()
}

fn stop(value: &Value) -> Option<(f64, Colour)> {
    let pair = value.as_array()?;
    let colour = Colour::parse(pair.get(1)?.as_str()?)?;
    Some((pair.first()?.as_f64()?, colour))
}

/// Numbers shown as colours.
pub struct Scaled {
    pub scale: Scale,
    pub low: f64,
    pub high: f64,
    pub values: Vec<Option<f64>>,
}

impl Scaled {
    /// Numbers from `low` to `high`, or from the least to the largest, around `middle` where it is given.
    pub fn new(
        scale: Scale,
        values: Vec<Option<f64>>,
        (low, high): (Option<f64>, Option<f64>),
        middle: Option<f64>,
    ) -> Self {
        let finite = || values.iter().flatten().copied().filter(|value| value.is_finite());
        let mut least = low.unwrap_or_else(|| finite().fold(f64::INFINITY, f64::min));
        let mut most = high.unwrap_or_else(|| finite().fold(f64::NEG_INFINITY, f64::max));
        if let Some(middle) = middle {
            let reach = (most - middle).abs().max((middle - least).abs());
            (least, most) = (middle - reach, middle + reach);
        }
        if !(least.is_finite() && most.is_finite()) {
            (least, most) = (0.0, 1.0);
        }
        if least == most {
            (least, most) = (least - 0.5, most + 0.5);
        }
        Self {
            scale,
            low: least,
            high: most,
            values,
        }
    }

    /// The colour of a number.
    pub fn of(&self, value: f64) -> Colour {
        self.scale.at((value - self.low) / (self.high - self.low))
    }
}

#[cfg(test)]
mod tests {
    use super::Scale;
    use serde_json::json;

    #[test]
    fn scales_run_between_their_stops() {
        let scale = Scale::parse(Some(&json!([[0, "#000000"], [1, "#ffffff"]])), false);
        assert_eq!(scale.map(|scale| scale.at(0.5).hex()), Some("#808080".to_owned()));
        let reversed = Scale::parse(Some(&json!("Viridis")), true);
        assert_eq!(reversed.map(|scale| scale.at(0.0).hex()), Some("#fde725".to_owned()));
        assert_eq!(Scale::parse(Some(&json!("unheard of")), false), None);
    }
}
