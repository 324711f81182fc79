//! `grn stages`: the catalog as a list, as Markdown or as JSON.

use super::Exit;
use super::output::Output;
use grn::lang::catalog::{Catalog, DefaultValue, Gives, ParameterKind, ParameterSpec, StageSpec};
use grn::lang::help::{self, reference_markdown};
use grn::stages::catalog;
use serde_json::{Value, json};

/// Lists every stage.
pub fn stages(markdown: bool, as_json: bool, output: &mut Output) -> Exit {
    let catalog = catalog();
    if as_json {
        output.print(&format!("{:#}", catalog_json(&catalog)));
    } else if markdown {
        output.print(&reference_markdown(&catalog));
    } else {
        output.print(&help::stages(&catalog).to_text());
    }
    Exit::Fine
}

fn catalog_json(catalog: &Catalog) -> Value {
    json!({
        "format": 1,
        "grn": env!("CARGO_PKG_VERSION"),
        "stages": catalog.specs().map(stage_json).collect::<Vec<_>>(),
    })
}

fn stage_json(spec: &'static StageSpec) -> Value {
    json!({
        "verb": spec.verb,
        "method": spec.method,
        "takes": spec.takes.iter().map(|kind| kind.name()).collect::<Vec<_>>(),
        "gives": match spec.gives {
            Gives::Value(kind) => json!(kind.name()),
            Gives::Input => json!("input"),
        },
        "summary": spec.summary,
        "description": spec.description,
        "parameters": spec.parameters.iter().map(parameter_json).collect::<Vec<_>>(),
        "examples": spec.examples,
    })
}

fn parameter_json(parameter: &ParameterSpec) -> Value {
    let mut described = kind_json(&parameter.kind);
    described["name"] = json!(parameter.name);
    described["per_size"] = json!(parameter.per_size);
    described["doc"] = json!(parameter.doc);
    match parameter.default {
        DefaultValue::Required => described["required"] = json!(true),
        DefaultValue::Literal(literal) => described["default"] = json!(literal),
        DefaultValue::Absent(words) => described["when_absent"] = json!(words),
        DefaultValue::UpstreamSeed => described["when_absent"] = json!("the nearest seed upstream, otherwise 42"),
    }
    described
}

fn kind_json(kind: &ParameterKind) -> Value {
    match kind {
        ParameterKind::Integer { min, max } => json!({"type": "integer", "min": min, "max": max}),
        ParameterKind::Float { min, max } => json!({"type": "float", "min": min, "max": max}),
        ParameterKind::Boolean => json!({"type": "boolean"}),
        ParameterKind::Choice(choices) => json!({"type": "choice", "choices": choices}),
        ParameterKind::Text => json!({"type": "text"}),
        ParameterKind::File => json!({"type": "file"}),
        ParameterKind::Folder => json!({"type": "folder"}),
        ParameterKind::ChoiceOrFolder(choices) => json!({"type": "choice or folder", "choices": choices}),
        ParameterKind::Integers { min, max } => json!({"type": "integers", "min": min, "max": max}),
    }
}
