//! `simulate sergio`: agreement with SERGIO itself, determinism, and the built-in data set.

mod data_support;

use data_support::{dataset, failure, run_with, shared};
use grn::data::dataset::Dataset;
use grn::engine::context::RunError;
use grn::engine::observer::CancelToken;
use grn::stages::load::sergio::STAGE as LOAD;
use grn::stages::simulate::sergio::STAGE as SIMULATE;
use std::collections::BTreeSet;

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
    let (ma, mb) = (mean(a), mean(b));
    let product =
        |x: &[f64], mx: f64, y: &[f64], my: f64| x.iter().zip(y).map(|(x, y)| (x - mx) * (y - my)).sum::<f64>();
    product(a, ma, b, mb) / (product(a, ma, a, ma) * product(b, mb, b, mb)).sqrt()
}

fn type_means(dataset: &Dataset) -> Vec<f64> {
    dataset.type_means().iter().copied().collect()
}

/// Variance of each gene within each type, gene-major.
fn type_variances(dataset: &Dataset) -> Vec<f64> {
    let means = dataset.type_means();
    let mut sums = vec![0.0; means.len()];
    let types = dataset.type_count();
    for ((gene, cell), value) in dataset.expression.indexed_iter() {
        let kind = dataset.cell_types[cell];
        sums[gene * types + kind] += (f64::from(*value) - means[[gene, kind]]).powi(2);
    }
    let cells = (dataset.cell_count() / types) as f64;
    sums.iter().map(|sum| sum / cells).collect()
}

/// Correlation of type means, and median ratio of variances.
fn compare(folder: &str) -> Option<(f64, f64)> {
    let folder = shared(folder)?;
    let path = folder.to_str()?;
    let reference = dataset(&LOAD, &[("dir", path)], None);
    let ours = dataset(&SIMULATE, &[("dir", path), ("cells", "300"), ("seed", "1")], None);
    assert_eq!(ours.genes, reference.genes);
    assert_eq!(ours.network, reference.network);
    assert_eq!(ours.cell_types, reference.cell_types);
    let mut ratios: Vec<f64> = type_variances(&ours)
        .iter()
        .zip(type_variances(&reference))
        .filter(|(_, reference)| *reference > 0.0)
        .map(|(ours, reference)| ours / reference)
        .collect();
    ratios.sort_unstable_by(f64::total_cmp);
    let found = (
        correlation(&type_means(&ours), &type_means(&reference)),
        ratios[ratios.len() / 2],
    );
    println!(
        "{}: correlation of type means {:.4}, median variance ratio {:.3}",
        folder.display(),
        found.0,
        found.1
    );
    Some(found)
}

#[test]
fn agrees_with_sergio_on_ds1() {
    if let Some((correlation, ratio)) = compare("sergio_ds1") {
        assert!(correlation > 0.95, "{correlation}");
        assert!((0.9..1.1).contains(&ratio), "{ratio}");
    }
}

#[test]
fn agrees_with_sergio_on_ds3() {
    if let Some((correlation, ratio)) = compare("sergio_ds3") {
        assert!(correlation > 0.95, "{correlation}");
        assert!((0.9..1.1).contains(&ratio), "{ratio}");
    }
}

const SMALL: &[(&str, &str)] = &[
    ("genes", "60"),
    ("regulators", "20"),
    ("masters", "8"),
    ("types", "3"),
    ("cells", "12"),
];

fn with<'a>(extra: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    SMALL.iter().copied().chain(extra.iter().copied()).collect()
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let simulate = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("threads start");
        pool.install(|| dataset(&SIMULATE, SMALL, None))
    };
    let (one, three) = (simulate(1), simulate(3));
    assert_eq!(one.expression, three.expression);
    assert_eq!(one.network, three.network);
    assert_ne!(
        one.expression,
        dataset(&SIMULATE, &with(&[("seed", "43")]), None).expression
    );
}

