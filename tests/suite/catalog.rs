//! A catalog with the shapes of the real one, for tests that must not move when a stage gains a parameter.

use grn::lang::catalog::{Catalog, DefaultValue, Gives, ParameterKind, ParameterSpec, StageSpec};
use grn::lang::types::Type;

const fn parameter(name: &'static str, kind: ParameterKind, default: DefaultValue) -> ParameterSpec {
    ParameterSpec {
        name,
        kind,
        per_size: false,
        default,
        doc: "A parameter of the test catalog.",
    }
}

const fn integer(name: &'static str, min: i64, max: i64, default: &'static str) -> ParameterSpec {
    parameter(
        name,
        ParameterKind::Integer { min, max },
        DefaultValue::Literal(default),
    )
}

const fn float(name: &'static str, min: f64, max: f64, default: &'static str) -> ParameterSpec {
    parameter(name, ParameterKind::Float { min, max }, DefaultValue::Literal(default))
}

const SEED: ParameterSpec = parameter(
    "seed",
    ParameterKind::Integer { min: 0, max: i64::MAX },
    DefaultValue::UpstreamSeed,
);

const CAP: ParameterSpec = ParameterSpec {
    per_size: true,
    ..integer("cap", 1, 100_000, "{2: 80, 3: 80, 4: 55}")
};

const fn spec(verb: &'static str, method: &'static str, takes: &'static [Type], gives: Type) -> StageSpec {
    StageSpec {
        verb,
        method: Some(method),
        takes,
        gives: Gives::Value(gives),
        summary: "A stage of the test catalog",
        description: "Computes nothing.",
        parameters: &[],
        examples: &[],
        version: 1,
        reads: &[],
        decomposes: false,
    }
}

const fn with(spec: StageSpec, parameters: &'static [ParameterSpec]) -> StageSpec {
    StageSpec { parameters, ..spec }
}

const fn view(verb: &'static str, method: Option<&'static str>, takes: &'static [Type]) -> StageSpec {
    StageSpec {
        method,
        gives: Gives::Input,
        ..spec(verb, "", takes, Type::Report)
    }
}

const RETRIEVE: StageSpec = spec("retrieve", "dot", &[Type::Split], Type::Pools);
const SELECT: StageSpec = StageSpec {
    decomposes: true,
    ..spec("select", "stage1", &[Type::Pools], Type::Scorer)
};

static SPECS: &[StageSpec] = &[
    StageSpec {
        reads: &["dir"],
        ..with(
            spec("load", "sergio", &[], Type::Dataset),
            &[parameter("dir", ParameterKind::Folder, DefaultValue::Required)],
        )
    },
    with(
        spec("simulate", "sergio", &[], Type::Dataset),
        &[integer("genes", 10, 100_000, "320"), SEED],
    ),
    spec("features", "log1p_zscore", &[Type::Dataset], Type::Dataset),
    spec("features", "raw", &[Type::Dataset], Type::Dataset),
    with(
        spec("split", "stratified", &[Type::Dataset], Type::Split),
        &[
            float("test", 0.01, 0.99, "0.2"),
            SEED,
            parameter(
                "sizes",
                ParameterKind::Integers { min: 1, max: 16 },
                DefaultValue::Literal("(2, 3, 4)"),
            ),
        ],
    ),
    with(
        StageSpec {
            method: Some("attn"),
            ..RETRIEVE
        },
        &[
            integer("k", 1, 100_000, "80"),
            integer("epochs", 1, 10_000, "20"),
            float("lr", 1e-8, 1.0, "2e-4"),
            SEED,
        ],
    ),
    with(RETRIEVE, &[integer("k", 1, 100_000, "80"), SEED]),
    with(
        StageSpec {
            method: Some("popularity"),
            ..RETRIEVE
        },
        &[integer("k", 1, 100_000, "80")],
    ),
    spec("inject", "oracle", &[Type::Pools], Type::Pools),
    SELECT,
    with(
        StageSpec {
            method: Some("pairs2"),
            ..SELECT
        },
        &[integer("epochs", 1, 10_000, "20"), SEED],
    ),
    with(
        StageSpec {
            method: Some("residual_hos2"),
            decomposes: false,
            ..SELECT
        },
        &[float("m", 0.0, 100.0, "1.0"), integer("epochs", 1, 10_000, "20"), SEED],
    ),
    with(spec("decode", "topr", &[Type::Scorer], Type::Teams), &[CAP]),
    with(
        spec("decode", "exact", &[Type::Scorer], Type::Teams),
        &[
            CAP,
            integer("limit", 1, i64::MAX, "100000000"),
            parameter("verify", ParameterKind::Boolean, DefaultValue::Literal("false")),
        ],
    ),
    spec("evaluate", "exact_match", &[Type::Teams], Type::Report),
    view(
        "plot",
        Some("coverage"),
        &[Type::Pools, Type::Scorer, Type::Teams, Type::Report],
    ),
    view("plot", Some("exact"), &[Type::Report]),
    view("table", None, &Type::ALL),
    with(
        view("save", None, &[Type::Dataset, Type::Pools, Type::Teams, Type::Report]),
        &[parameter("path", ParameterKind::File, DefaultValue::Required)],
    ),
    with(
        spec("predict", "exact", &[Type::Scorer], Type::Teams),
        &[parameter(
            "size",
            ParameterKind::Choice(&["known", "all"]),
            DefaultValue::Literal("all"),
        )],
    ),
];

/// The test catalog.
pub fn catalog() -> Catalog {
    Catalog::new(SPECS.iter().collect())
}
