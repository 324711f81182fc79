//! The stages that have one sensible default: filled in when missing, and the method of their verb when none is
//! given.

use crate::lang::catalog::{Catalog, StageSpec};
use crate::lang::checked::Environment;
use crate::lang::types::Type;

/// The source of a pipeline that has none, when no `use` gave one.
pub const SOURCE: (&str, &str) = ("simulate", "sergio");
/// What makes features of a data set that has none before it is split.
pub const FEATURES: (&str, &str) = ("features", "log1p_zscore");
/// The same after a source whose files are on a logarithmic scale by convention.
pub const FEATURES_OF_LOGARITHMS: (&str, &str) = ("features", "zscore");
/// Sources whose files are on a logarithmic scale by convention.
pub const LOGARITHMIC_SOURCES: [(&str, &str); 2] = [("load", "beeline"), ("load", "genelink")];
/// What turns a Dataset into a Split.
pub const SPLIT: (&str, &str) = ("split", "stratified");
/// What turns Teams into a Report.
pub const EVALUATE: (&str, &str) = ("evaluate", "exact_match");
/// The verb whose Teams are for targets without known regulators: there is nothing to evaluate.
pub const PREDICT: &str = "predict";

/// The view that shows Teams as exact match: it gets a Report in their place.
const SHOWS_EXACT_MATCH: &str = "table";

/// Whether `spec` wants a Report where Teams could be evaluated.
pub fn prefers_report(spec: &StageSpec) -> bool {
    spec.takes.contains(&Type::Report) && (spec.verb == SHOWS_EXACT_MATCH || !spec.takes.contains(&Type::Teams))
}

/// Whether a stage takes a value of `kind`, or what is filled in makes of it; `evaluable` says whether Teams have known
/// regulators.
pub fn takes(spec: &StageSpec, kind: Type, evaluable: bool) -> bool {
    let filled_in = match kind {
        Type::Dataset => Type::Split,
        Type::Teams if evaluable && prefers_report(spec) => Type::Report,
        kind => kind,
    };
    spec.takes.contains(&kind) || spec.takes.contains(&filled_in)
}

/// The stages above by verb.
const DEFAULTS: [(&str, &str); 4] = [SOURCE, FEATURES, SPLIT, EVALUATE];

/// Whether a stage of this verb is filled in where it is missing from the middle of a pipeline.
pub fn is_filled_in(verb: &str) -> bool {
    [FEATURES, SPLIT, EVALUATE]
        .iter()
        .any(|(filled_in, _)| *filled_in == verb)
}

/// The stage that `verb` means without a method: its only one, or its default; `None` where one must be chosen.
pub fn default_method(catalog: &Catalog, verb: &str) -> Option<&'static StageSpec> {
    let methods = catalog.methods(verb);
    if let [only] = methods[..] {
        return Some(only);
    }
    let (_, method) = DEFAULTS.into_iter().find(|(v, _)| *v == verb)?;
    methods.into_iter().find(|spec| spec.method == Some(method))
}

/// The stages that a verb with these methods, or names from outside, means; without any, that of [`default_method`].
pub fn meant(catalog: &Catalog, environment: &Environment, verb: &str, methods: &[String]) -> Vec<&'static StageSpec> {
    if methods.is_empty() {
        return default_method(catalog, verb).into_iter().collect();
    }
    let given = |method: &str| environment.given_method(catalog, verb, method);
    let find = |method: &String| catalog.find(verb, Some(method)).or_else(|| given(method));
    let found = methods.iter().filter_map(find);
    found.collect()
}
