//! Every value as bytes and back, bytes that are no value, and sessions that share a folder.

use crate::cache::content::{decode, encode};
use crate::cache::entry::{Entry, Header, Problem};
use crate::cache::folder::Folder;
use crate::data::dataset::Dataset;
use crate::data::pools::{Pools, TrainingCurve};
use crate::engine::interruption_tests::{Asks, SCRIPTS, run, write_dataset};
use crate::engine::observer::CancelToken;
use crate::engine::value::Value;
use crate::lang::types::Type;
use crate::metrics::exact_match::evaluate;
use crate::metrics::fixtures;
use crate::plan::graph::NodeId;
use crate::session::Session;
use candle_core::Device;
use ndarray::Array2;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

fn id(byte: u8) -> NodeId {
    NodeId([byte; 16])
}

/// A session whose stages are kept in a folder, all of them.
fn session(folder: &Path) -> Session {
    let mut session = Session::new(BTreeMap::new());
    session.keep_stages_in(Some(folder.to_owned()));
    session.keep_everything();
    session
}

/// Runs a script; gives the values in words and the stages that ran.
fn ran(mut session: Session, script: &str) -> (String, Vec<String>) {
    let asks = Asks::default();
    let values = run(&mut session, script, &asks, &CancelToken::default()).unwrap();
    let stages = asks.stages.into_inner().unwrap();
    (values, stages.into_iter().map(|(label, ..)| label).collect())
}

/// A report with all that it was made from, the nearest first.
fn report_and_upstream() -> (Value, Vec<(NodeId, Value)>) {
    let teams = Arc::new(fixtures::teams());
    let report = Value::Report(Arc::new(evaluate(&teams)));
    let (pools, split) = (&teams.pools, &teams.pools.split);
    let upstream = vec![
        (id(4), Value::Teams(Arc::clone(&teams))),
        (id(3), Value::Pools(Arc::clone(pools))),
        (id(2), Value::Split(Arc::clone(split))),
        (id(1), Value::Dataset(Arc::clone(&split.dataset))),
    ];
    (report, upstream)
}

/// Writes a value and reads it again.
fn again(value: &Value, upstream: &[(NodeId, Value)]) -> Value {
    let content = encode(value, upstream).unwrap();
    let base = upstream.iter().find(|(id, _)| Some(*id) == content.base);
    decode(value.kind(), &content.bytes, base.map(|(_, base)| base), &Device::Cpu).unwrap()
}

#[test]
fn values_come_back_and_share_what_they_shared() {
    let (report, upstream) = report_and_upstream();
    for place in 0..upstream.len() {
        let (_, value) = &upstream[place];
        assert_eq!(
            format!("{:?}", again(value, &upstream[place + 1..])),
            format!("{value:?}")
        );
    }
    let read = again(&report, &upstream);
    assert_eq!(format!("{read:?}"), format!("{report:?}"));
    assert!(Arc::ptr_eq(read.teams().unwrap(), report.teams().unwrap()));
    assert!(
        encode(&report, &upstream[1..]).is_none(),
        "it shares its teams with nothing that is known"
    );
}

#[test]
fn the_form_of_entries_is_known() {
    // Where this fails, values are written in another form: `address::FORMAT` is to be raised.
    let (report, upstream) = report_and_upstream();
    let mut hasher = blake3::Hasher::new();
    for (place, value) in [&report]
        .into_iter()
        .chain(upstream.iter().map(|(_, value)| value))
        .enumerate()
    {
        hasher.update(&encode(value, &upstream[place..]).unwrap().bytes);
    }
    assert_eq!(hasher.finalize().to_hex().as_str()[..16], *"6344ccb0c6a44879");
}

