//! The PNGs are pictures of the SVG. `GRN_UPDATE=1 cargo test -p grn-kernel logos` draws them again.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

const SVG: &[u8] = include_bytes!("../../assets/logo-svg.svg");

fn drawn(size: u32) -> Pixmap {
    let tree = Tree::from_data(SVG, &Options::default()).expect("the logo is an SVG");
    let scale = size as f32 / tree.size().width();
    let mut pixmap = Pixmap::new(size, size).expect("the size is not zero");
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    pixmap
}

#[test]
fn logos_are_drawn_from_the_svg() {
    for size in [32, 64] {
        let path = format!("{}/assets/logo-{size}x{size}.png", env!("CARGO_MANIFEST_DIR"));
        let drawn = drawn(size);
        if std::env::var_os("GRN_UPDATE").is_some() {
            drawn.save_png(&path).expect("the assets can be written");
        }
        let kept = Pixmap::load_png(&path).expect("the logo is committed");
        assert_eq!((kept.width(), kept.height()), (size, size));
        // Processors may round colours differently.
        let furthest = kept.data().iter().zip(drawn.data()).map(|(a, b)| a.abs_diff(*b)).max();
        assert!(furthest <= Some(2), "{path} differs by {furthest:?}");
    }
}
