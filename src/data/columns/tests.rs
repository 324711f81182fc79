use super::{Columns, Data, decode, encode};
use crate::engine::context::{RunError, RunResult};
use proptest::prelude::*;
use std::path::Path;

fn arbitrary() -> impl Strategy<Value = Columns> {
    let row = (
        any::<bool>(),
        any::<u32>(),
        any::<i64>(),
        -1e30f32..1e30,
        -1e300f64..1e300,
        ".{0,6}",
    );
    let lists = proptest::collection::vec(proptest::collection::vec((-9f32..9.0, ".{0,3}"), 0..4), 8);
    (proptest::collection::vec(row, 0..8), lists, ".{0,8}").prop_map(|(rows, lists, word)| {
        let lists = lists.get(..rows.len()).unwrap_or_default();
        let lengths = || lists.iter().map(Vec::len);
        Columns::new("table", rows.len())
            .attribute("word", word)
            .column("bool", Data::Bool(rows.iter().map(|row| row.0).collect()))
            .column("u32", Data::U32(rows.iter().map(|row| row.1).collect()))
            .column("i64", Data::I64(rows.iter().map(|row| row.2).collect()))
            .column("f32", Data::F32(rows.iter().map(|row| row.3).collect()))
            .column("f64", Data::F64(rows.iter().map(|row| row.4).collect()))
            .column("text", Data::Text(rows.iter().map(|row| row.5.as_str()).collect()))
            .lists(
                "scores",
                Data::F32(lists.iter().flatten().map(|value| value.0).collect()),
                lengths(),
            )
            .lists(
                "names",
                Data::Text(lists.iter().flatten().map(|value| value.1.as_str()).collect()),
                lengths(),
            )
    })
}

fn back(bytes: &[u8]) -> RunResult<Columns> {
    decode(Path::new("a.grn-columns"), bytes)
}

fn message(bytes: &[u8]) -> (&'static str, String) {
    match back(bytes) {
        Err(RunError::Failed(diagnostic)) => (diagnostic.code, diagnostic.message),
        other => panic!("expected a failure, found {other:?}"),
    }
}

/// What the helper crate of Rust cells makes of a file, written again by it.
fn through_grn_nb(bytes: &[u8]) -> Vec<u8> {
    let mut again = Vec::new();
    grn_nb::Frame::decode(bytes).unwrap().encode(&mut again).unwrap();
    again
}

proptest! {
    #[test]
    fn a_file_gives_back_what_was_written(columns in arbitrary()) {
        prop_assert_eq!(back(&encode(&columns)).unwrap(), columns);
    }

    #[test]
    fn both_implementations_write_the_same_bytes(columns in arbitrary()) {
        let bytes = encode(&columns);
        prop_assert_eq!(through_grn_nb(&bytes), bytes);
    }

    #[test]
    fn damage_is_an_error_or_other_values(columns in arbitrary(), place in any::<prop::sample::Index>(), byte: u8) {
        let mut bytes = encode(&columns);
        let place = place.index(bytes.len());
        bytes[place] = byte;
        let ours = back(&bytes).is_ok();
        let theirs = grn_nb::Frame::decode(&bytes).is_ok();
        prop_assert!(!ours || theirs, "byte {}", place);
    }
}

#[test]
fn what_is_wrong_with_a_file_is_said() {
    let columns = Columns::new("table", 1).column("score", Data::F32(vec![1.0]));
    let whole = encode(&columns);
    let cut = &whole[..whole.len() - 2];
    let length = whole.len();
    assert_eq!(
        message(cut),
        (
            "truncated-columns",
            format!(
                "`a.grn-columns` isn't whole: it has {} bytes, expected {length}",
                length - 2
            )
        )
    );
    assert_eq!(message(b"target,score").0, "not-columns");
    let mut newer = whole.clone();
    newer[8] = 7;
    assert_eq!(
        message(&newer).1,
        "`a.grn-columns` has version 7 of the format, expected version 1"
    );
    let mut code = whole.clone();
    code[length - 6] = 9;
    assert_eq!(
        message(&code).1,
        "`a.grn-columns` is damaged: column `score` has the unknown type 9"
    );
    for length in 0..whole.len() {
        assert!(back(&whole[..length]).is_err());
    }
}
