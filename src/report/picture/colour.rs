//! Colours as Plotly writes them.

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

    /// The colour `share` of the way to `other`, from 0 to 1.
    pub fn mixed(self, other: Self, share: f64) -> Self {
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

#[cfg(test)]
mod tests {
    use super::Colour;

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
}
