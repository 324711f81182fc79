//! The common look: quiet, colour-blind safe, legible on light and dark ground.

use plotly::color::Rgba;
use plotly::common::{Anchor, ColorScale, ColorScaleElement, Font, Label, Orientation, Reference, Title};
use plotly::configuration::{ImageButtonFormats, ModeBarButtonName, ToImageButtonOptions};
use plotly::layout::{Axis, HoverMode, Legend, Margin, ModeBar};
use plotly::{Configuration, Layout};

/// The palette of Okabe & Ito (2008), without black and yellow, which vanish on dark or light ground.
const PALETTE: [(u8, u8, u8); 6] = [
    (0, 114, 178),
    (213, 94, 0),
    (0, 158, 115),
    (204, 121, 167),
    (230, 159, 0),
    (86, 180, 233),
];

/// Baselines.
const GREY: (u8, u8, u8) = (128, 134, 140);

/// Text where a page does not say otherwise: legible on white and on near-black.
const INK: &str = "#6b7580";

const FONT: &str = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif";

/// The colour of the `index`-th series; repeats after six.
pub fn colour(index: usize, opacity: f64) -> Rgba {
    let (r, g, b) = PALETTE[index % PALETTE.len()];
    Rgba::new(r, g, b, opacity)
}

/// The colour of baselines.
pub fn grey(opacity: f64) -> Rgba {
    let (r, g, b) = GREY;
    Rgba::new(r, g, b, opacity)
}

/// The colour of the `index`-th cell type: the palette, then its darker shades; repeats after twelve.
pub fn type_colour(index: usize, opacity: f64) -> Rgba {
    let (r, g, b) = PALETTE[index % PALETTE.len()];
    let shade = |channel: u8| match (index / PALETTE.len()) % 2 {
        0 => channel,
        _ => (f64::from(channel) * 0.55) as u8,
    };
    Rgba::new(shade(r), shade(g), shade(b), opacity)
}

/// Low to high, with equal steps in lightness (the middle of viridis, so that both ends show on light and dark ground).
pub fn colour_scale() -> ColorScale {
    let stops = ["#414487", "#2a788e", "#22a884", "#7ad151", "#dfd52c"];
    let step = 1.0 / (stops.len() - 1) as f64;
    let stop = |(index, colour): (usize, &str)| ColorScaleElement(index as f64 * step, colour.to_owned());
    ColorScale::Vector(stops.into_iter().enumerate().map(stop).collect())
}

/// Text that plotly.js shows as it is: it reads a little HTML otherwise.
pub fn plain(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Pixels above the plot area: title, subtitle, headings of panels.
const TOP: usize = 84;
/// Pixels beneath the plot area: tick labels, axis title, one line of legend.
const BOTTOM: usize = 92;

/// Title and subtitle at the top left, legend beneath the plot where it can't cover data, transparent ground.
pub fn base_layout(title: &str, subtitle: &str, height: usize) -> Layout {
    // plotly places titles and legends in shares of the figure and of the plot area.
    let pixels = height.max(TOP + BOTTOM + 1) as f64;
    let area = pixels - (TOP + BOTTOM) as f64;
    let heading = format!(
        "<b>{}</b><br><span style=\"font-size:12px\">{}</span>",
        plain(title),
        plain(subtitle)
    );
    let title = Title::with_text(heading)
        .font(Font::new().size(15))
        .x(0.0)
        .x_ref(Reference::Paper)
        .x_anchor(Anchor::Left)
        .y_ref(Reference::Container)
        .y(1.0 - 16.0 / pixels)
        .y_anchor(Anchor::Top);
    Layout::new()
        .title(title)
        .font(Font::new().family(FONT).size(13).color(INK))
        .paper_background_color(Rgba::new(0, 0, 0, 0.0))
        .plot_background_color(Rgba::new(0, 0, 0, 0.0))
        .hover_mode(HoverMode::Closest)
        .hover_label(Label::new().font(Font::new().family(FONT).size(12)))
        .mode_bar(
            ModeBar::new()
                .background_color(Rgba::new(0, 0, 0, 0.0))
                .color(grey(0.6))
                .active_color(grey(1.0)),
        )
        .margin(Margin::new().left(64).right(16).top(TOP).bottom(BOTTOM))
        .auto_size(true)
        .height(height)
        .show_legend(true)
        .legend(legend_below(area))
}

/// Beneath a plot area of `area` pixels, clear of the title of its axis.
fn legend_below(area: f64) -> Legend {
    Legend::new()
        .orientation(Orientation::Horizontal)
        .x(0.0)
        .x_anchor(Anchor::Left)
        .y(-56.0 / area)
        .y_anchor(Anchor::Top)
        .background_color(Rgba::new(0, 0, 0, 0.0))
}

/// Interactive, without logo; saves as SVG under the figure's name.
pub fn configuration(name: &str) -> Configuration {
    let image = ToImageButtonOptions::new()
        .format(ImageButtonFormats::Svg)
        .filename(name);
    Configuration::new()
        .responsive(true)
        .display_logo(false)
        .mode_bar_buttons_to_remove(vec![
            ModeBarButtonName::Zoom2d,
            ModeBarButtonName::Pan2d,
            ModeBarButtonName::Select2d,
            ModeBarButtonName::Lasso2d,
            ModeBarButtonName::ZoomIn2d,
            ModeBarButtonName::ZoomOut2d,
            ModeBarButtonName::AutoScale2d,
        ])
        .to_image_button_options(image)
}

/// A quiet axis: a baseline, a faint grid, no zero line.
pub fn axis() -> Axis {
    Axis::new()
        .show_line(true)
        .line_color(grey(0.7))
        .show_grid(true)
        .grid_color(grey(0.18))
        .zero_line(false)
        .tick_font(Font::new().size(12))
}

/// An axis of shares, from 0 to 1.
pub fn share_axis() -> Axis {
    axis().range(vec![0.0, 1.03]).tick0(0.0).dtick(0.2).tick_format(".1f")
}

/// The title of an axis.
pub fn axis_title(text: &str) -> Title {
    Title::with_text(plain(text)).font(Font::new().size(13))
}
