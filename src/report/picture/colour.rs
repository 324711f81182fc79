//! Colours as Plotly writes them, and colour scales.

use serde_json::Value;

/// A colour with its opacity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Colour {
    pub red: u8,
    pub green: u8,
    pub blue: u8,
    /// From 0 to 1.
    pub opacity: f64,
}

/// What text is drawn in: nearly black on white.
pub const INK: Colour = Colour::opaque(0x1f, 0x23, 0x28);
pub const WHITE: Colour = Colour::opaque(255, 255, 255);

/// The colours of traces that name none (plotly.js's `colorway`).
const COLORWAY: [&str; 10] = [
    "#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22", "#17becf",
];

impl Colour {
    pub const fn opaque(red: u8, green: u8, blue: u8) -> Self {
        Self {
            red,
            green,
            blue,
            opacity: 1.0,
        }
    }

    /// Reads `#rgb`, `#rrggbb`, `rgb(…)`, `rgba(…)` or one of a few names.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(digits) = text.strip_prefix('#') {
            return hexadecimal(digits);
        }
        let inner = |name: &str| text.strip_prefix(name)?.strip_suffix(')');
        if let Some(parts) = inner("rgba(").or_else(|| inner("rgb(")) {
            return components(parts);
        }
        let (red, green, blue, opacity) = match text {
            "black" => (0, 0, 0, 1.0),
            "white" => (255, 255, 255, 1.0),
            "transparent" => (0, 0, 0, 0.0),
            "red" => (255, 0, 0, 1.0),
            "green" => (0, 128, 0, 1.0),
            "blue" => (0, 0, 255, 1.0),
            "orange" => (255, 165, 0, 1.0),
            "grey" | "gray" => (128, 128, 128, 1.0),
            "lightgrey" | "lightgray" => (211, 211, 211, 1.0),
            _ => return None,
        };
        Some(Self {
            red,
            green,
            blue,
            opacity,
        })
    }

    /// The same colour with its opacity times `factor`.
    pub fn faded(self, factor: f64) -> Self {
        Self {
            opacity: self.opacity * factor,
            ..self
        }
    }

    /// The colour of the `index`-th trace that names none.
    pub fn of_trace(index: usize, colorway: Option<&[String]>) -> Self {
        let own = colorway.filter(|colours| !colours.is_empty());
        let text = match own {
            Some(colours) => colours[index % colours.len()].as_str(),
            None => COLORWAY[index % COLORWAY.len()],
        };
        Self::parse(text).unwrap_or(INK)
    }

    /// `#rrggbb`, without the opacity.
    pub fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }

    fn mixed(self, other: Self, share: f64) -> Self {
        let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as u8;
        Self {
            red: mix(self.red, other.red),
            green: mix(self.green, other.green),
            blue: mix(self.blue, other.blue),
            opacity: self.opacity + (other.opacity - self.opacity) * share,
        }
    }
}

fn hexadecimal(digits: &str) -> Option<Colour> {
    let value = u32::from_str_radix(digits, 16).ok()?;
    let part = |shift: u32, mask: u32| ((value >> shift) & mask) as u8;
    match digits.len() {
        3 => Some(Colour::opaque(part(8, 15) * 17, part(4, 15) * 17, part(0, 15) * 17)),
        6 => Some(Colour::opaque(part(16, 255), part(8, 255), part(0, 255))),
        _ => None,
    }
}

fn components(text: &str) -> Option<Colour> {
    let numbers: Option<Vec<f64>> = text.split(',').map(|part| part.trim().parse().ok()).collect();
    let byte = |number: f64| number.clamp(0.0, 255.0).round() as u8;
    match numbers?[..] {
        [red, green, blue] => Some(Colour::opaque(byte(red), byte(green), byte(blue))),
        [red, green, blue, opacity] => Some(Colour {
            opacity: opacity.clamp(0.0, 1.0),
            ..Colour::opaque(byte(red), byte(green), byte(blue))
        }),
        _ => None,
    }
}

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

#[cfg(test)]
mod tests {
    use super::{Colour, Scale};
    use serde_json::json;

    #[test]
    fn reads_what_plotly_writes() {
        let half = Colour {
            opacity: 0.5,
            ..Colour::opaque(1, 2, 3)
        };
        assert_eq!(Colour::parse("rgba(1, 2, 3, 0.5)"), Some(half));
        assert_eq!(Colour::parse("#0a0"), Some(Colour::opaque(0, 170, 0)));
        assert_eq!(Colour::parse("#ff7f0e"), Some(Colour::opaque(255, 127, 14)));
        for wrong in ["#12", "rgb(1,2)", "blurple", "", "#äö"] {
            assert_eq!(Colour::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn scales_run_between_their_stops() {
        let scale = Scale::parse(Some(&json!([[0, "#000000"], [1, "#ffffff"]])), false);
        assert_eq!(scale.map(|scale| scale.at(0.5).hex()), Some("#808080".to_owned()));
        let reversed = Scale::parse(Some(&json!("Viridis")), true);
        assert_eq!(reversed.map(|scale| scale.at(0.0).hex()), Some("#fde725".to_owned()));
        assert_eq!(Scale::parse(Some(&json!("unheard of")), false), None);
    }
}