#[test]
fn without_noise_every_cell_stands_at_the_steady_state() {
    let quiet = dataset(&SIMULATE, &with(&[("noise_amplitude", "0")]), None);
    for (row, gene) in quiet.expression.rows().into_iter().zip(&quiet.genes) {
        for kind in 0..3 {
            let first = row[kind * 12];
            let spread = row
                .iter()
                .skip(kind * 12)
                .take(12)
                .map(|x| (x - first).abs())
                .fold(0.0, f32::max);
            assert!(
                spread <= 1e-4 * first.max(1.0),
                "{gene} in type {kind} spreads by {spread}"
            );
        }
    }
}

/// The deterministic steady state of every target is what its regulators' means in the type lead to.
#[test]
fn each_logic_settles_where_its_equation_says() {
    let mut designs = ["sum", "and", "or"]
        .map(|logic| (logic, with(&[("noise_amplitude", "0"), ("logic", logic)])))
        .to_vec();
    // More types than are simulated side by side, teams of more than four, and another coefficient.
    let wide = [
        ("noise_amplitude", "0"),
        ("types", "70"),
        ("team_mix", "(0, 3, 0, 0, 3, 2)"),
        ("hill", "1.5"),
    ];
    for logic in ["sum", "and", "or"] {
        let few = [("cells", "2"), ("logic", logic)];
        designs.push((logic, SMALL[..3].iter().chain(&wide).chain(&few).copied().collect()));
    }
    for (logic, design) in designs {
        let quiet = dataset(&SIMULATE, &design, None);
        let state = quiet.steady_state.as_ref().expect("simulated data know their kinetics");
        assert_eq!(state.logic.name(), logic);
        let means = quiet.type_means();
        for target in 0..quiet.gene_count() {
            for kind in 0..quiet.type_count() {
                let Some(expected) = state.expression(target, |gene| means[[gene, kind]]) else {
                    continue;
                };
                let found = means[[target, kind]];
                let tolerance = 1e-4 * expected.max(1.0);
                assert!(
                    (found - expected).abs() < tolerance,
                    "{logic}: {found} instead of {expected}"
                );
            }
        }
    }
}

#[test]
fn any_one_is_at_least_all_of_them() {
    let quiet = |logic| dataset(&SIMULATE, &with(&[("noise_amplitude", "0"), ("logic", logic)]), None);
    let (sum, and, or) = (quiet("sum"), quiet("and"), quiet("or"));
    assert_eq!(sum.network, and.network);
    // Masters have no regulators, and genes regulated by masters alone have equal regulators in all three.
    let by_masters = |&target: &usize| {
        let team = sum.network.team(target);
        team.len() > 1 && team.iter().all(|&gene| sum.network.team(gene).is_empty())
    };
    let targets: Vec<usize> = (0..sum.gene_count()).filter(by_masters).collect();
    assert!(!targets.is_empty());
    let (sum, and, or) = (sum.type_means(), and.type_means(), or.type_means());
    for target in targets {
        for kind in 0..3 {
            let at = [target, kind];
            assert!(
                and[at] < sum[at] && sum[at] < or[at],
                "{} {} {}",
                and[at],
                sum[at],
                or[at]
            );
        }
    }
}

#[test]
fn each_noise_has_its_variance() {
    // For x' = P − λx with P = λx on average, the variance is q²·s²/(2λ), where s² is P + λx (dpd), P (sp) or
    // (√P + √(λx))² (spd): that is x̄, x̄/2 and 2x̄. Master regulators obey it exactly.
    for (noise, factor) in [("dpd", 1.0), ("sp", 0.5), ("spd", 2.0)] {
        let set = [
            ("genes", "40"),
            ("regulators", "40"),
            ("masters", "40"),
            ("cells", "400"),
            ("noise_amplitude", "0.2"),
        ];
        let mut set = set.to_vec();
        set.push(("noise", noise));
        let masters = dataset(&SIMULATE, &set, None);
        let ratio = type_variances(&masters)
            .iter()
            .zip(type_means(&masters))
            .map(|(v, m)| v / (m * 0.04))
            .sum::<f64>();
        let ratio = ratio / type_means(&masters).len() as f64;
        assert!(
            (ratio / factor - 1.0).abs() < 0.1,
            "{noise}: {ratio} instead of {factor}"
        );
    }
}

