//! `load csv`, `load beeline`, `load genelink`: every layout, what is left out and told, and files that don't fit together.

mod data_support;

use data_support::{arguments, dataset, failure, shared};
use flate2::{Compression, write::GzEncoder};
use grn::data::dataset::Dataset;
use grn::engine::context::StageContext;
use grn::engine::observer::{CancelToken, Event, Observer};
use grn::engine::value::Value;
use grn::lang::diagnostics::Diagnostic;
use grn::stages::Stage;
use grn::stages::load::beeline::STAGE as BEELINE;
use grn::stages::load::csv::STAGE as CSV;
use grn::stages::load::genelink::STAGE as GENELINK;
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

const EXPRESSION: &str = ",c1,c2,c3\nSox2,1,-2,3\nNanog,0.5,0,1e-3\nPou5f1,4,5,6\nKlf4,7,8,9\n";
const EDGES: &str = "Gene1,Gene2,Type\nSox2,Nanog,+\nPou5f1,Nanog,-\nSox2,Klf4,+\n";

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, content) in files {
        write(&folder, name, content.as_bytes());
    }
    folder
}

fn write(folder: &TempDir, name: &str, content: &[u8]) {
    fs::write(folder.path().join(name), content).expect("a file");
}

fn path(folder: &TempDir, name: &str) -> String {
    folder.path().join(name).to_str().expect("text").to_owned()
}

fn gzip(content: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content.as_bytes()).expect("memory");
    encoder.finish().expect("memory")
}

