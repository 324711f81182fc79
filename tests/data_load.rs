//! `load sergio`: what it reads, and every way in which files can be wrong.

mod data_support;

use data_support::{dataset, failure, run_with, shared};
use flate2::{Compression, write::GzEncoder};
use grn::engine::context::RunError;
use grn::engine::observer::CancelToken;
use grn::engine::value::Value;
use grn::lang::diagnostics::Diagnostic;
use grn::stages::load::sergio::STAGE as LOAD;
use proptest::prelude::*;
use std::fs;
use std::io::Write;
use std::path::Path;
use tempfile::TempDir;

const EXPRESSION: &str = ",0,1,2,3\n0,1,2,3,4.5\n1,0,0.25,1e-3,7\n2,5,6,7,8\n";
const INTERACTIONS: &str = "2.0,2.0,0.0,1.0,1.5,-2.5,2.0,2.0\n";
const RATES: &str = "0,1.0,2.0\n1,0.5,0.5\n";

/// A sound data set of three genes, four cells and two types.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    write(&folder, "simulated_noNoise_0.csv", EXPRESSION);
    write(&folder, "Interaction_cID_1.txt", INTERACTIONS);
    write(&folder, "Regs_cID_1.txt", RATES);
    folder
}

fn write(folder: &TempDir, name: &str, content: impl AsRef<[u8]>) {
    fs::write(folder.path().join(name), content).expect("a file");
}

fn text(path: &Path) -> &str {
    path.to_str().expect("text")
}

fn gzip(content: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content.as_bytes()).expect("memory");
    encoder.finish().expect("memory")
}

fn load_failure(folder: &TempDir) -> Diagnostic {
    failure(&LOAD, &[("dir", text(folder.path()))], None)
}

/// The failure after one file was replaced: its code, line, column and message.
fn with_file(name: &str, content: impl AsRef<[u8]>) -> (&'static str, Option<usize>, Option<usize>, String) {
    let folder = folder();
    write(&folder, name, content);
    let error = load_failure(&folder);
    let (line, column) = error.file.map_or((None, None), |place| {
        assert!(place.path.ends_with(name), "{} instead of {name}", place.path.display());
        (place.line, place.column)
    });
    (error.code, line, column, error.message)
}

#[track_caller]
fn check(name: &str, content: impl AsRef<[u8]>, code: &str, line: Option<usize>, column: Option<usize>, message: &str) {
    let found = with_file(name, content);
    assert_eq!((found.0, found.1, found.2), (code, line, column), "{}", found.3);
    assert!(found.3.contains(message), "`{}` lacks `{message}`", found.3);
}

#[test]
fn reads_a_sound_folder() {
    let folder = folder();
    let plain = dataset(&LOAD, &[("dir", text(folder.path()))], None);
    assert_eq!(plain.genes, ["0", "1", "2"]);
    assert_eq!(plain.expression.row(1).to_vec(), [0.0, 0.25, 1e-3, 7.0]);
    assert_eq!(plain.cell_types, [0, 0, 1, 1]);
    assert_eq!(plain.network.team(2), [0, 1]);
    assert_eq!(plain.network.edge_count(), 2);
    assert!(plain.features.is_none());
}

#[test]
fn accepts_what_other_programs_write() {
    let folder = folder();
    let path = text(folder.path()).to_owned();
    let load = || dataset(&LOAD, &[("dir", path.as_str())], None).expression.clone();
    let expected = load();
    for variant in [
        EXPRESSION.replace('\n', "\r\n"),
        EXPRESSION.trim_end().to_owned(),
        format!("\u{feff}{EXPRESSION}\n\n"),
        EXPRESSION.replacen(",0", "a", 1),
        EXPRESSION.replace("\n1,", "\n\"1\",").replace("7,8", " 7 ,\"8\""),
    ] {
        write(&folder, "simulated_noNoise_0.csv", &variant);
        assert_eq!(load(), expected, "{variant:?}");
    }
    write(&folder, "simulated_noNoise_0.csv", gzip(EXPRESSION));
    assert_eq!(load(), expected, "gzip without `.gz`");
    fs::remove_file(folder.path().join("simulated_noNoise_0.csv")).expect("removed");
    write(&folder, "simulated_noNoise_0.csv.gz", gzip(EXPRESSION));
    assert_eq!(load(), expected, "gzip");
}

