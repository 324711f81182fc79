//! SVG as PNG, without a browser and without the platform's fonts: the same picture everywhere.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{self, fontdb};
use std::fmt;
use std::sync::{Arc, OnceLock};

/// Device pixels for one pixel of the picture, so that it is sharp on dense displays.
pub const SCALE: f64 = 2.0;

/// No side of a PNG is longer, in device pixels.
const LONGEST: f64 = 16_000.0;

/// Inter, under the SIL Open Font License 1.1 (`assets/fonts/OFL.txt`), with the characters that pictures need.
const FONTS: [&[u8]; 2] = [
    include_bytes!("../../assets/fonts/Inter-Regular.ttf"),
    include_bytes!("../../assets/fonts/Inter-Bold.ttf"),
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
    if width > LONGEST || height > LONGEST {
        return Err(PngError(format!("{width} × {height} pixels are too many")));
    }
    let mut pixmap = Pixmap::new(width.ceil() as u32, height.ceil() as u32)
        .ok_or_else(|| PngError("it has no size".to_owned()))?;
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
