//! `simulate sergio`: SERGIO's steady-state model, on a given or a generated network.

use crate::data::dataset::Dataset;
use crate::data::kinetics::Kinetics;
use crate::data::langevin::{Noise, Settings, simulate};
use crate::data::network_generator::{NetworkDesign, generate};
use crate::data::sergio_files::{SergioFile, require_file};
use crate::data::sergio_network::{kinetics, read_interactions, read_master_rates};
use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::arguments::Arguments;
use crate::lang::catalog::{DefaultValue, Gives, ParameterKind, ParameterSpec, StageSpec};
use crate::lang::diagnostics::Diagnostic;
use crate::lang::types::Type;
use crate::stages::Stage;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Cell types of a generated network, where `types` isn't given.
const TYPES: usize = 9;

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
        ],
        version: 1,
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

The network comes from files (`dir`, or `interactions` and `master_rates`; see `load sergio`) and must then be \
acyclic, or it is generated: operon-like, so that several targets share a whole team with its signs; with hubs; with \
strengths |K| uniform between 1 and 5; with master regulators that are low (rate 0.2–1.5) or high (2–4) in each type. \
The generated network is in every way fixed by `seed`.

With its defaults this is the built-in data set, which feeds every pipeline that names no source.";

/// A parameter that isn't per size.
const fn parameter(name: &'static str, kind: ParameterKind, default: DefaultValue, doc: &'static str) -> ParameterSpec {
    ParameterSpec {
        name,
        kind,
        per_size: false,
        default,
        doc,
    }
}

const PARAMETERS: &[ParameterSpec] = &[
    parameter(
        "seed",
        ParameterKind::Integer { min: 0, max: i64::MAX },
        DefaultValue::Literal("42"),
        "Draws the network, the noise and the sampled cells.",
    ),
    parameter(
        "types",
        ParameterKind::Integer { min: 1, max: 1000 },
        DefaultValue::Absent("9; with a network from files, as many as the master regulators have rates"),
        "The number of cell types.",
    ),
    parameter(
        "cells",
        ParameterKind::Integer { min: 1, max: 10_000 },
        DefaultValue::Literal("50"),
        "Cells of each type; SERGIO's published data sets have 300.",
    ),
    parameter(
        "decay",
        ParameterKind::Float { min: 0.001, max: 100.0 },
        DefaultValue::Literal("0.8"),
        "The decay rate λ of every gene, per unit of time.",
    ),
    parameter(
        "noise",
        ParameterKind::Choice(&["dpd", "sp", "spd"]),
        DefaultValue::Literal("dpd"),
        "Noise terms, with P production and λx decay: `dpd` √P·α + √(λx)·β, `sp` √P·α, `spd` (√P + √(λx))·α.",
    ),
    parameter(
        "noise_amplitude",
        ParameterKind::Float { min: 0.0, max: 100.0 },
        DefaultValue::Literal("1.0"),
        "The factor q of the noise; 0 gives the deterministic steady state.",
    ),
    parameter(
        "dt",
        ParameterKind::Float { min: 1e-6, max: 1.0 },
        DefaultValue::Literal("0.01"),
        "The time step; `decay·dt` must be below 1.",
    ),
    parameter(
        "sampling_state",
        ParameterKind::Integer { min: 1, max: 1000 },
        DefaultValue::Literal("15"),
        "Steps simulated for each cell; more steps make cells less alike.",
    ),
    parameter(
        "hill",
        ParameterKind::Float { min: 0.1, max: 20.0 },
        DefaultValue::Literal("2.0"),
        "The Hill coefficient n of a generated network, and of interaction files without such fields.",
    ),
    parameter(
        "dir",
        ParameterKind::Folder,
        DefaultValue::Absent("the network is generated, or comes from `interactions` and `master_rates`"),
        "A folder with `Interaction_cID_*.txt` and `Regs_cID_*.txt`.",
    ),
    parameter(
        "interactions",
        ParameterKind::File,
        DefaultValue::Absent("it is found in `dir`"),
        "The interaction file of the network.",
    ),
    parameter(
        "master_rates",
        ParameterKind::File,
        DefaultValue::Absent("it is found in `dir`"),
        "The production rates of the master regulators.",
    ),
    parameter(
        "genes",
        ParameterKind::Integer { min: 2, max: 10_000 },
        DefaultValue::Literal("320"),
        "Genes of a generated network.",
    ),
    parameter(
        "regulators",
        ParameterKind::Integer { min: 1, max: 10_000 },
        DefaultValue::Literal("60"),
        "Genes of a generated network that may regulate, masters included.",
    ),
    parameter(
        "masters",
        ParameterKind::Integer { min: 1, max: 10_000 },
        DefaultValue::Literal("24"),
        "Master regulators of a generated network: nothing regulates them.",
    ),
    parameter(
        "team_mix",
        ParameterKind::Integers { min: 0, max: 1_000_000 },
        DefaultValue::Literal("(61, 110, 80, 45)"),
        "Relative frequency of targets with 1, 2, 3, … regulators in a generated network.",
    ),
    parameter(
        "repeats",
        ParameterKind::Float { min: 1.0, max: 1000.0 },
        DefaultValue::Literal("3.5"),
        "Targets that share a whole team, on average, in a generated network; SERGIO DS3 has 3.8.",
    ),
    parameter(
        "hubs",
        ParameterKind::Float { min: 0.0, max: 4.0 },
        DefaultValue::Literal("0.8"),
        "Exponent a of the popularity 1/rankᵃ of regulators in a generated network; 0 makes no hubs.",
    ),
    parameter(
        "repressors",
        ParameterKind::Float { min: 0.0, max: 1.0 },
        DefaultValue::Literal("0.35"),
        "The share of repressors in a generated network; SERGIO DS1 has 0.31, DS3 0.49.",
    ),
];

