//! The parameters of `simulate sergio`.

use crate::data::response::Logic;
use crate::lang::catalog::{DefaultValue, ParameterKind, ParameterSpec};

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

pub(super) const PARAMETERS: &[ParameterSpec] = &[
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
        "logic",
        ParameterKind::Choice(&Logic::NAMES),
        DefaultValue::Literal("sum"),
        "How the regulators of a target act together: their effects add up, all are needed, or any one is enough.",
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
pub(super) const GENERATED: [&str; 7] = [
    "genes",
    "regulators",
    "masters",
    "team_mix",
    "repeats",
    "hubs",
    "repressors",
];