#[test]
fn what_is_kept_gives_the_same_numbers_for_every_stage() {
    let data = tempfile::tempdir().unwrap();
    write_dataset(data.path());
    for script in SCRIPTS {
        let folder = tempfile::tempdir().unwrap();
        let script = script.replace("{dir}", &data.path().display().to_string());
        let (expected, all) = ran(Session::new(BTreeMap::new()), &script);
        assert_eq!(
            ran(session(folder.path()), &script),
            (expected.clone(), all.clone()),
            "{script}"
        );
        assert_eq!(
            ran(session(folder.path()), &script),
            (expected.clone(), vec![]),
            "{script}"
        );
        // Without its last value, and then without the two last ones, only these are made again.
        let folder = Folder::new(folder.path());
        for gone in [1, 2] {
            for label in &all[all.len() - gone..] {
                let of_stage = |header: &Header| label == &header.stage;
                let entries = folder.list().unwrap();
                let entry = entries.iter().find(|entry| entry.header.as_ref().is_ok_and(of_stage));
                // Scorers that are made in no time aren't kept.
                entry
                    .into_iter()
                    .for_each(|entry| fs::remove_file(&entry.path).unwrap());
            }
            let (values, stages) = ran(session(folder.path()), &script);
            assert!(values == expected, "{script}");
            let unkept = |label: &String| {
                let untrained = ["stage1", "modal", "copy_nearest", "steady_state"];
                label
                    .strip_prefix("select ")
                    .is_some_and(|method| untrained.contains(&method))
            };
            let made = stages.iter().filter(|label| !unkept(label)).count();
            let last = all[all.len() - gone..].iter().filter(|label| !unkept(label)).count();
            assert_eq!(made, last, "{script}: {stages:?}");
        }
    }
}

#[test]
fn a_scorer_comes_back_with_all_that_it_can_do() {
    const SOURCE: &str = "simulate sergio genes=120 regulators=30 cells=4 team_mix=(40, 30, 20, 10) \
                          | split stratified seed=1 sizes=(2, 3) | retrieve popularity k=12";
    const SMALL: &str = "epochs=2 embedding=8 hidden=8";
    for method in [
        "residual_hos2 heads=2 feedforward=8 negatives=4 layers=2",
        "pure_hos2 heads=2 feedforward=8 negatives=4",
        "pairs2",
        "deep_pairs2 layers=3",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let scorer = format!("{SOURCE} | select {method} {SMALL}");
        ran(session(folder.path()), &scorer);
        for decoder in [
            "decode exact verify=true",
            "decode exact precision=bf16",
            "decode topr",
            "decode beam gap=true",
            "decode swap starts=2",
            "predict sizes=(2,)",
        ] {
            let script = format!("{scorer} | {decoder}");
            let (expected, _) = ran(Session::new(BTreeMap::new()), &script);
            let (values, stages) = ran(session(folder.path()), &script);
            assert!(values == expected, "{script}");
            assert!(!stages.iter().any(|label| label.starts_with("select")), "{stages:?}");
        }
    }
}

#[test]
fn a_damaged_entry_is_told_and_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let (expected, all) = ran(session(folder.path()), SCRIPTS[3]);
    for damage in [
        |bytes: &mut Vec<u8>| bytes.truncate(bytes.len() / 2),
        |bytes: &mut Vec<u8>| bytes.clear(),
        |bytes: &mut Vec<u8>| bytes.iter_mut().for_each(|byte| *byte ^= 0x10),
        |bytes: &mut Vec<u8>| *bytes.last_mut().unwrap() ^= 1,
        |bytes: &mut Vec<u8>| bytes.push(0),
    ] {
        for entry in Folder::new(folder.path()).list().unwrap() {
            let mut bytes = fs::read(&entry.path).unwrap();
            damage(&mut bytes);
            fs::write(&entry.path, bytes).unwrap();
        }
        assert_eq!(ran(session(folder.path()), SCRIPTS[3]), (expected.clone(), all.clone()));
        let (count, damaged) = Folder::new(folder.path()).verify().unwrap();
        assert_eq!(
            (count, damaged),
            (all.len() - 1, Vec::new()),
            "`select stage1` isn't kept"
        );
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_one_note() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let (values, _) = ran(session(&file.join("within")), SCRIPTS[3]);
    assert_eq!(values, ran(Session::new(BTreeMap::new()), SCRIPTS[3]).0);
}