/// What `load csv` makes of these files, named as their parameters.
fn csv(files: &[(&'static str, &str)], more: &[(&str, &str)]) -> (Arc<Dataset>, Vec<String>) {
    let folder = folder(files);
    let paths: Vec<(&str, String)> = files.iter().map(|(name, _)| (*name, path(&folder, name))).collect();
    let mut set: Vec<(&str, &str)> = paths.iter().map(|(name, path)| (*name, path.as_str())).collect();
    set.extend(more);
    with_notes(&CSV, &set)
}

fn csv_failure(files: &[(&'static str, &str)], more: &[(&str, &str)]) -> Diagnostic {
    let folder = folder(files);
    let paths: Vec<(&str, String)> = files.iter().map(|(name, _)| (*name, path(&folder, name))).collect();
    let mut set: Vec<(&str, &str)> = paths.iter().map(|(name, path)| (*name, path.as_str())).collect();
    set.extend(more);
    failure(&CSV, &set, None)
}

#[derive(Default)]
struct Notes(Mutex<Vec<String>>);

impl Observer for Notes {
    fn event(&self, event: &Event) {
        if let Event::Note(text) = event {
            self.0.lock().expect("no panic").push(text.clone());
        }
    }
}

/// The data set, and what was noted.
fn with_notes(stage: &Stage, set: &[(&str, &str)]) -> (Arc<Dataset>, Vec<String>) {
    let notes = Notes::default();
    let value = (stage.run.expect("the stage runs"))(
        &StageContext {
            arguments: &arguments(stage, set),
            hints: &BTreeSet::new(),
            device: &candle_core::Device::Cpu,
            observer: &notes,
            position: 1,
            cancel: &CancelToken::default(),
        },
        None,
    );
    match value {
        Ok(Value::Dataset(dataset)) => (dataset, notes.0.into_inner().expect("no panic")),
        other => panic!("expected a data set, found {other:?}"),
    }
}

/// Each target with its team, by name.
fn teams(dataset: &Dataset) -> Vec<(&str, Vec<&str>)> {
    let name = |gene: usize| dataset.genes[gene].as_str();
    let targets = (0..dataset.gene_count()).filter(|gene| !dataset.network.team(*gene).is_empty());
    let team = |target: usize| dataset.network.team(target).iter().map(|gene| name(*gene)).collect();
    targets.map(|target| (name(target), team(target))).collect()
}

#[test]
fn every_delimiter_and_compression_gives_the_same_data_set() {
    let expected = csv(&[("expression", EXPRESSION), ("network", EDGES)], &[]);
    assert_eq!(expected.0.genes, ["Sox2", "Nanog", "Pou5f1", "Klf4"]);
    assert_eq!(expected.0.expression.row(0).to_vec(), [1.0, -2.0, 3.0]);
    assert_eq!(
        teams(&expected.0),
        [("Nanog", vec!["Sox2", "Pou5f1"]), ("Klf4", vec!["Sox2"])]
    );
    assert_eq!(expected.0.cell_types, [0, 0, 0]);
    assert_eq!((expected.0.name.as_str(), expected.1), ("expression", vec![]));
    for delimiter in ["\t", ";"] {
        let [expression, edges] = [EXPRESSION, EDGES].map(|text| text.replace(',', delimiter));
        let (found, _) = csv(&[("expression", &expression), ("network", &edges)], &[]);
        assert_eq!(
            (&found.genes, &found.expression),
            (&expected.0.genes, &expected.0.expression)
        );
        assert_eq!(found.network, expected.0.network);
    }
    // As R writes it: no field above the row names, spaces between.
    let expression = EXPRESSION[1..].replace(',', " ");
    let (found, _) = csv(
        &[("expression", &expression), ("network", "Sox2 Klf4\n")],
        &[("name", "mine")],
    );
    assert_eq!(
        (&found.expression, found.name.as_str()),
        (&expected.0.expression, "mine")
    );
    let folder = folder(&[]);
    write(&folder, "rna.tsv.gz", &gzip(&EXPRESSION.replace(',', "\t")));
    write(&folder, "edges.csv.gz", &gzip(EDGES));
    let set = [
        ("expression", path(&folder, "rna.tsv.gz")),
        ("network", path(&folder, "edges.csv.gz")),
    ];
    let set = set.each_ref().map(|(name, path)| (*name, path.as_str()));
    let found = dataset(&CSV, &set, None);
    assert_eq!(
        (&found.expression, found.name.as_str()),
        (&expected.0.expression, "rna")
    );
}

#[test]
fn cells_may_stand_in_rows() {
    let turned = "\tSox2\tNanog\tKlf4\nc1\t1\t2\t3\nc2\t4\t5\t6\n";
    let files = [("expression", turned), ("network", "Sox2\tNanog\n")];
    let (found, _) = csv(&files, &[("rows", "cells")]);
    assert_eq!(found.genes, ["Sox2", "Nanog", "Klf4"]);
    assert_eq!(found.expression.row(1).to_vec(), [2.0, 5.0]);
    let error = csv_failure(&files, &[]);
    assert_eq!(error.code, "no-gene-matches");
    assert!(
        error.help.as_deref().unwrap_or_default().contains("write `rows=cells`"),
        "{error:?}"
    );
    let files = [("expression", "\tSox2\tSox2\nc1\t1\t2\n"), ("network", "Sox2\tNanog\n")];
    assert_eq!(csv_failure(&files, &[("rows", "cells")]).code, "duplicate-gene");
}

#[test]
fn what_is_left_out_is_told() {
    let edges = "Sox2,Nanog\nSox2,Nanog\nKlf4,Klf4\nMyc,Nanog\nMyc,Lin28a\nSox2,Klf4\n";
    let (found, notes) = csv(&[("expression", EXPRESSION), ("network", edges)], &[]);
    assert_eq!(teams(&found), [("Nanog", vec!["Sox2"]), ("Klf4", vec!["Sox2"])]);
    let [note] = notes.as_slice() else {
        panic!("{notes:?}");
    };
    for part in [
        "2 of 6 edges kept",
        "2 with a gene that has no expression (2 such genes: `Myc`, `Lin28a`)",
        "1 repeated",
        "1 from a gene to itself",
        "1 target counts only part",
    ] {
        assert!(note.contains(part), "`{note}` lacks `{part}`");
    }
}

#[test]
fn names_that_do_not_match_are_listed_with_the_likeliest_cause() {
    let shouted = EDGES.to_uppercase();
    for (edges, cause) in [
        (shouted.as_str(), "upper and lower case (`SOX2` and `Sox2`)"),
        (
            "ENSMUSG00000074637\tENSMUSG00000012396\n",
            "by symbols, the other file by Ensembl ids",
        ),
        ("0,1\n2,3\n", "numbers"),
        ("abc,xyz\nabc,uvw\n", "different genes"),
    ] {
        let error = csv_failure(&[("expression", EXPRESSION), ("network", edges)], &[]);
        assert_eq!(error.code, "no-gene-matches", "{edges}");
        assert!(
            error
                .message
                .contains("the matrix has `Sox2`, `Nanog`, `Pou5f1`, `Klf4`"),
            "{}",
            error.message
        );
        assert!(error.help.as_deref().unwrap_or_default().contains(cause), "{error:?}");
    }
    let error = csv_failure(
        &[("expression", EXPRESSION), ("network", "Sox2,Sox2\nKlf4,Klf4\n")],
        &[],
    );
    assert_eq!(error.code, "only-self-edges");
}

#[test]
fn regulators_come_from_the_list_or_else_from_the_network() {
    let (found, _) = csv(&[("expression", EXPRESSION), ("network", EDGES)], &[]);
    assert_eq!((found.tf_list.as_deref(), found.regulators()), (None, vec![0, 2]));
    for list in [
        "Klf4\nSox2\nMyc\n",
        ",TF,index\n0,Klf4,3\n1,Sox2,0\n2,Myc,1\n",
        "TF,Sources\nKlf4,A|B\nSox2,C\nMyc,D",
    ] {
        let (found, notes) = csv(
            &[("expression", EXPRESSION), ("network", EDGES), ("tf_list", list)],
            &[],
        );
        assert_eq!(found.regulators(), [0, 3], "{list}");
        let [note] = notes.as_slice() else {
            panic!("{notes:?}");
        };
        assert!(note.contains("2 of 3 possible regulators have expression"), "{note}");
        assert!(
            note.contains("1 of the network's 2 regulators aren't in the list") && note.contains("`Pou5f1`"),
            "{note}"
        );
    }
    let files = [
        ("expression", EXPRESSION),
        ("network", EDGES),
        ("tf_list", "KLF4\nSOX2\n"),
    ];
    let error = csv_failure(&files, &[]);
    assert_eq!(error.code, "no-gene-matches");
    assert!(
        error
            .message
            .starts_with("no name in `tf_list` is a gene of `expression`"),
        "{}",
        error.message
    );
}

#[test]
fn cells_get_their_types() {
    let types = "cell\tcluster\nc3\t10\nc1\t10\nc2\t2\nc9\t7\n";
    let (found, _) = csv(
        &[("expression", EXPRESSION), ("network", EDGES), ("cell_types", types)],
        &[],
    );
    assert_eq!(found.cell_types, [1, 0, 1]);
    let files = [
        ("expression", EXPRESSION),
        ("network", EDGES),
        ("cell_types", "c1,a\nc3,b\n"),
    ];
    let error = csv_failure(&files, &[]);
    assert_eq!(
        (error.code, error.message.as_str()),
        ("cell-without-type", "1 of 3 cells have no type: `c2`")
    );
}

#[test]
fn spoiled_files_are_told_with_their_line() {
    for (expression, edges, code, line) in [
        ("", EDGES, "empty-file", None),
        (",c1\nSox2,x\n", EDGES, "not-a-number", Some(2)),
        (",c1\nSox2,1\nSox2,2\n", EDGES, "duplicate-gene", Some(3)),
        (",c1,c2\nSox2,1\n", EDGES, "ragged-row", Some(2)),
        (EXPRESSION, "", "empty-file", None),
        (EXPRESSION, "TF,target\n", "no-edges", None),
        (EXPRESSION, "Sox2,Nanog\nSox2\n", "incomplete-edge", Some(2)),
    ] {
        let error = csv_failure(&[("expression", expression), ("network", edges)], &[]);
        assert_eq!(
            (error.code, error.file.and_then(|file| file.line)),
            (code, line),
            "{expression:?} {edges:?}"
        );
    }
}

#[test]
fn beeline_folders_are_read_under_both_names() {
    for network in ["refNetwork.csv", "GroundTruthNetwork.csv"] {
        let folder = folder(&[
            ("ExpressionData.csv", EXPRESSION),
            (network, EDGES),
            ("PseudoTime.csv", ""),
        ]);
        let (found, notes) = with_notes(&BEELINE, &[("dir", &path(&folder, ""))]);
        assert_eq!(
            teams(&found),
            [("Nanog", vec!["Sox2", "Pou5f1"]), ("Klf4", vec!["Sox2"])]
        );
        assert!(notes.is_empty(), "{notes:?}");
    }
    let outer = folder(&[("GroundTruthNetwork.csv", EDGES)]);
    let inner = outer.path().join("ex1");
    fs::create_dir(&inner).expect("a folder");
    fs::write(inner.join("ExpressionData.csv"), EXPRESSION).expect("a file");
    let inner = inner.to_str().expect("text");
    let error = failure(&BEELINE, &[("dir", inner)], None);
    assert_eq!(error.code, "file-not-found");
    let network = path(&outer, "GroundTruthNetwork.csv");
    assert!(
        error
            .help
            .unwrap_or_default()
            .contains(&format!("add `network=\"{network}\"`"))
    );
    let found = dataset(&BEELINE, &[("dir", inner), ("network", &network)], None);
    assert_eq!((found.name.as_str(), found.network.edge_count()), ("ex1", 3));
    assert_eq!(failure(&BEELINE, &[], None).code, "nothing-to-load");
}

#[test]
fn genelink_folders_are_read_by_name_or_by_row() {
    let labels = ",TF,Target\n0,0,1\n1,2,1\n2,0,3\n";
    let tfs = ",TF,index\n0,Sox2,0\n1,Pou5f1,2\n2,Klf4,3\n";
    let expected = [("Nanog", vec!["Sox2", "Pou5f1"]), ("Klf4", vec!["Sox2"])];
    for (name, edges) in [("BL--network.csv", EDGES), ("Label.csv", labels)] {
        let folder = folder(&[("BL--ExpressionData.csv", EXPRESSION), (name, edges)]);
        write(&folder, "TF.csv.gz", &gzip(tfs));
        let found = dataset(&GENELINK, &[("dir", &path(&folder, ""))], None);
        assert_eq!(
            (teams(&found), found.regulators()),
            (expected.to_vec(), vec![0, 2, 3]),
            "{name}"
        );
    }
    let files = folder(&[
        ("BL--ExpressionData.csv", EXPRESSION),
        ("Label.csv", ",TF,Target\n0,0,4\n"),
    ]);
    let error = failure(&GENELINK, &[("dir", &path(&files, ""))], None);
    assert_eq!(error.code, "unknown-row");
    let files = folder(&[("BL--ExpressionData.csv", EXPRESSION)]);
    assert_eq!(
        failure(&GENELINK, &[("dir", &path(&files, ""))], None).code,
        "file-not-found"
    );
}

fn shared_set(folder: &Path, files: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    let path = |file: &str| folder.join(file).to_str().expect("text").to_owned();
    files.iter().map(|(name, file)| (*name, path(file))).collect()
}

fn load_shared(stage: &Stage, folder: &Path, files: &[(&'static str, &str)]) -> (Arc<Dataset>, Vec<String>) {
    let set = shared_set(folder, files);
    let set: Vec<(&str, &str)> = set.iter().map(|(name, path)| (*name, path.as_str())).collect();
    with_notes(stage, &set)
}

#[test]
fn reads_mesc_as_published_by_name_and_by_row() {
    let Some(folder) = shared("beeline_genelink/mESC_TFs500") else {
        return;
    };
    let (mesc, notes) = load_shared(&GENELINK, &folder, &[("dir", "")]);
    assert_eq!((mesc.gene_count(), mesc.cell_count()), (1120, 421));
    assert_eq!(
        (mesc.network.regulators().len(), mesc.network.edge_count()),
        (88, 29_613)
    );
    assert_eq!(mesc.regulators().len(), 627);
    assert_eq!((mesc.name.as_str(), notes.len()), ("mESC_TFs500", 1));
    let (by_row, _) = load_shared(&GENELINK, &folder, &[("dir", ""), ("labels", "Label.csv.gz")]);
    assert_eq!(by_row.network, mesc.network);
}

#[test]
fn reads_mdc_as_published_by_name_and_by_row() {
    let Some(folder) = shared("beeline_genelink/mDC_TFs1000") else {
        return;
    };
    let (mdc, _) = load_shared(&GENELINK, &folder, &[("dir", "")]);
    assert_eq!((mdc.gene_count(), mdc.cell_count()), (1321, 383));
    assert_eq!((mdc.network.regulators().len(), mdc.network.edge_count()), (21, 1193));
    let (by_row, _) = load_shared(&GENELINK, &folder, &[("dir", ""), ("labels", "Label.csv.gz")]);
    assert_eq!(by_row.network, mdc.network);
}

#[test]
fn reads_mccallas_mesc_as_published() {
    let Some(folder) = shared("mccalla_mesc") else { return };
    let files = [
        ("expression", "semrau_rna_filtered_log2.tsv.gz"),
        ("network", "mESC_chipunion_KDUnion_intersect.txt.gz"),
        ("tf_list", "mESC_Semrau_TFs.tsv"),
    ];
    let (mesc, notes) = load_shared(&CSV, &folder, &files);
    assert_eq!((mesc.gene_count(), mesc.cell_count()), (10_243, 384));
    assert_eq!(
        [2, 3, 4].map(|size| mesc.network.targets_of_size(size).len()),
        [603, 230, 97]
    );
    assert_eq!(mesc.regulators().len(), 334);
    assert!(notes[0].contains("4,393 of 11,634 edges kept"), "{}", notes[0]);
}

#[test]
fn reads_beelines_example_as_published() {
    let Some(folder) = shared("beeline_example/GSD") else {
        return;
    };
    let files = [("dir", "ex1"), ("network", "GroundTruthNetwork.csv")];
    let (gsd, notes) = load_shared(&BEELINE, &folder, &files);
    assert_eq!(
        (gsd.gene_count(), gsd.cell_count(), gsd.network.edge_count()),
        (19, 2000, 76)
    );
    assert!(
        notes[0].contains("76 of 86 edges kept; left out: 7 repeated, 3 from a gene to itself"),
        "{}",
        notes[0]
    );
}
