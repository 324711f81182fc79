//! What the sorter makes of output.

use super::{Line, Sorter, text};
use serde_json::json;

fn sort(pieces: &[&str]) -> Vec<Line> {
    let mut sorter = Sorter::default();
    pieces
        .iter()
        .flat_map(|piece| sorter.output(piece.as_bytes()))
        .collect()
}

fn event(value: serde_json::Value) -> Line {
    Line::Event(value)
}

#[test]
fn text_without_a_line_break_is_shown_at_once_and_the_end_is_found_behind_it() {
    let lines = sort(&["10 %", "\r20 %EVCXR_EXECU", "TION_COMPLETE\n"]);
    let complete = Line::Word("EVCXR_EXECUTION_COMPLETE".to_owned());
    let expected = [
        text("stdout", "10 %"),
        text("stdout", "\r20 %"),
        event(json!({"complete": {}})),
        complete,
    ];
    assert_eq!(lines, expected);
}

#[test]
fn text_that_resembles_a_word_is_text() {
    assert_eq!(sort(&["EVCXR_ING\n"]), [text("stdout", "EVCXR_ING\n")]);
    assert_eq!(sort(&["DIVE"]), [text("stdout", "DIV")]);
}

#[test]
fn a_display_keeps_its_place_between_texts() {
    let lines = sort(&[
        "a\nEVCXR_BEGIN_CONTENT text/html\n<b>\n",
        "</b>\nEVCXR_END_CONTENT\nb\n",
    ]);
    let content = event(json!({"content": {"mime": "text/html", "text": "<b>\n</b>"}}));
    assert_eq!(lines, [text("stdout", "a\n"), content, text("stdout", "b\n")]);
}

#[test]
fn a_panic_takes_its_message_from_standard_error() {
    let mut sorter = Sorter::default();
    let told = "\nthread '<unnamed>' (17) panicked at src/lib.rs:3:1:\noh\n";
    assert_eq!(sorter.error(b"before\n"), [text("stderr", "before\n")]);
    assert_eq!(sorter.error(told.as_bytes()), []);
    assert!(sorter.holds());
    let lines = sorter.output(b"EVCXR_PANIC_NOTIFICATION\n");
    assert_eq!(lines[0], event(json!({"panicked": told})));
    assert!(!sorter.holds());
}

#[test]
fn a_panic_that_was_caught_is_output() {
    let mut sorter = Sorter::default();
    sorter.error(b"thread 'a' panicked at x.rs:1:1:\noh\n");
    assert_eq!(
        sorter.release(),
        Some(text("stderr", "thread 'a' panicked at x.rs:1:1:\noh\n"))
    );
    assert_eq!(sorter.release(), None);
}

#[test]
fn characters_that_come_in_two_pieces_are_whole() {
    let mut sorter = Sorter::default();
    let bytes = "γ".as_bytes();
    assert_eq!(sorter.output(&bytes[..1]), []);
    assert_eq!(sorter.output(&bytes[1..]), [text("stdout", "γ")]);
    assert_eq!(sorter.error(&[b'a', 0xff, b'b']), [text("stderr", "a\u{fffd}b")]);
}

#[test]
fn events_hold_none_of_evcxrs_words() {
    let line = text("stderr", "EVCXR_BEGIN_CONTENT text/plain").text();
    assert!(!line.contains("EVCXR_"), "{line}");
    let read: serde_json::Value = serde_json::from_str(&line[super::EVENT.len()..]).unwrap_or_default();
    assert_eq!(read["stream"]["text"], "EVCXR_BEGIN_CONTENT text/plain");
}

#[test]
fn a_display_that_is_not_closed_ends_with_the_cell() {
    let complete = [
        event(json!({"complete": {}})),
        Line::Word("EVCXR_EXECUTION_COMPLETE".to_owned()),
    ];
    let content = event(json!({"content": {"mime": "text/plain", "text": "a\nb"}}));
    let lines = sort(&["EVCXR_BEGIN_CONTENT text/plain\na\nbEVCXR_EXEC", "UTION_COMPLETE\n"]);
    assert_eq!(lines[0], content);
    assert_eq!(lines[1..], complete);
    let lines = sort(&["EVCXR_BEGIN_CONTENT text/plain\na\nbEVCXR_END_CONTENT\nEVCXR_EXECUTION_COMPLETE\n"]);
    assert_eq!(lines[0], content);
    assert_eq!(lines[1..], complete);
}

#[test]
fn a_panic_that_was_released_is_still_known_when_it_is_confirmed() {
    let mut sorter = Sorter::default();
    let told = "thread 'a' panicked at x.rs:1:1:\noh\n";
    sorter.error(told.as_bytes());
    assert_eq!(sorter.release(), Some(text("stderr", told)));
    let lines = sorter.output(b"EVCXR_PANIC_NOTIFICATION\nEVCXR_EXECUTION_COMPLETE\n");
    assert_eq!(lines[0], event(json!({"panicked": told})));
    sorter.error(told.as_bytes());
    sorter.release();
    sorter.output(b"EVCXR_EXECUTION_COMPLETE\n");
    let lines = sorter.output(b"EVCXR_PANIC_NOTIFICATION\n");
    assert_eq!(lines[0], event(json!({"panicked": ""})));
}
