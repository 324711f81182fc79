//! Frames: files, typed access, messages, tables.

use grn_nb::{Error, Frame, Lists, Ranking};

fn frame() -> Result<Frame, Error> {
    Frame::new("table")
        .with_attribute("source", "a & b")
        .with("target", vec!["HLA-A", "été", ""])?
        .with("known", vec![true, false, true])?
        .with("rank", vec![0_u32, 1, u32::MAX])?
        .with("delta", vec![i64::MIN, 0, 7])?
        .with("score", vec![0.5_f32, -1.25, f32::MIN_POSITIVE])?
        .with("fine", vec![1e-300, 2.0, f64::MAX])?
        .with_lists("names", vec!["a", "b", "c"], [2, 0, 1])?
        .with_lists("values", vec![1.0_f32, 2.0], [0, 2, 0])
}

fn bytes(frame: &Frame) -> Vec<u8> {
    let mut bytes = Vec::new();
    frame.encode(&mut bytes).expect("a vector takes everything");
    bytes
}

#[test]
fn a_file_gives_back_what_was_written() -> Result<(), Error> {
    let frame = frame()?;
    assert_eq!(Frame::decode(&bytes(&frame))?, frame);
    assert_eq!(frame.rows(), 3);
    assert_eq!(frame.attribute("source"), Some("a & b"));
    assert_eq!(frame.text("target")?[1], "été");
    assert_eq!(frame.f32("score")?, [0.5, -1.25, f32::MIN_POSITIVE]);
    let names: Vec<usize> = frame.text_lists("names")?.iter().map(<[String]>::len).collect();
    assert_eq!(names, [2, 0, 1]);
    assert_eq!(frame.f32_lists("values")?.row(1), [1.0, 2.0]);
    assert!(frame.f32_lists("values")?.row(9).is_empty());
    Ok(())
}

#[test]
fn a_file_that_is_not_whole_is_an_error() -> Result<(), Error> {
    let whole = bytes(&frame()?);
    for length in 0..whole.len() {
        let error = Frame::decode(&whole[..length]).expect_err("something is missing");
        assert!(!error.to_string().is_empty());
    }
    let cut = Frame::decode(&whole[..whole.len() - 1]).expect_err("a byte is missing");
    assert_eq!(
        cut.to_string(),
        format!("is not whole: it has {} bytes of {}", whole.len() - 1, whole.len())
    );
    let mut newer = whole.clone();
    newer[8] = 2;
    let newer = Frame::decode(&newer).expect_err("a newer version");
    assert_eq!(
        newer.to_string(),
        "has version 2 of the format; this program reads version 1"
    );
    for place in 20..whole.len() {
        let mut damaged = whole.clone();
        damaged[place] = 0xff;
        let _ = Frame::decode(&damaged);
    }
    assert_eq!(
        Frame::decode(b"target,regulator").expect_err("CSV").to_string(),
        "is not a `.grn-columns` file"
    );
    Ok(())
}

#[test]
fn messages_say_what_there_is() -> Result<(), Error> {
    let frame = frame()?;
    let message = |error: Result<&[f32], Error>| error.expect_err("it is wrong").to_string();
    assert_eq!(
        message(frame.f32("scores")),
        "the table has no column `scores`; the columns are `target`, `known`, `rank`, `delta`, `score`, `fine`, \
         `names`, `values`"
    );
    assert_eq!(
        message(frame.f32("fine")),
        "column `fine` holds f64, not f32; `frame.f64(\"fine\")` reads it"
    );
    assert_eq!(
        message(frame.f32("values")),
        "column `values` holds list of f32, not f32; `frame.f32_lists(\"values\")` reads it"
    );
    let uneven = frame.with("more", vec![1_u32]).expect_err("one row");
    assert_eq!(format!("{uneven:?}"), "column `more` has 1 rows, but `target` has 3");
    let lists = Frame::new("table").with_lists("a", vec![1_u32, 2], [1, 2]);
    assert_eq!(
        lists.expect_err("3 of 2").to_string(),
        "the lists of column `a` don't fit its 2 values"
    );
    Ok(())
}

#[test]
fn a_frame_shows_as_a_small_table() -> Result<(), Error> {
    let numbers: Vec<u32> = (0..1200).collect();
    let lists = vec![0.5_f32; 1200 * 6];
    let frame = Frame::new("ranking")
        .with("name", numbers.iter().map(|n| format!("<g{n}>")).collect::<Vec<_>>())?
        .with("rank", numbers)?
        .with_lists("scores", lists, [6; 1200])?
        .with_attribute("k", "6");
    let text = frame.to_string();
    assert_eq!(text.lines().count(), 12);
    assert_eq!(text.lines().nth(1), Some("<g0>     0  0.5 0.5 0.5 0.5 … 2 more"));
    assert_eq!(text.lines().last(), Some("ranking: 1,200 rows (10 shown) · k=6"));
    assert!(frame.html().contains("<td style=\"text-align:left\">&lt;g9&gt;</td>"));
    Ok(())
}

#[test]
fn rankings_collect_what_is_added() -> Result<(), Error> {
    let mut ranking = Ranking::new();
    ranking.add("t", [("a", 1.0), ("b", 0.5)]);
    ranking.add("u", [("a", 2.0)]);
    ranking.add("t", [("c", 0.25)]);
    let frame = Frame::from(ranking);
    assert_eq!(frame.text("target")?, ["t", "u"]);
    let regulators: Lists<String> = frame.text_lists("regulators")?;
    assert_eq!(regulators.row(0), ["a", "b", "c"]);
    assert_eq!(frame.f32_lists("scores")?.row(0), [1.0, 0.5, 0.25]);
    Ok(())
}

#[test]
fn without_a_notebook_there_is_nothing_to_exchange() {
    let error = grn_nb::get("pools").expect_err("no notebook");
    assert!(
        error.to_string().starts_with("there is no grn notebook here"),
        "{error}"
    );
    for name in ["", "a b", "a..b", "2a", "let", "a\nb", "a-"] {
        let error = grn_nb::put(name, Ranking::new()).expect_err("no name");
        assert!(error.to_string().contains("name"), "{error}");
    }
}