#[test]
fn many_lines_keep_their_order_and_numbers() {
    let folder = folder();
    let rows: Vec<String> = (0..30_000)
        .map(|gene| {
            format!(
                "{gene},{gene},{}.5,0,{}",
                gene % 7,
                format_args!("0.{}", "1".repeat(200))
            )
        })
        .collect();
    let content = format!(",a,b,c,d\n{}\n", rows.join("\n"));
    write(&folder, "simulated_noNoise_0.csv", &content);
    let loaded = dataset(&LOAD, &[("dir", text(folder.path()))], None);
    assert_eq!(loaded.gene_count(), 30_000);
    assert!((0..30_000).all(|gene| loaded.expression[[gene, 0]] == gene as f32));
    write(
        &folder,
        "simulated_noNoise_0.csv",
        content.replace("\n29000,29000,", "\n29000,29000,,"),
    );
    let error = load_failure(&folder);
    assert_eq!(error.file.and_then(|place| place.line), Some(29_002));
}

#[test]
fn bad_expression_is_refused_with_its_place() {
    let name = "simulated_noNoise_0.csv";
    let replaced = |from: &str, to: &str| EXPRESSION.replace(from, to);
    check(name, "", "empty-file", None, None, "is empty");
    check(name, "\n \n", "empty-file", None, None, "is empty");
    check(name, ",0,1,2,3\n", "no-rows", Some(1), None, "no genes");
    check(name, "gene\n0\n1\n", "no-columns", Some(1), None, "no values");
    check(
        name,
        replaced("0.25,", ""),
        "ragged-row",
        Some(3),
        Some(4),
        "expected 5 fields as in the header, found 4",
    );
    check(
        name,
        replaced("7,8\n", "7,8,9\n"),
        "ragged-row",
        Some(4),
        Some(5),
        "found 6",
    );
    check(
        name,
        replaced("6,7,8\n", "6"),
        "ragged-row",
        Some(4),
        Some(3),
        "found 3",
    );
    check(
        name,
        replaced("0.25", "NANOG"),
        "not-a-number",
        Some(3),
        Some(3),
        "found `NANOG`",
    );
    check(
        name,
        replaced("0.25", ""),
        "not-a-number",
        Some(3),
        Some(3),
        "an empty field",
    );
    check(
        name,
        replaced("0.25", "NaN"),
        "not-finite",
        Some(3),
        Some(3),
        "found `NaN`",
    );
    check(
        name,
        replaced("0.25", "-inf"),
        "not-finite",
        Some(3),
        Some(3),
        "found `-inf`",
    );
    check(
        name,
        replaced("0.25", "1e99"),
        "not-finite",
        Some(3),
        Some(3),
        "found `1e99`",
    );
    check(
        name,
        replaced("0.25", "-0.25"),
        "negative-expression",
        Some(3),
        Some(3),
        "found `-0.25`",
    );
    check(
        name,
        replaced("\n2,", "\n1,"),
        "duplicate-gene",
        Some(4),
        Some(1),
        "gene `1` stands on line 3 and again on line 4",
    );
    check(
        name,
        replaced("\n2,", "\n,"),
        "unnamed-row",
        Some(4),
        Some(1),
        "an empty field",
    );
    check(
        name,
        b"\xff\xfe,1\n\xff,\xff\n",
        "not-a-number",
        Some(2),
        Some(2),
        "expected a number",
    );
    let utf_16: Vec<u8> = EXPRESSION.encode_utf16().flat_map(u16::to_le_bytes).collect();
    check(name, utf_16, "not-text", Some(1), None, "expected text in UTF-8");
    check(
        name,
        replaced("0.25", "\u{1b}[2J\r0.25 and a long text that goes on and on and on"),
        "not-a-number",
        Some(3),
        Some(3),
        "found `\\u{1b}[2J\\r0.25 and a long text that goes on a…`",
    );
    let packed = gzip(&EXPRESSION.repeat(50));
    check(
        name,
        &packed[..packed.len() / 2],
        "truncated-gzip",
        None,
        None,
        "ends too early",
    );
    check(
        name,
        [&packed[..10], &[0xff; 40][..]].concat(),
        "damaged-gzip",
        None,
        None,
        "is damaged",
    );
    check(
        name,
        ",0,1,2\n0,1,2,3\n1,1,2,3\n2,4,5,6\n",
        "cells-not-divisible",
        Some(1),
        None,
        "3 cells can't be shared out equally among 2 types",
    );
}

