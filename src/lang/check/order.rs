//! Words for stages in the wrong order.

use crate::lang::catalog::{Catalog, Gives, StageSpec};
use crate::lang::diagnostics::Diagnostic;
use crate::lang::implied;
use crate::lang::keywords::DEFAULT_SOURCE;
use crate::lang::suggest::join_with;
use crate::lang::types::Type;
use grn_grammar::span::Span;
use std::fmt;

/// Where the value comes from that does not fit.
pub(super) enum Giver {
    /// A stage of this verb, as written.
    Stage(&'static str),
    /// The pipeline of the last `use`.
    DefaultSource,
    /// The built-in data set.
    BuiltIn,
}

impl fmt::Display for Giver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stage(verb) => write!(f, "`{verb}`"),
            Self::DefaultSource => f.write_str("the `use` pipeline"),
            Self::BuiltIn => f.write_str("the built-in source"),
        }
    }
}

/// `spec` takes something else than `found`, which `giver` gives.
pub(super) fn wrong_order(catalog: &Catalog, spec: &StageSpec, giver: &Giver, found: Type, span: Span) -> Diagnostic {
    let verb = spec.verb;
    let stage = if spec.is_view() { spec.name() } else { verb.to_owned() };
    let fact = format!(
        "`{stage}` takes {}, but {giver} gives {}",
        types(spec.takes),
        article(found)
    );
    let missing = path(catalog, found, spec.takes);
    let (message, help) = match &missing[..] {
        [] if matches!(giver, Giver::Stage(before) if *before == verb) => {
            (format!("{fact}: a pipeline has one `{verb}`"), once(catalog, verb))
        }
        [] if spec.takes.iter().all(|kind| *kind < found) && matches!(giver, Giver::Stage(_)) => (
            format!("{fact}: `{verb}` belongs before {giver}"),
            order_of_verbs(catalog),
        ),
        [] if matches!(giver, Giver::DefaultSource) => (fact, back_to_built_in()),
        [] => (fact, order_of_verbs(catalog)),
        [only] => (format!("{fact}: a `{only}` is missing"), insert(catalog, only)),
        several => {
            let names: Vec<String> = several.iter().map(|verb| format!("`{verb}`")).collect();
            (
                format!("{fact}: {} are missing", join_with(&names, "and")),
                order_of_verbs(catalog),
            )
        }
    };
    Diagnostic::error("wrong-order", message)
        .at(span, format!("expected {} here", types(spec.takes)))
        .help(help)
}

/// The verbs that lead from `from` to any type in `to`, by the fewest stages, without those that are filled in; empty
/// where there is no way.
fn path(catalog: &Catalog, from: Type, to: &[Type]) -> Vec<&'static str> {
    let mut reached: Vec<(Type, Vec<&'static str>)> = vec![(from, Vec::new())];
    let mut next = 0;
    while let Some((kind, verbs)) = reached.get(next).cloned() {
        if to.contains(&kind) {
            return verbs.into_iter().filter(|verb| !implied::is_filled_in(verb)).collect();
        }
        for spec in catalog.specs().filter(|spec| spec.takes.contains(&kind)) {
            let Gives::Value(given) = spec.gives else { continue };
            if !reached.iter().any(|(known, _)| *known == given) {
                let mut verbs = verbs.clone();
                verbs.push(spec.verb);
                reached.push((given, verbs));
            }
        }
        next += 1;
    }
    Vec::new()
}

/// How a verb that stands twice was probably meant.
fn once(catalog: &Catalog, verb: &str) -> String {
    let methods: Vec<&str> = catalog.methods(verb).iter().filter_map(|spec| spec.method).collect();
    match methods[..] {
        [first, second, ..] => format!("remove one; `{verb} [{first}, {second}]` compares methods"),
        _ => "remove one".to_owned(),
    }
}

fn insert(catalog: &Catalog, verb: &str) -> String {
    match catalog.methods(verb).iter().find_map(|spec| spec.method) {
        Some(method) => format!("put one before it, for instance `| {verb} {method}`"),
        None => format!("put `| {verb}` before it"),
    }
}

/// What a default source that is too far along hides.
fn back_to_built_in() -> String {
    let (verb, method) = implied::SOURCE;
    format!("`{DEFAULT_SOURCE} {verb} {method}` goes back to the built-in data")
}

/// Without views, which stand anywhere, and `predict`, which ends a pipeline in place of `decode`.
fn order_of_verbs(catalog: &Catalog) -> String {
    let is_view = |verb: &str| catalog.methods(verb).iter().any(|spec| spec.is_view());
    let mut verbs = catalog.verbs();
    verbs.retain(|verb| !is_view(verb) && *verb != implied::PREDICT);
    format!("the order of a pipeline is {}", verbs.join(", "))
}

/// `Pools`, `a Scorer or Teams`.
pub(super) fn types(kinds: &[Type]) -> String {
    let names: Vec<String> = kinds.iter().map(|kind| article(*kind)).collect();
    join_with(&names, "or")
}

fn article(kind: Type) -> String {
    match kind {
        Type::Pools | Type::Teams => kind.name().to_owned(),
        Type::EdgeReport => format!("an {kind}"),
        _ => format!("a {kind}"),
    }
}