#[test]
fn the_built_in_data_set_suits_the_quickstart() {
    let built_in = dataset(&SIMULATE, &[], None);
    assert_eq!(
        (built_in.gene_count(), built_in.cell_count(), built_in.type_count()),
        (320, 450, 9)
    );
    let sizes: Vec<usize> = (1..=4)
        .map(|size| built_in.network.targets_of_size(size).len())
        .collect();
    assert_eq!(sizes, [61, 110, 80, 45]);
    assert!(built_in.expression.iter().all(|x| x.is_finite() && *x >= 0.0));
    let constant = |row: ndarray::ArrayView1<f32>| row.iter().all(|x| *x == row[0]);
    assert!(
        !built_in.expression.rows().into_iter().any(constant),
        "every gene varies"
    );
    for size in 2..=4 {
        let targets = built_in.network.targets_of_size(size);
        let distinct: BTreeSet<&[usize]> = targets.iter().map(|&target| built_in.network.team(target)).collect();
        assert!(
            distinct.len() >= 10 && distinct.len() * 2 <= targets.len(),
            "{} of {}",
            distinct.len(),
            targets.len()
        );
    }
    let mut popularity = vec![0; built_in.gene_count()];
    for target in 0..built_in.gene_count() {
        built_in
            .network
            .team(target)
            .iter()
            .for_each(|&regulator| popularity[regulator] += 1);
    }
    popularity.sort_unstable_by(|a, b| b.cmp(a));
    println!(
        "{} regulators; popularity {:?}",
        built_in.network.regulators().len(),
        &popularity[..60]
    );
    let top: usize = popularity.iter().take(6).sum();
    assert!(
        top * 4 > built_in.network.edge_count(),
        "six hubs have more than a quarter of all edges"
    );
}

#[test]
fn stops_when_asked() {
    let cancel = CancelToken::default();
    cancel.cancel();
    assert!(matches!(
        run_with(&SIMULATE, &[], None, &cancel),
        Err(RunError::Cancelled)
    ));
}

#[test]
fn impossible_designs_are_refused() {
    for set in [
        &[("regulators", "400")][..],
        &[("masters", "61")],
        &[("masters", "3")],
        &[("team_mix", "(0, 0)")],
    ] {
        assert_eq!(failure(&SIMULATE, set, None).code, "impossible-network", "{set:?}");
    }
    assert_eq!(
        failure(&SIMULATE, &[("dt", "0.5"), ("decay", "2")], None).code,
        "unstable-simulation"
    );
    let huge = [("cells", "10000"), ("sampling_state", "1000")];
    assert_eq!(failure(&SIMULATE, &huge, None).code, "simulation-too-large");
}

#[test]
fn a_cycle_in_a_file_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    write("Interaction_cID_1.txt", "1,2,0,2,1.5,2,2,2\n2,1,1,-3,2\n");
    write("Regs_cID_1.txt", "0,1.0,2.0\n");
    let path = folder.path().to_str().expect("text");
    let error = failure(&SIMULATE, &[("dir", path)], None);
    assert_eq!(
        (error.code, error.message.as_str()),
        ("cyclic-network", "the network has a cycle of 2 genes: 2 → 1 → 2")
    );
    write("Interaction_cID_1.txt", "1,1,0,1.5,2\n3,1,7,-3,2\n");
    let error = failure(&SIMULATE, &[("dir", path)], None);
    assert_eq!(error.code, "regulator-without-rate");
    assert_eq!(
        error.file.map(|place| (place.line, place.column)),
        Some((Some(2), Some(3)))
    );
}

#[test]
fn parameters_of_the_generator_mean_nothing_for_files() {
    let Some(folder) = shared("sergio_ds1") else { return };
    let path = folder.to_str().expect("text");
    let error = failure(&SIMULATE, &[("dir", path), ("hubs", "0.5")], None);
    assert_eq!(error.code, "meaningless-parameter");
    assert!(error.message.starts_with("`hubs`"), "{}", error.message);
}
