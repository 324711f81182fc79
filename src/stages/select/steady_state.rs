//! `select steady_state`: sets judged by the mechanism that makes expression, without training.

use crate::data::pools::TrainingCurve;
use crate::data::split::Split;
use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::arguments::Arguments;
use crate::lang::catalog::{Gives, ParameterSpec, StageSpec};
use crate::lang::diagnostics::Diagnostic;
use crate::lang::types::Type;
use crate::model::steady_state::{Mechanism, SteadyStateScorer};
use crate::stages::Stage;
use crate::stages::parameters::float;
use crate::stages::select::{input_pools, scorer};

/// The stage.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "select",
        method: Some("steady_state"),
        takes: &[Type::Pools],
        gives: Gives::Value(Type::Scorer),
        summary: "Scores sets by SERGIO's steady-state equation and how common teams are, untrained",
        description: DESCRIPTION,
        parameters: PARAMETERS,
        examples: &[
            "retrieve knn k=80 | select [steady_state, copy_nearest] | decode exact cap={2: 80, 3: 80, 4: 55}",
            "split team_disjoint | retrieve knn k=40 | select steady_state known_teams=0 | decode exact",
        ],
        version: 1,
        reads: &[],
        decomposes: false,
    },
    run: Some(run),
};

const DESCRIPTION: &str = "\
A set's score is ln p(expression | set) + ln p(set), and nothing is trained.

**The expression.** In steady state a target stands at `Σ K·f / λ`: f is the Hill response `xⁿ/(Hⁿ + xⁿ)` of an activator, \
or 1 minus it for a repressor, and H the regulator's mean over all types (Dibaeinia & Sinha 2020, Cell Systems 11:252). \
A set predicts the target's mean in every cell type, with variance 2·mean/(λ·`time`), and how its cells deviate from \
their type's mean: by `cell_slope` times what its steady state does, for it follows with a delay, with variance mean and \
the weight `cell_weight`, for neighbouring steps are not independent. The strengths K have a normal prior and are \
integrated out; the signs are those that fit best.

**The team.** With probability `known_teams` a team is that of a training target of its size, each as often as it is one; \
otherwise its members are drawn by how many training targets they regulate. On `split team_disjoint` no test team is \
a training team, and `known_teams=0` says so.

It reads raw expression, as loaded, and its defaults are what SERGIO's simulations are made with: for other data it is a \
hypothesis. Counts and logarithms are no concentrations.";

const PARAMETERS: &[ParameterSpec] = &[
    float(
        "known_teams",
        0.0,
        0.99,
        "0.8",
        "The share of targets whose team is that of a training target.",
    ),
    float(
        "decay",
        1e-6,
        1e6,
        "0.8",
        "The decay rate λ of every gene, per unit of time.",
    ),
    float("hill", 0.1, 20.0, "2.0", "The Hill coefficient n of every response."),
    float(
        "strength",
        0.0,
        1e6,
        "3.0",
        "The mean of a regulator's strength K, its largest production rate.",
    ),
    float(
        "strength_deviation",
        1e-3,
        1e6,
        "1.14",
        "The standard deviation of the strengths K.",
    ),
    float(
        "time",
        1e-6,
        1e9,
        "45.0",
        "How long a type's cells were sampled for; SERGIO: cells · sampling_state · dt.",
    ),
    float(
        "cell_weight",
        0.0,
        1.0,
        "0.08",
        "How much of a single cell's evidence counts; 0 looks at types alone.",
    ),
    float(
        "cell_slope",
        0.0,
        1.0,
        "0.5",
        "What a cell's deviation is of that of its steady state, which it follows with a delay.",
    ),
];

fn run(context: &StageContext, input: Option<Value>) -> RunResult<Value> {
    let pools = input_pools(input)?;
    check_expression(&pools.split)?;
    let model = Box::new(SteadyStateScorer::new(
        pools.split.clone(),
        mechanism(context.arguments),
    ));
    Ok(scorer(pools, "steady_state", model, TrainingCurve::default()))
}

fn mechanism(arguments: &Arguments) -> Mechanism {
    Mechanism {
        decay: arguments.float("decay"),
        hill: arguments.float("hill"),
        strength: arguments.float("strength"),
        strength_deviation: arguments.float("strength_deviation"),
        time: arguments.float("time"),
        cell_weight: arguments.float("cell_weight"),
        cell_slope: arguments.float("cell_slope"),
        known_teams: arguments.float("known_teams"),
    }
}

fn check_expression(split: &Split) -> RunResult<()> {
    let dataset = &split.dataset;
    let negative = dataset.expression.indexed_iter().find(|(_, value)| **value < 0.0);
    let Some(((gene, _), value)) = negative else {
        return Ok(());
    };
    let name = dataset.genes.get(gene).map_or("", String::as_str);
    let message = format!("`select steady_state` expects concentrations, found {value} for gene `{name}`");
    Err(Diagnostic::error("negative-expression", message)
        .help("load expression before it is centred or scaled; `features` stages don't matter, for raw expression is read")
        .into())
}