#[test]
fn bad_interactions_are_refused_with_their_place() {
    let name = "Interaction_cID_1.txt";
    check(name, "", "empty-file", None, None, "is empty");
    check(
        name,
        "2,2,0,1,1.5\n",
        "wrong-field-count",
        Some(1),
        Some(2),
        "expected 8 fields for 2 regulators, found 5",
    );
    check(
        name,
        "2,0\n",
        "not-a-whole-number",
        Some(1),
        Some(2),
        "the number of regulators",
    );
    check(
        name,
        "2,1.5,0,1,2\n",
        "not-a-whole-number",
        Some(1),
        Some(2),
        "the number of regulators",
    );
    check(
        name,
        "2,-1\n",
        "not-a-whole-number",
        Some(1),
        Some(2),
        "the number of regulators",
    );
    check(
        name,
        "2,1e30,1\n",
        "not-a-whole-number",
        Some(1),
        Some(2),
        "the number of regulators",
    );
    check(name, "2,4e9,1\n", "wrong-field-count", Some(1), Some(2), "found 3");
    check(
        name,
        "2,1,1,1,2\nx,1,1,1,2\n",
        "not-a-number",
        Some(2),
        Some(1),
        "found `x`",
    );
    check(name, "2,1,1,nan,2\n", "not-a-number", Some(1), Some(4), "found `nan`");
    check(name, "2,1,1,0.0,2\n", "zero-strength", Some(1), Some(4), "other than 0");
    check(name, "2,1,1,1,0\n", "out-of-range", Some(1), Some(5), "Hill");
    check(
        name,
        "2,1,2,1.0,2\n",
        "self-loop",
        Some(1),
        Some(3),
        "gene 2 regulates itself",
    );
    check(
        name,
        "2,2,1,1,1.0,2.0,2,2\n",
        "duplicate-regulator",
        Some(1),
        Some(4),
        "regulator 1 stands twice",
    );
    check(
        name,
        "2,1,0,1,2\n\n2,1,1,1,2\n",
        "duplicate-target",
        Some(3),
        Some(1),
        "line 1 and again on line 3",
    );
    let many = "2,7,11,12,0,13,14,15,16,1,1,1,1,1,1,1\n";
    check(
        name,
        many,
        "unknown-gene",
        Some(1),
        Some(3),
        "6 genes are not among the rows of",
    );
    check(name, many, "unknown-gene", Some(1), Some(3), "11, 12, 13, 14, 15, …");
    check(name, b"2,1,\xff\n", "not-text", Some(1), None, "isn't text");
}

#[test]
fn bad_master_rates_are_refused_with_their_place() {
    let name = "Regs_cID_1.txt";
    check(name, "", "empty-file", None, None, "is empty");
    check(
        name,
        "0,1,2\n1,1\n",
        "ragged-row",
        Some(2),
        Some(2),
        "expected 3 fields, found 2",
    );
    check(
        name,
        "0\n",
        "ragged-row",
        Some(1),
        Some(1),
        "expected 2 fields, found 1",
    );
    check(name, "0,1,-2\n", "out-of-range", Some(1), Some(3), "`-2`");
    check(
        name,
        "0,1,2\n0,1,2\n",
        "duplicate-gene",
        Some(2),
        Some(1),
        "gene 0 stands on line 1",
    );
}

#[test]
fn missing_and_misplaced_files_are_told_apart() {
    let folder = folder();
    let path = text(folder.path()).to_owned();
    let fail = |set: &[(&str, &str)]| failure(&LOAD, set, None);
    assert_eq!(fail(&[]).code, "nothing-to-load");
    assert_eq!(fail(&[("dir", &format!("{path}/nowhere"))]).code, "folder-not-found");
    let file = format!("{path}/simulated_noNoise_0.csv");
    assert_eq!(fail(&[("dir", &file)]).code, "not-a-folder");
    assert_eq!(fail(&[("dir", &path), ("expression", &path)]).code, "not-a-file");
    let near = fail(&[
        ("dir", &path),
        ("expression", &format!("{path}/simulated_noNoise_1.csv")),
    ]);
    assert_eq!(near.code, "file-not-found");
    assert!(near.help.expect("help").contains("did you mean"));
    fs::remove_file(folder.path().join("Interaction_cID_1.txt")).expect("removed");
    let missing = fail(&[("dir", &path)]);
    assert_eq!(missing.code, "file-not-found");
    assert!(missing.message.contains("Interaction_cID_*.txt"), "{}", missing.message);
}

#[test]
fn several_matches_are_listed_until_one_is_picked() {
    let folder = folder();
    let path = text(folder.path()).to_owned();
    write(
        &folder,
        "simulated_noNoise_1.csv.gz",
        gzip(&EXPRESSION.replace("4.5", "9.5")),
    );
    let error = load_failure(&folder);
    assert_eq!(error.code, "several-files");
    assert!(
        error
            .message
            .contains("`simulated_noNoise_0.csv`, `simulated_noNoise_1.csv.gz`"),
        "{}",
        error.message
    );
    assert_eq!(error.help.as_deref(), Some("`replicate=0` picks one"));
    let picked = dataset(&LOAD, &[("dir", &path), ("replicate", "1")], None);
    assert_eq!(picked.expression[[0, 3]], 9.5);
    assert_eq!(
        failure(&LOAD, &[("dir", &path), ("replicate", "2")], None).code,
        "replicate-not-found"
    );
    write(&folder, "Interaction_cID_2.txt", INTERACTIONS);
    let error = failure(&LOAD, &[("dir", &path), ("replicate", "1")], None);
    assert_eq!(error.help.as_deref(), Some("`interactions=` names the file"));
}