/// A header of so many bytes of content.
fn header(node: NodeId, base: Option<NodeId>, content: &[u8]) -> Header {
    let mut header = Header::new(node, "retrieve attn".to_owned(), Type::Pools, 1.5, "cpu".to_owned());
    header.base = base.map(|base| base.0);
    header.length = content.len() as u64;
    header
}

/// Names as entries have them.
fn name(byte: u8) -> String {
    id(byte).to_string()
}

#[test]
fn no_byte_of_an_entry_changes_unnoticed() {
    let folder = tempfile::tempdir().unwrap();
    let entries = Folder::new(folder.path());
    let content: Vec<u8> = (0..100).collect();
    entries
        .write(&name(1), &header(id(1), Some(id(2)), &content), &content, true)
        .unwrap();
    let path = entries.file(&name(1));
    assert_eq!(Entry::open(&path).unwrap().content().unwrap(), content);
    let sound = fs::read(&path).unwrap();
    for place in 0..sound.len() {
        for damaged in [
            [&sound[..place], &[sound[place] ^ 0x40], &sound[place + 1..]].concat(),
            sound[..place].to_vec(),
        ] {
            fs::write(&path, damaged).unwrap();
            let read = Entry::open(&path).and_then(Entry::content);
            assert!(matches!(read, Err(Problem::Damaged(_))), "byte {place}: {read:?}");
        }
    }
    let (count, damaged) = entries.verify().unwrap();
    assert_eq!((count, damaged.len()), (1, 1));
}

#[test]
fn the_entry_unused_for_longest_goes_first_and_bases_after_what_needs_them() {
    let folder = tempfile::tempdir().unwrap();
    let entries = Folder::new(folder.path());
    let content = [7; 1000];
    let hours = |hours: u64| SystemTime::now() - Duration::from_secs(3600 * hours);
    // 2 and 3 were made from 1; 4 stands alone.
    for (byte, base, age) in [(1, None, 9), (2, Some(id(1)), 8), (3, Some(id(1)), 2), (4, None, 5)] {
        entries
            .write(&name(byte), &header(id(byte), base, &content), &content, false)
            .unwrap();
        let file = fs::File::options()
            .append(true)
            .open(entries.file(&name(byte)))
            .unwrap();
        file.set_modified(hours(age)).unwrap();
    }
    let (_, size) = entries.size().unwrap();
    let left = || -> Vec<u8> { (1..=4).filter(|byte| entries.file(&name(*byte)).exists()).collect() };
    assert_eq!((entries.shrink(size).unwrap(), left()), (size, vec![1, 2, 3, 4]));
    for (limit, expected) in [
        (size - 1, vec![1, 3, 4]),
        (size / 4 * 2, vec![1, 3]),
        (size / 4, vec![1]),
        (0, vec![]),
    ] {
        assert!(entries.shrink(limit).unwrap() <= limit);
        assert_eq!(left(), expected);
    }
}

#[test]
fn only_entries_and_what_was_abandoned_are_cleared() {
    let folder = tempfile::tempdir().unwrap();
    let entries = Folder::new(folder.path());
    entries
        .write(&name(1), &header(id(1), None, b"x"), b"x", false)
        .unwrap();
    let path = |name: &str| folder.path().join(name);
    for name in ["notes.txt", "short.stage", ".grn-fresh", ".grn-old"] {
        fs::write(path(name), "x").unwrap();
    }
    let old = fs::File::options().append(true).open(path(".grn-old")).unwrap();
    old.set_modified(SystemTime::now() - Duration::from_secs(7200)).unwrap();
    assert_eq!(entries.clear().unwrap().0, 1);
    assert_eq!(entries.size().unwrap(), (0, 0));
    assert!(
        ["notes.txt", "short.stage", ".grn-fresh"]
            .iter()
            .all(|name| path(name).exists())
    );
    assert!(!path(".grn-old").exists());
    assert_eq!(Folder::new(path("nowhere")).clear().unwrap(), (0, 0));
}

