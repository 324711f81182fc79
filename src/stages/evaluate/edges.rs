//! `evaluate edges`: single edges, as GRN benchmarks count them.

use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::{DefaultValue, Gives, ParameterKind, ParameterSpec, StageSpec};
use crate::lang::diagnostics::Diagnostic;
use crate::lang::types::Type;
use crate::metrics::edges::{SourceKind, evaluate};
use crate::stages::Stage;
use std::sync::Arc;

/// The stage.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "evaluate",
        method: Some("edges"),
        takes: &[Type::Pools],
        gives: Gives::Value(Type::EdgeReport),
        summary: "AUPRC, early precision, Strict Coverage@K and Edge Recall@K of ranked pools, beside popularity",
        description: "Over the pairs of a source and a test target other than itself; the table says how many there are and \
            how many of them the pools rank. **AUPRC**: the area under the precision–recall curve of all pairs in one \
            order of their scores, by the trapezoidal rule. **Early precision**: the share of true edges among the first \
            k pairs, k being the number of true edges; ties of the last one count as well. Ratios are to a random order, \
            whose precision is the share of true edges (all as BEELINE defines them, Pratapa et al. 2020, Nature Methods \
            17:147). **Strict Coverage@K**: the share of targets whose first K sources hold all of their regulators; \
            **Edge Recall@K**: the share of a target's regulators among them, the mean over targets (paper App. I).\n\n\
            What isn't among a target's K candidates comes after everything ranked, all equal, as BEELINE gives it a \
            weight of 0: only pools with all candidates have the whole curve. Scores of different targets are compared \
            with each other; a retriever that only ranks within a target does badly here, whatever its pools. The \
            baseline ranks genes by how many training targets they regulate.",
        parameters: &[
            ParameterSpec {
                name: "sources",
                kind: ParameterKind::Choice(&["known_regulators", "regulators", "all"]),
                per_size: false,
                default: DefaultValue::Literal("known_regulators"),
                doc: "Which genes are ranked: those that regulate something in the known network (as BEELINE does, and paper \
                    App. I), those of the list that came with the data, or all.",
            },
            ParameterSpec {
                name: "at",
                kind: ParameterKind::Integers { min: 1, max: 100_000 },
                per_size: false,
                default: DefaultValue::Literal("(10, 20, 40, 80)"),
                doc: "The K at which tables show Strict Coverage@K and Edge Recall@K.",
            },
        ],
        examples: &[
            "retrieve [popularity, correlation] k=319 | evaluate edges",
            "retrieve correlation k=319 | evaluate edges at=(5, 10, 20) | plot edges",
        ],
        version: 1,
        reads: &[],
        decomposes: false,
    },
    run: Some(run),
};

fn run(context: &StageContext, input: Option<Value>) -> RunResult<Value> {
    let Some(Value::Pools(pools)) = input else {
        return Err(Diagnostic::error("internal", "`evaluate edges` was run without Pools").into());
    };
    let arguments = context.arguments;
    let sources = match arguments.text("sources") {
        Some("regulators") => SourceKind::Regulators,
        Some("all") => SourceKind::All,
        _ => SourceKind::KnownRegulators,
    };
    let mut at = arguments.counts("at");
    at.sort_unstable();
    at.dedup();
    let report = evaluate(&pools, sources, &at)?;
    if report.universe.edges == 0 {
        let message = "`evaluate edges` found no test target with a known regulator";
        let help = "`split sizes` says which targets are tested";
        return Err(Diagnostic::error("nothing-to-evaluate", message).help(help).into());
    }
    Ok(Value::EdgeReport(Arc::new(report)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{STAGE, SourceKind};
    use crate::data::pools::Pools;
    use crate::engine::context::{RunError, RunResult, alone};
    use crate::engine::value::Value;
    use crate::lang::arguments::{Argument, Arguments};
    use crate::metrics::fixtures;
    use std::sync::Arc;

    fn run(pools: Pools) -> RunResult<Value> {
        let mut arguments = Arguments::default();
        arguments.insert("sources", Argument::Text("all".to_owned()));
        arguments.insert("at", Argument::Integers(vec![3, 1, 3]));
        let pools = Value::Pools(Arc::new(pools));
        alone(&arguments, |context| STAGE.run.unwrap()(context, Some(pools)))
    }

    #[test]
    fn settings_arrive() {
        let Value::EdgeReport(report) = run(fixtures::pools()).unwrap() else {
            panic!("edges are evaluated to an EdgeReport");
        };
        assert_eq!((report.universe.kind, &report.at), (SourceKind::All, &vec![1, 3]));
    }

    #[test]
    fn says_when_there_is_nothing_to_judge() {
        let mut pools = fixtures::pools();
        let mut split = fixtures::split();
        split.test.clear();
        pools.split = Arc::new(split);
        let Err(RunError::Failed(error)) = run(pools) else {
            panic!("an evaluation of nothing has no result");
        };
        assert_eq!(error.code, "nothing-to-evaluate");
    }
}
