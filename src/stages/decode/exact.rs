//! `decode exact`: the best of all sets, certified.

use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::{Gives, StageSpec};
use crate::lang::types::Type;
use crate::stages::Stage;
use crate::stages::decode::{LIMIT, Method, PRECISION, decode, evaluated_targets, input_scorer, planned_method};
use crate::stages::parameters::{CAP, boolean};

/// The stage.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "decode",
        method: Some("exact"),
        takes: &[Type::Scorer],
        gives: Gives::Value(Type::Teams),
        summary: "The best of all sets of R candidates, with a certificate",
        description: "argmax of Score(S, t) over all sets of R among the pool's best M_R candidates (paper §4.3), the \
            true team size R given. Sets are visited in descending order of base score; once base + max ψ can't reach \
            the second-best score so far, every remaining set is excluded by proof, so the best set and its margin are \
            exact without scoring them. The report says how many sets were scored and how many excluded. `verify=true` \
            scores them all as well and fails unless both agree. A scorer that decomposes is decoded by Top-R, which is \
            exact for it (App. H).",
        parameters: &[
            CAP,
            LIMIT,
            boolean(
                "verify",
                "false",
                "Also score every set and fail unless both answers agree.",
            ),
            PRECISION,
        ],
        examples: &[
            "retrieve attn k=80 | select residual_hos2 m=1.0 | decode exact cap=80",
            "retrieve attn k=80 | select residual_hos2 | decode exact cap={2: 80, 3: 80, 4: 55}",
        ],
        version: 3,
        reads: &[],
        decomposes: false,
    },
    run: Some(run),
};

fn run(context: &StageContext, input: Option<Value>) -> RunResult<Value> {
    let scorer = input_scorer(input)?;
    let method = match context.arguments.flag("verify") {
        true => Method::Verified,
        false => planned_method(context, &scorer),
    };
    decode(context, &scorer, &evaluated_targets(&scorer.pools), "exact", method)
}
