//! Error bars of points and of bars.

use crate::report::picture::axis::{Axis, number};
use crate::report::picture::colour::Colour;
use crate::report::picture::model::{ErrorBars, Trace};
use crate::report::picture::stroke::Stroke;
use crate::report::picture::svg::Svg;

impl ErrorBars {
    /// How far the bar of a point reaches below and above it, in units of the data.
    pub fn reach(&self, index: usize) -> (f64, f64) {
        if self.visible == Some(false) {
            return (0.0, 0.0);
        }
        let at = |array: &[Option<f64>]| array.get(index).copied().flatten().filter(|end| end.is_finite());
        let above = at(&self.array).unwrap_or(0.0);
        let below = match &self.arrayminus {
            Some(array) if self.symmetric != Some(true) => at(array).unwrap_or(0.0),
            _ => above,
        };
        (below, above)
    }
}

/// Draws a bar from `low` to `high` (pixels) beside `across`, with caps; `vertical` along y.
pub fn draw(svg: &mut Svg, bars: &ErrorBars, (low, high): (f64, f64), across: f64, vertical: bool, colour: Colour) {
    if low == high {
        return;
    }
    let colour = bars.color.as_deref().and_then(Colour::parse).unwrap_or(colour);
    let stroke = Stroke::solid(colour, bars.thickness.unwrap_or(2.0));
    let cap = bars.width.unwrap_or(4.0);
    let point = |along: f64, aside: f64| if vertical { (aside, along) } else { (along, aside) };
    let d = [
        (point(low, across), point(high, across)),
        (point(low, across - cap), point(low, across + cap)),
        (point(high, across - cap), point(high, across + cap)),
    ];
    for (from, to) in d {
        // Not snapped to pixels: a whisker is thin, and its ends are data.
        svg.path(&line(from, to), Some(&stroke), None);
    }
}

fn line(from: (f64, f64), to: (f64, f64)) -> String {
    use crate::report::picture::svg::number;
    format!(
        "M{} {}L{} {}",
        number(from.0),
        number(from.1),
        number(to.0),
        number(to.1)
    )
}

/// Draws the error bars of a scatter trace.
pub fn of_points(svg: &mut Svg, trace: &Trace, (x, y): (&Axis, &Axis), colour: Colour) {
    for (bars, vertical) in [(&trace.error_x, false), (&trace.error_y, true)] {
        let Some(bars) = bars else { continue };
        let (along, aside) = if vertical { (y, x) } else { (x, y) };
        let (values, others) = if vertical {
            (&trace.y, &trace.x)
        } else {
            (&trace.x, &trace.y)
        };
        for (index, (value, other)) in values.iter().zip(others).enumerate() {
            let (Some(value), Some(across)) = (number(value), aside.place(other)) else {
                continue;
            };
            let (below, above) = bars.reach(index);
            let ends = [value - below, value + above].map(|end| along.place(&end.into()));
            if let [Some(low), Some(high)] = ends {
                draw(svg, bars, (low, high), across, vertical, colour);
            }
        }
    }
}
