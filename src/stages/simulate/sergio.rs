//! `simulate sergio`: SERGIO's steady-state model, on a given or a generated network.

use crate::data::dataset::Dataset;
use crate::data::langevin::{Noise, Settings, simulate};
use crate::data::response::{Logic, SteadyState, half_responses};
use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::arguments::Arguments;
use crate::lang::catalog::{Gives, StageSpec};
use crate::lang::diagnostics::Diagnostic;
use crate::lang::types::Type;
use crate::stages::Stage;
use crate::stages::simulate::network::named_kinetics;
use crate::stages::simulate::parameters::PARAMETERS;
use std::sync::Arc;

/// `simulate sergio`.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "simulate",
        method: Some("sergio"),
        takes: &[],
        gives: Gives::Value(Type::Dataset),
        summary: "Simulated expression with a known network, by SERGIO's steady-state model",
        description: DESCRIPTION,
        parameters: PARAMETERS,
        examples: &[
            "simulate sergio",
            "simulate sergio genes=200 regulators=40 masters=20 types=5 cells=30 seed=7 | retrieve popularity k=40",
            "simulate sergio noise=[dpd, sp, spd] | retrieve correlation k=80",
            "simulate sergio logic=[sum, and, or] noise_amplitude=0.3 | plot team",
        ],
        version: 3,
        reads: &["dir", "interactions", "master_rates"],
        decomposes: false,
    },
    run: Some(run),
};

const DESCRIPTION: &str = "\
Simulates clean single-cell expression in steady state (Dibaeinia & Sinha 2020, Cell Systems 11:252). Each gene \
follows a chemical Langevin equation in each cell type: `x' = P − λx + noise`, clipped at 0, from its expected steady \
state. A master regulator is produced at its rate in the type, every other gene at `P = Σ |K|·h` over its regulators: \
`h = xⁿ/(Hⁿ + xⁿ)` for an activator (K > 0) and `1 − h` for a repressor (K < 0), where x is the regulator at the same \
step, H its mean over all types, and n the Hill coefficient. A trajectory has `sampling_state·cells` steps of `dt`; \
cells are snapshots at random steps, the same for all genes.

With `logic`, regulators act together in another way; f is h for an activator and 1 − h for a repressor. In `and` every \
regulator is needed, `P = Σ|K| · Π f`; in `or` any one is enough, `P = Σ|K| · (1 − Π (1 − f))`. A target with one \
regulator is the same in all three. SERGIO itself has the sum only, which is the default; `and` and `or` are additions \
for data in which a team is more than its members.

The network comes from files (`dir`, or `interactions` and `master_rates`; see `load sergio`) and must then be \
acyclic, or it is generated: operon-like, so that several targets share a whole team with its signs; with hubs; with \
strengths |K| uniform between 1 and 5; with master regulators that are low (rate 0.2–1.5) or high (2–4) in each type. \
The generated network is in every way fixed by `seed`.

With its defaults this is the built-in data set, which feeds every pipeline that names no source.";

fn run(context: &StageContext, _input: Option<Value>) -> RunResult<Value> {
    let settings = settings(context.arguments)?;
    let (name, kinetics) = named_kinetics(context.arguments)?;
    let expression = simulate(&kinetics, &settings, context)?;
    let cells = kinetics.types * settings.cells;
    let mut dataset = Dataset {
        name,
        genes: kinetics.genes.clone(),
        expression: Arc::new(expression),
        cell_types: (0..cells).map(|cell| cell / settings.cells).collect(),
        network: Arc::new(kinetics.network()),
        tf_list: None,
        steady_state: None,
        features: None,
    };
    dataset.steady_state = Some(Arc::new(SteadyState {
        half_responses: half_responses(&dataset),
        kinetics,
        logic: settings.logic,
        decay: settings.decay,
    }));
    Ok(Value::Dataset(Arc::new(dataset)))
}

fn settings(arguments: &Arguments) -> RunResult<Settings> {
    let settings = Settings {
        logic: arguments.text("logic").map(Logic::named).unwrap_or_default(),
        cells: arguments.count("cells").max(1),
        sampling_state: arguments.count("sampling_state").max(1),
        decay: arguments.float("decay"),
        noise: match arguments.text("noise") {
            Some("sp") => Noise::Sp,
            Some("spd") => Noise::Spd,
            _ => Noise::Dpd,
        },
        amplitude: arguments.float("noise_amplitude"),
        dt: arguments.float("dt"),
        seed: arguments.seed("seed"),
    };
    if settings.decay * settings.dt >= 1.0 {
        let message = format!("expected decay·dt below 1, found {} · {}", settings.decay, settings.dt);
        return Err(Diagnostic::error("unstable-simulation", message)
            .help("a smaller `dt` resolves the decay; 0.01 suits a decay of 0.8")
            .into());
    }
    Ok(settings)
}
