//! `split random`: targets with any number of regulators, for networks whose teams are large (paper App. I).

use crate::data::split::Split;
use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::{DefaultValue, Gives, ParameterKind, ParameterSpec, StageSpec};
use crate::lang::types::Type;
use crate::random::Random;
use crate::stages::Stage;
use crate::stages::split::{EVALUATE_ON, SEED, TEST, empty_stratum, input_dataset, stratum, too_small};
use std::sync::Arc;

/// `split random`.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "split",
        method: Some("random"),
        takes: &[Type::Dataset],
        gives: Gives::Value(Type::Split),
        summary: "Random train and test targets, with any number of regulators",
        description: "All targets with a known regulator are shuffled, whatever their number R; of the first `targets` of \
            them ⌈test·n⌉ are tested, and the others train. For networks from experiments, whose teams are too large to \
            be searched: there `evaluate edges` judges how regulators are ranked (paper App. I, where `targets=5500 \
            test=0.2727` gives 4,000 training and 1,500 test targets).",
        parameters: &[
            TEST,
            ParameterSpec {
                name: "targets",
                kind: ParameterKind::Integer { min: 2, max: 1_000_000 },
                per_size: false,
                default: DefaultValue::Absent("all of them"),
                doc: "How many targets take part.",
            },
            SEED,
            EVALUATE_ON,
        ],
        examples: &["simulate sergio | split random test=0.3 | retrieve popularity k=319 | evaluate edges"],
        version: 1,
        reads: &[],
        decomposes: false,
    },
    run: Some(run),
};

fn run(context: &StageContext, input: Option<Value>) -> RunResult<Value> {
    let dataset = input_dataset(input)?;
    let arguments = context.arguments;
    let (seed, share) = (arguments.seed("seed"), arguments.float("test"));
    let validation = arguments.text("evaluate_on") == Some("validation");
    let network = &dataset.network;
    let genes = 0..network.gene_count();
    let mut targets: Vec<usize> = genes.filter(|&gene| !network.team(gene).is_empty()).collect();
    if targets.is_empty() {
        return Err(empty_stratum(&dataset, 1));
    }
    Random::new(seed, "split random").shuffle(&mut targets);
    targets.truncate(arguments.optional_count("targets").unwrap_or(targets.len()));
    let mut sizes: Vec<usize> = targets.iter().map(|&target| network.team(target).len()).collect();
    sizes.sort_unstable();
    sizes.dedup();
    let alone = targets.into_iter().map(|target| vec![target]).collect();
    let (mut train, mut test) =
        stratum(alone, share, validation).map_err(|total| too_small(&dataset, None, share, total))?;
    train.sort_unstable();
    test.sort_unstable();
    Ok(Value::Split(Arc::new(Split {
        dataset,
        method: "random",
        seed,
        sizes,
        train,
        test,
        validation,
    })))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::STAGE;
    use crate::data::dataset::Dataset;
    use crate::data::split::Split;
    use crate::engine::context::alone;
    use crate::engine::value::Value;
    use crate::lang::arguments::{Argument, Arguments};
    use crate::report::fixtures;
    use std::collections::BTreeSet;
    use std::sync::Arc;

    fn split(seed: i64, targets: Option<i64>, evaluate_on: &str) -> Arc<Split> {
        let mut arguments = Arguments::default();
        arguments.insert("seed", Argument::Integer(seed));
        arguments.insert("test", Argument::Float(0.25));
        arguments.insert("targets", targets.map_or(Argument::Absent, Argument::Integer));
        arguments.insert("evaluate_on", Argument::Text(evaluate_on.to_owned()));
        let dataset = fixtures::dataset();
        let features = Some(Arc::clone(&dataset.expression));
        let dataset = Value::Dataset(Arc::new(Dataset { features, ..dataset }));
        let split = alone(&arguments, |context| STAGE.run.unwrap()(context, Some(dataset)));
        split.unwrap().split().unwrap().clone()
    }

    #[test]
    fn all_targets_are_divided() {
        let one = split(1, None, "test");
        assert_eq!((one.test.len(), one.train.len()), (65, 195));
        let both: BTreeSet<usize> = one.train.iter().chain(&one.test).copied().collect();
        assert_eq!((both.len(), &one.sizes), (260, &vec![2, 3, 4]));
        assert_eq!(one.test, split(1, None, "test").test);
        assert_ne!(one.test, split(2, None, "test").test);
        assert!(one.test.is_sorted() && one.train.is_sorted());
    }

    #[test]
    fn few_targets_can_take_part_and_some_be_put_aside() {
        let few = split(1, Some(40), "test");
        assert_eq!((few.test.len(), few.train.len()), (10, 30));
        let aside = split(1, Some(40), "validation");
        assert_eq!((aside.test.len(), aside.train.len(), aside.validation), (8, 22, true));
        assert!(
            aside
                .test
                .iter()
                .chain(&aside.train)
                .all(|target| few.train.contains(target))
        );
    }
}
