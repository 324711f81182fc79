//! The real catalog: defaults, examples, pages, the committed reference.

use grn::lang::catalog::{Catalog, DefaultValue};
use grn::lang::check::check;
use grn::lang::checked::Environment;
use grn::lang::complete::{CandidateKind, complete};
use grn::lang::help::{page, reference_markdown, stage_page};
use grn::lang::literal;
use std::path::Path;

fn catalog() -> Catalog {
    grn::stages::catalog()
}

#[test]
fn every_default_fits_its_own_parameter() {
    for spec in catalog().specs() {
        for parameter in spec.parameters {
            if let DefaultValue::Literal(text) = parameter.default {
                let fits = literal::default_literal(parameter, text).is_some();
                assert!(fits, "{} {}={text}", spec.name(), parameter.name);
            }
        }
    }
}

#[test]
fn no_stage_or_parameter_is_described_twice_or_not_at_all() {
    let catalog = catalog();
    let mut names: Vec<String> = Vec::new();
    for spec in catalog.specs() {
        assert!(!names.contains(&spec.name()), "{}", spec.name());
        names.push(spec.name());
        assert!(
            !spec.summary.is_empty() && !spec.summary.ends_with('.'),
            "{}",
            spec.name()
        );
        assert!(!spec.description.is_empty(), "{}", spec.name());
        let mut parameters: Vec<&str> = Vec::new();
        for parameter in spec.parameters {
            assert!(
                !parameters.contains(&parameter.name),
                "{} {}",
                spec.name(),
                parameter.name
            );
            assert!(
                parameter.doc.ends_with('.'),
                "{} {}: {}",
                spec.name(),
                parameter.name,
                parameter.doc
            );
            parameters.push(parameter.name);
        }
        for read in spec.reads {
            assert!(parameters.contains(read), "{} reads {read}", spec.name());
        }
    }
}

#[test]
fn every_example_checks() {
    for spec in catalog().specs() {
        // A stage that only reads the user's files has nothing to show on the built-in data.
        let reads_only = spec.takes.is_empty() && !spec.reads.is_empty();
        assert!(
            reads_only || !spec.examples.is_empty(),
            "{} has no example",
            spec.name()
        );
        for example in spec.examples {
            let parse = grn_grammar::parse(example);
            assert_eq!(parse.errors, [], "{example}");
            let problems = check(&parse.script, &catalog(), &Environment::default()).diagnostics;
            let problems: Vec<_> = problems.into_iter().filter(|d| d.code != "missing-file").collect();
            assert!(problems.is_empty(), "{example}: {problems:?}");
        }
    }
}

#[test]
fn every_stage_has_a_page_with_all_its_parameters() {
    let catalog = catalog();
    for spec in catalog.specs() {
        let found = page(&catalog, Some(spec.verb), spec.method).unwrap();
        assert_eq!(found, stage_page(spec));
        for rendering in [found.to_text(), found.to_markdown(2)] {
            for parameter in spec.parameters {
                assert!(rendering.contains(parameter.name), "{} {}", spec.name(), parameter.name);
            }
        }
    }
    let overview = page(&catalog, None, None).unwrap().to_text();
    assert!(catalog.specs().all(|spec| overview.contains(&spec.name())));
    assert_eq!(page(&catalog, Some("nonsense"), None), None);
    assert_eq!(page(&catalog, Some("retrieve"), Some("nonsense")), None);
}

#[test]
fn the_committed_reference_is_the_catalogs() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference.md");
    let expected = reference_markdown(&catalog());
    if std::env::var_os("GRN_UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &expected).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "docs/reference.md is not the catalog's: GRN_UPDATE=1 cargo test --test suite writes it"
    );
}

#[test]
fn the_catalog_knows_which_scores_are_sums() {
    let decomposes = |method| {
        catalog()
            .find("select", Some(method))
            .is_some_and(|spec| spec.decomposes)
    };
    assert!(decomposes("stage1") && decomposes("pairs2") && !decomposes("residual_hos2"));
    assert!(catalog().specs().all(|spec| spec.verb == "select" || !spec.decomposes));
}

fn candidates(source: &str) -> Vec<String> {
    let offset = source.find('^').unwrap();
    let source = source.replace('^', "");
    let completions = complete(&source, offset, &catalog(), &Environment::default());
    completions
        .candidates
        .into_iter()
        .map(|candidate| candidate.text)
        .collect()
}

#[test]
fn completion_offers_what_fits() {
    assert_eq!(candidates("ret^"), ["retrieve"]);
    assert_eq!(candidates("retrieve attn | se^"), ["select"]);
    assert_eq!(candidates("retrieve attn | dec^"), Vec::<String>::new());
    assert_eq!(candidates("retrieve pop^"), ["popularity"]);
    assert_eq!(candidates("retrieve [dot, d^"), Vec::<String>::new());
    assert_eq!(candidates("retrieve attn ep^"), ["epochs="]);
    assert!(!candidates("retrieve attn epochs=3 ^").contains(&"epochs=".to_owned()));
    assert!(candidates("split ^").contains(&"test=".to_owned()));
    assert_eq!(candidates("set dev^"), ["device="]);
    assert_eq!(candidates("set device=c^"), ["cpu", "cuda"]);
    assert_eq!(candidates("let pools = retrieve attn\npo^"), ["pools"]);
    assert_eq!(candidates("help retrieve corr^"), ["correlation"]);
    assert_eq!(candidates("retrieve attn # se^"), Vec::<String>::new());
    assert_eq!(candidates("select stage1 | decode exact verify=t^"), ["true"]);
}

#[test]
fn completion_describes_parameters() {
    let found = complete("retrieve attn k", 15, &catalog(), &Environment::default());
    let k = &found.candidates[0];
    assert_eq!((k.text.as_str(), k.kind), ("k=", CandidateKind::Parameter));
    assert!(
        k.detail.contains("a whole number from 1 to") && k.detail.contains("`80`"),
        "{}",
        k.detail
    );
    assert_eq!((found.span.start, found.span.end), (14, 15));
}