/// Parameters that shape a generated network and mean nothing for one from files.
const GENERATED: [&str; 7] = [
    "genes",
    "regulators",
    "masters",
    "team_mix",
    "repeats",
    "hubs",
    "repressors",
];

fn run(context: &StageContext, _input: Option<Value>) -> RunResult<Value> {
    let arguments = context.arguments;
    let settings = settings(arguments)?;
    let (name, kinetics) = match network_files(arguments)? {
        Some(files) => {
            refuse_generated(arguments)?;
            (files.name.clone(), files.read(arguments)?)
        }
        None => ("simulated".to_owned(), generate(&design(arguments)?)),
    };
    let expression = simulate(&kinetics, &settings, context)?;
    let cells = kinetics.types * settings.cells;
    Ok(Value::Dataset(Arc::new(Dataset {
        name,
        expression: Arc::new(expression),
        cell_types: (0..cells).map(|cell| cell / settings.cells).collect(),
        network: Arc::new(kinetics.network()),
        genes: kinetics.genes,
        features: None,
    })))
}

fn refuse_generated(arguments: &Arguments) -> RunResult<()> {
    let is_default = |name: &str| match STAGE.spec.parameter(name).map(|parameter| parameter.default) {
        Some(DefaultValue::Literal(literal)) => arguments.get(name).is_none_or(|given| given.to_string() == literal),
        _ => true,
    };
    match GENERATED.iter().find(|name| !is_default(name)) {
        None => Ok(()),
        Some(name) => Err(Diagnostic::error(
            "meaningless-parameter",
            format!("`{name}` shapes a generated network, but this network comes from files"),
        )
        .help(format!("leave out `{name}`, or the files"))
        .into()),
    }
}

fn settings(arguments: &Arguments) -> RunResult<Settings> {
    let settings = Settings {
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

fn design(arguments: &Arguments) -> RunResult<NetworkDesign> {
    let design = NetworkDesign {
        genes: arguments.count("genes"),
        regulators: arguments.count("regulators"),
        masters: arguments.count("masters"),
        team_mix: arguments.counts("team_mix"),
        repeats: arguments.float("repeats"),
        hubs: arguments.float("hubs"),
        repressors: arguments.float("repressors"),
        types: arguments.optional_count("types").unwrap_or(TYPES),
        hill: arguments.float("hill"),
        seed: arguments.seed("seed"),
    };
    let NetworkDesign {
        genes,
        regulators,
        masters,
        ..
    } = design;
    let largest = design
        .team_mix
        .iter()
        .rposition(|&share| share > 0)
        .map_or(0, |last| last + 1);
    let problem = if regulators > genes {
        format!("expected no more regulators than genes, found {regulators} regulators and {genes} genes")
    } else if masters > regulators {
        format!("expected no more masters than regulators, found {masters} masters and {regulators} regulators")
    } else if largest > masters {
        format!(
            "expected at least as many masters as the largest team has regulators, found {masters} masters and teams of {largest}"
        )
    } else if largest == 0 {
        "expected at least one team size with targets in `team_mix`, found none".to_owned()
    } else {
        return Ok(design);
    };
    Err(Diagnostic::error("impossible-network", problem)
        .help("`masters` ≤ `regulators` ≤ `genes`; the defaults are 24, 60 and 320")
        .into())
}

/// Where the network comes from.
struct NetworkFiles {
    name: String,
    interactions: PathBuf,
    master_rates: PathBuf,
}

/// The files of the network; `None` where it is to be generated.
fn network_files(arguments: &Arguments) -> RunResult<Option<NetworkFiles>> {
    let folder = arguments.text("dir").map(Path::new);
    let given = |kind: SergioFile| arguments.text(kind.parameter());
    let kinds = [SergioFile::Interactions, SergioFile::MasterRates];
    if folder.is_none() && kinds.iter().all(|&kind| given(kind).is_none()) {
        return Ok(None);
    }
    let locate = |kind: SergioFile| match (given(kind), folder) {
        (Some(path), _) => Ok(PathBuf::from(path)),
        (None, Some(folder)) => require_file(folder, kind, None),
        (None, None) => {
            let message = format!("a network from files needs `{}`, and it is missing", kind.parameter());
            let error = Diagnostic::error("incomplete-network", message);
            Err(error
                .help("give both `interactions` and `master_rates`, or the folder as `dir`")
                .into())
        }
    };
    let interactions = locate(SergioFile::Interactions)?;
    let named = folder.and_then(Path::file_name).or(interactions.file_stem());
    let source = named.map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    Ok(Some(NetworkFiles {
        name: format!("{source} (simulated)"),
        interactions,
        master_rates: locate(SergioFile::MasterRates)?,
    }))
}

impl NetworkFiles {
    fn read(&self, arguments: &Arguments) -> RunResult<Kinetics> {
        let interactions = read_interactions(&self.interactions)?;
        let masters = read_master_rates(&self.master_rates)?;
        let kinetics = kinetics(
            (&self.interactions, &interactions),
            (&self.master_rates, &masters),
            arguments.float("hill"),
        )?;
        match arguments.optional_count("types") {
            Some(types) if types != kinetics.types => {
                let found = kinetics.types;
                let message = format!("expected rates for {types} cell types as in `types={types}`, found {found}");
                Err(Diagnostic::error("types-disagree", message)
                    .in_file(&self.master_rates, Some(1), None)
                    .help(format!("leave `types` out, or write `types={found}`"))
                    .into())
            }
            _ => Ok(kinetics),
        }
    }
}