#[cfg(unix)]
#[test]
fn the_folder_is_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let entries = Folder::new(folder.path().join("a/b"));
    entries
        .write(&name(1), &header(id(1), None, b"x"), b"x", false)
        .unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(entries.path()), mode(&entries.file(&name(1)))), (0o700, 0o600));
}

/// Every bit of a number counts, also of those that are none.
fn number() -> impl Strategy<Value = f32> {
    any::<u32>().prop_map(f32::from_bits)
}

prop_compose! {
    fn datasets()(genes in 1_usize..6, cells in 0_usize..5)(
        numbers in prop::collection::vec(number(), genes * cells),
        own in prop::collection::vec(number(), genes * 2),
        cell_types in prop::collection::vec(0_usize..4, cells),
        features in 0..3,
        genes in Just(genes),
        cells in Just(cells),
    ) -> Dataset {
        let expression = Arc::new(Array2::from_shape_vec((genes, cells), numbers).unwrap());
        Dataset {
            features: match features {
                0 => None,
                1 => Some(Arc::clone(&expression)),
                _ => Some(Arc::new(Array2::from_shape_vec((genes, 2), own).unwrap())),
            },
            genes: (0..genes).map(|gene| format!("g{gene}")).collect(),
            expression,
            cell_types,
            ..Dataset::clone(&fixtures::split().dataset)
        }
    }
}

fn bits(matrix: &Array2<f32>) -> (usize, usize, Vec<u32>) {
    (
        matrix.nrows(),
        matrix.ncols(),
        matrix.iter().map(|number| number.to_bits()).collect(),
    )
}

proptest! {
    #[test]
    fn any_data_set_comes_back(mut dataset in datasets()) {
        dataset.network = Arc::new(crate::data::network::Network::new(vec![vec![]; dataset.genes.len()]));
        let value = Value::Dataset(Arc::new(dataset));
        let Value::Dataset(read) = again(&value, &[]) else { panic!("another type") };
        let dataset = value.dataset().unwrap();
        prop_assert_eq!(bits(&read.expression), bits(&dataset.expression));
        prop_assert_eq!(read.features.as_deref().map(bits), dataset.features.as_deref().map(bits));
        let shares = |dataset: &Dataset| dataset.features.as_ref().is_some_and(|own| Arc::ptr_eq(own, &dataset.expression));
        prop_assert_eq!(shares(&read), shares(dataset));
        prop_assert_eq!((&read.name, &read.genes, &read.cell_types), (&dataset.name, &dataset.genes, &dataset.cell_types));
    }

    #[test]
    fn any_pools_come_back(rows in prop::collection::vec(prop::collection::vec((0_usize..10, number()), 0..5), 10), loss in any::<Vec<f64>>()) {
        let split = Arc::new(fixtures::split());
        let pools = Pools {
            split: Arc::clone(&split),
            method: "attn".to_owned(),
            k: 5,
            ranked: rows.iter().map(|row| row.iter().map(|(gene, _)| *gene).collect()).collect(),
            scores: rows.iter().map(|row| row.iter().map(|(_, score)| *score).collect()).collect(),
            training: TrainingCurve { name: "retrieve attn".to_owned(), loss },
        };
        let value = Value::Pools(Arc::new(pools));
        let read = again(&value, &[(id(2), Value::Split(split))]);
        prop_assert_eq!(format!("{read:?}"), format!("{value:?}"));
    }

    #[test]
    fn bytes_that_are_no_value_are_refused(place in 0_usize..5, at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        let (report, upstream) = report_and_upstream();
        let values: Vec<&Value> = [&report].into_iter().chain(upstream.iter().map(|(_, value)| value)).collect();
        let content = encode(values[place], &upstream[place..]).unwrap();
        let mut bytes = content.bytes;
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if cut {
            bytes.truncate(at);
        }
        let base = upstream.iter().find(|(id, _)| Some(*id) == content.base).map(|(_, base)| base);
        // Checksums keep such bytes away; even so they must not lead to a panic, or to memory without bound.
        let read = decode(values[place].kind(), &bytes, base, &Device::Cpu);
        prop_assert!(!cut || read.is_err());
    }
}