#[test]
fn types_come_from_the_master_rates_or_the_parameter() {
    let folder = folder();
    let path = text(folder.path()).to_owned();
    assert_eq!(
        failure(&LOAD, &[("dir", &path), ("types", "4")], None).code,
        "types-disagree"
    );
    fs::remove_file(folder.path().join("Regs_cID_1.txt")).expect("removed");
    assert_eq!(dataset(&LOAD, &[("dir", &path)], None).type_count(), 1);
    assert_eq!(dataset(&LOAD, &[("dir", &path), ("types", "4")], None).type_count(), 4);
}

#[cfg(unix)]
#[test]
fn a_file_without_permission_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let path = folder.path().join("simulated_noNoise_0.csv");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("permissions");
    if fs::File::open(&path).is_ok() {
        println!("skipped: this user may read everything");
        return;
    }
    assert_eq!(load_failure(&folder).code, "no-permission");
}

#[cfg(unix)]
#[test]
fn an_endless_file_is_refused() {
    let folder = folder();
    let set = [("dir", text(folder.path())), ("expression", "/dev/zero")];
    assert_eq!(failure(&LOAD, &set, None).code, "line-too-long");
}

#[test]
fn stops_when_asked() {
    let folder = folder();
    let cancel = CancelToken::default();
    cancel.cancel();
    let result = run_with(&LOAD, &[("dir", text(folder.path()))], None, &cancel);
    assert!(matches!(result, Err(RunError::Cancelled)));
}

#[test]
fn reads_ds3_as_published() {
    let Some(folder) = shared("sergio_ds3") else { return };
    let ds3 = dataset(&LOAD, &[("dir", text(&folder))], None);
    assert_eq!((ds3.gene_count(), ds3.cell_count(), ds3.type_count()), (1200, 2700, 9));
    assert_eq!(ds3.name, "sergio_ds3");
    let sizes: Vec<usize> = (1..=8).map(|size| ds3.network.targets_of_size(size).len()).collect();
    assert_eq!(sizes, [433, 281, 192, 92, 73, 35, 20, 6]);
    assert_eq!(ds3.network.regulators().len(), 127);
    assert_eq!(ds3.expression[[1, 1]], 0.90136);
}

/// A sound file with some bytes replaced, or cut short.
fn spoiled(sound: &str) -> impl Strategy<Value = Vec<u8>> + use<> {
    let sound = sound.as_bytes().to_vec();
    let bytes = prop_oneof![any::<u8>(), prop::sample::select(b",\n\r\"-.0179eENn \t".to_vec())];
    let edits = prop::collection::vec((0..sound.len(), bytes), 0..6);
    (edits, 0..=sound.len()).prop_map(move |(edits, length)| {
        let mut spoiled = sound.clone();
        edits.into_iter().for_each(|(place, byte)| spoiled[place] = byte);
        spoiled.truncate(length);
        spoiled
    })
}

proptest! {
    #[test]
    fn spoiled_files_give_a_sound_data_set_or_a_message(
        expression in prop_oneof![Just(EXPRESSION.as_bytes().to_vec()), spoiled(EXPRESSION)],
        interactions in prop_oneof![Just(INTERACTIONS.as_bytes().to_vec()), spoiled(INTERACTIONS)],
        rates in prop_oneof![Just(RATES.as_bytes().to_vec()), spoiled(RATES)],
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        write(&folder, "simulated_noNoise_0.csv", expression);
        write(&folder, "Interaction_cID_1.txt", interactions);
        write(&folder, "Regs_cID_1.txt", rates);
        let result = run_with(&LOAD, &[("dir", text(folder.path()))], None, &CancelToken::default());
        match result {
            Ok(Value::Dataset(loaded)) => {
                prop_assert_eq!(loaded.cell_types.len(), loaded.cell_count());
                prop_assert_eq!(loaded.network.gene_count(), loaded.gene_count());
                prop_assert!(loaded.expression.iter().all(|x| x.is_finite() && *x >= 0.0));
            }
            Err(RunError::Failed(error)) => prop_assert!(error.help.is_some(), "{:?}", error),
            other => prop_assert!(false, "{:?}", other),
        }
    }
}
