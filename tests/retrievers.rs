//! What `retrieve` ranks, and with which numbers, through to pools.
#![allow(clippy::unwrap_used)]

use grn::Session;
use grn::data::pools::Pools;
use std::collections::BTreeMap;

const SOURCE: &str = "use simulate sergio genes=120 regulators=30 cells=6 seed=3 | split stratified sizes=(2, 3)";

/// The value that a pipeline gives.
fn pools(pipeline: &str) -> Pools {
    let mut session = Session::new(BTreeMap::new());
    let answer = session.evaluate(&format!("{SOURCE}\n{pipeline}")).unwrap();
    let value = &answer.outcomes().next().unwrap().cells[0].value;
    value.pools().unwrap().as_ref().clone()
}

#[test]
fn every_retriever_can_rank_regulators_only() {
    for method in [
        "attn epochs=1 embedding=8 hidden=8 heads=2",
        "dot epochs=1 embedding=8 hidden=8",
        "popularity",
        "correlation",
        "knn",
        "grnboost trees=3",
    ] {
        let all = pools(&format!("retrieve {method} k=119"));
        let regulators = all.split.dataset.network.regulators();
        let k = regulators.len() - 1;
        for candidates in ["regulators", "known_regulators"] {
            let few = pools(&format!("retrieve {method} k={k} candidates={candidates}"));
            for (target, ranked) in few.ranked.iter().enumerate() {
                assert_eq!(ranked.len(), k, "{method}");
                let of_all = &regulators;
                assert!(
                    ranked.iter().all(|gene| of_all.contains(gene) && *gene != target),
                    "{method}"
                );
                if !(method.starts_with("attn") || method.starts_with("dot") || method.starts_with("grnboost")) {
                    // What isn't fitted to the candidates ranks them as it does among all genes.
                    let among_all = all.ranked[target].iter().filter(|gene| of_all.contains(gene)).take(k);
                    assert!(ranked.iter().eq(among_all), "{method}");
                }
            }
        }
    }
}

#[test]
fn more_candidates_than_regulators_are_refused() {
    let mut session = Session::new(BTreeMap::new());
    let error = session
        .evaluate(&format!("{SOURCE}\nretrieve popularity k=80 candidates=regulators"))
        .unwrap_err();
    let text = format!("{error:?}");
    assert!(
        text.contains("pool-too-large") && text.contains("possible regulators"),
        "{text}"
    );
}

#[test]
fn boosted_trees_give_the_same_numbers_on_any_number_of_threads() {
    let on = |threads: usize| pools(&format!("set threads={threads}\nretrieve grnboost trees=8 k=20 seed=5"));
    let (one, three) = (on(1), on(3));
    assert_eq!(one.ranked, three.ranked);
    assert_eq!(one.scores, three.scores);
    let other = pools("retrieve grnboost trees=8 k=20 seed=6");
    assert_ne!(one.scores, other.scores);
    assert!(
        one.scores
            .iter()
            .all(|scores| scores.windows(2).all(|pair| pair[0] >= pair[1]))
    );
}
