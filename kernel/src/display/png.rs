//! SVG as PNG, without a browser and without the platform's fonts: the same picture everywhere.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{self, fontdb};
use std::fmt;
use std::sync::{Arc, OnceLock};

/// Device pixels for one pixel of the picture, so that it is sharp on dense displays.
pub const SCALE: f64 = 2.0;

/// No side of a PNG is longer, in device pixels.
const LONGEST: f64 = 16_000.0;

/// No PNG has more device pixels. While it is drawn each takes four bytes: 256 MB together.
const MOST_PIXELS: f64 = 64e6;

/// Inter, under the SIL Open Font License 1.1 (`assets/fonts/OFL.txt`), with the characters that pictures need, and the
/// symbols that it lacks from DejaVu Sans (`assets/fonts/DejaVu-LICENSE.txt`).
const FONTS: [&[u8]; 3] = [
    include_bytes!("../../assets/fonts/Inter-Regular.ttf"),
    include_bytes!("../../assets/fonts/Inter-Bold.ttf"),
    include_bytes!("../../assets/fonts/DejaVuSans-Symbols.ttf"),
];

/// A picture as pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Png {
    /// The file.
    pub bytes: Vec<u8>,
    /// The width to show it at, in CSS pixels; the file has [`SCALE`] times as many.
    pub width: u32,
    /// The height to show it at, in CSS pixels.
    pub height: u32,
}

/// Why an SVG has no PNG.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PngError(String);

impl fmt::Display for PngError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the picture could not be drawn: {}", self.0)
    }
}

impl std::error::Error for PngError {}

/// Draws `svg`.
///
/// # Errors
/// What is no SVG, has no size, or is too large.
pub fn png(svg: &str) -> Result<Png, PngError> {
    let tree = tree(svg)?;
    let size = tree.size();
    let (width, height) = (f64::from(size.width()) * SCALE, f64::from(size.height()) * SCALE);
    if width > LONGEST || height > LONGEST || width * height > MOST_PIXELS {
        return Err(PngError(format!("{width} × {height} pixels are too many")));
    }
    let mut pixmap =
        Pixmap::new(width.ceil() as u32, height.ceil() as u32).ok_or_else(|| PngError("it has no size".to_owned()))?;
    let scale = SCALE as f32;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    let bytes = pixmap.encode_png().map_err(|error| PngError(error.to_string()))?;
    Ok(Png {
        bytes,
        width: size.width().round() as u32,
        height: size.height().round() as u32,
    })
}

fn tree(svg: &str) -> Result<usvg::Tree, PngError> {
    let options = usvg::Options {
        font_family: "Inter".to_owned(),
        fontdb: fonts(),
        ..usvg::Options::default()
    };
    usvg::Tree::from_str(svg, &options).map_err(|error| PngError(error.to_string()))
}

/// The embedded fonts, read once.
fn fonts() -> Arc<fontdb::Database> {
    static READ: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    let read = || {
        let mut fonts = fontdb::Database::new();
        for font in FONTS {
            fonts.load_font_data(font.to_vec());
        }
        fonts.set_sans_serif_family("Inter");
        Arc::new(fonts)
    };
    Arc::clone(READ.get_or_init(read))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{png, tree};
    use grn::report::picture::draw_json;
    use resvg::usvg::{Group, Node};
    use serde_json::json;

    fn svg(content: &str) -> String {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"200\" height=\"40\" font-family=\"Inter, sans-serif\" \
             xml:space=\"preserve\"><rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>{content}</svg>"
        )
    }

    /// How many pixels are dark.
    fn dark(content: &str) -> usize {
        let drawn = png(&svg(content)).unwrap();
        let pixels = resvg::tiny_skia::Pixmap::decode_png(&drawn.bytes).unwrap();
        pixels.pixels().iter().filter(|pixel| pixel.red() < 128).count()
    }

    #[test]
    fn text_is_drawn_in_every_script_that_figures_use() {
        let empty = dark("");
        for text in [
            "coverage", "±", "×", "≤", "–", "…", "ψ", "Σ", "−", "₂", "→", "·", "μ", "Жé",
        ] {
            let count = dark(&format!("<text x=\"4\" y=\"24\" font-size=\"16\">{text}</text>"));
            assert!(count > empty, "{text}");
        }
        let regular = dark("<text x=\"4\" y=\"24\" font-size=\"16\">bold</text>");
        let bold = dark("<text x=\"4\" y=\"24\" font-size=\"16\" font-weight=\"700\">bold</text>");
        assert!(bold > regular);
    }

    fn text_widths(group: &Group, widths: &mut Vec<f32>) {
        for node in group.children() {
            match node {
                Node::Group(group) => text_widths(group, widths),
                Node::Text(text) => widths.push(text.bounding_box().width()),
                _ => {}
            }
        }
    }

    /// Layout measures by a table of widths; a bar of that width covers the text.
    #[test]
    fn text_is_as_wide_as_it_is_measured() {
        for (text, bold) in [
            ("Coverage of whole teams: 0.123 ± 0.045 ≤ ψ(S)", false),
            ("R = 2, n = 57 g1 ⊣ g2", true),
        ] {
            let weight = if bold { 700 } else { 400 };
            let drawn = svg(&format!(
                "<text y=\"20\" font-size=\"20\" font-weight=\"{weight}\">{text}</text>"
            ));
            let mut widths = Vec::new();
            text_widths(tree(&drawn).unwrap().root(), &mut widths);
            let measured = grn::report::picture::text_width(text, 20.0, bold);
            let [width] = widths[..] else { panic!("{widths:?}") };
            assert!(
                (f64::from(width) - measured).abs() < 1.0,
                "{text}: {width} for {measured}"
            );
        }
    }

    #[test]
    fn figures_have_their_size() {
        let figure = json!({"data": [{"x": [1, 2], "y": [1, 2]}], "layout": {"height": 300}});
        let picture = draw_json(&figure, "t", 400.0);
        let drawn = png(&picture.svg).unwrap();
        assert_eq!(
            (f64::from(drawn.width), f64::from(drawn.height)),
            (picture.width, picture.height)
        );
        assert!(drawn.bytes.len() < 100_000);
        assert_eq!(drawn, png(&picture.svg).unwrap());
    }

    #[test]
    fn what_is_no_picture_is_an_error() {
        for text in [
            "",
            "<svg",
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1e9\" height=\"5\"/>",
        ] {
            assert!(png(text).is_err(), "{text}");
        }
    }

    /// Each side is short enough; a square of them would take a gigabyte.
    #[test]
    fn pictures_with_a_large_area_are_an_error() {
        let sized = |width: u32, height: u32| {
            format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\"/>")
        };
        let error = png(&sized(7_900, 7_900)).unwrap_err().to_string();
        assert!(error.contains("15800 × 15800 pixels are too many"), "{error}");
        assert!(png(&sized(7_900, 50)).is_ok());
    }
}
