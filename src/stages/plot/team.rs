//! `plot team`: two regulators of a target together.

use crate::lang::catalog::{DefaultValue, Gives, ParameterKind, ParameterSpec, StageSpec};
use crate::lang::types::Type;
use crate::stages::Stage;

/// The stage.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "plot",
        method: Some("team"),
        takes: &[Type::Dataset, Type::Split],
        gives: Gives::Input,
        summary: "A target's expression over the plane of two regulators",
        description: "Whether two regulators add up, or act as a team: cells in the plane of both (at most 2,000, at equal \
            distances), coloured by the target's raw expression; beside it the mean of the target in the four quadrants, \
            with a 95 % interval (mean ± 1.96 standard errors, cells taken as independent) and the number of cells. For \
            simulated data quadrants meet at the half responses, otherwise at the medians. In an AND-like response only \
            one quadrant is on, in an OR-like one only one is off; where effects add up, two are in between. A \
            repressor acts where it is low. Each value of a sweep has its own pair of panels, up to four; of several \
            seeds the first is shown.",
        parameters: &[
            text(
                "target",
                "among targets with two regulators, the one whose smallest quadrant has the most cells; in a split, among \
                 evaluated targets",
                "The gene that colours the cells, by name.",
            ),
            text(
                "x",
                "the known regulator with the largest |correlation| with the target",
                "The gene on the horizontal axis, by name; any but the target.",
            ),
            text(
                "y",
                "the known regulator with the largest |correlation| among the others",
                "The gene on the vertical axis, by name; any but the target and `x`.",
            ),
        ],
        examples: &[
            "simulate sergio logic=[sum, and, or] noise_amplitude=0.3 | plot team",
            "simulate sergio seed=7 | plot team target=g012 x=g001 y=g002",
        ],
        version: 1,
        reads: &[],
        decomposes: false,
    },
    run: None,
};

const fn text(name: &'static str, absent: &'static str, doc: &'static str) -> ParameterSpec {
    ParameterSpec {
        name,
        kind: ParameterKind::Text,
        per_size: false,
        default: DefaultValue::Absent(absent),
        doc,
    }
}
