//! The pages of the catalog: the overview, a verb, a stage. Nothing here is written by hand for one stage.

use crate::lang::catalog::{Catalog, DEFAULT_SEED, DefaultValue, Gives, ParameterSpec, StageSpec};
use crate::lang::check::value::expected;
use crate::lang::implied::default_method;
use crate::lang::keywords::KEYWORDS;
use crate::lang::options::OPTIONS;
use crate::lang::page::{Block, Definition, Page};
use crate::lang::suggest::one_of;
use crate::lang::types::Type;

/// The statement without a keyword.
const RUN: (&str, &str) = ("stage | stage …", "run a pipeline and show its last value");

/// The values of the language.
const VALUES: [(&str, &str); 6] = [
    ("80, 1.0, 2e-4", "numbers"),
    ("true, false", "switches"),
    (
        "word, \"text\"",
        "a choice, a gene, a path; `$NAME` in quotes is an environment variable",
    ),
    (
        "[a, b], 42..44",
        "a sweep axis; axes multiply to a grid, and `seed` is a replicate axis",
    ),
    ("{2: 80, 3: 80}", "a value for each team size R"),
    ("(2, 3, 4)", "one value of a list-valued parameter"),
];

/// The page of `help`, `help verb` or `help verb method`; `None` where the catalog has no such stage.
pub fn page(catalog: &Catalog, verb: Option<&str>, method: Option<&str>) -> Option<Page> {
    match (verb, method) {
        (None, _) => Some(overview(catalog)),
        (Some(verb), None) => verb_page(catalog, verb),
        (Some(verb), method) => catalog.find(verb, method).map(stage_page),
    }
}

/// The language and all stages at a glance.
pub fn overview(catalog: &Catalog) -> Page {
    let chain = "A pipeline is stages joined by `|`; a stage is `verb method key=value …`. \
                 Dataset → Split → Pools → Scorer → Teams → Report.";
    let mut blocks = vec![
        Block::Prose(chain.to_owned()),
        Block::Code("retrieve attn k=80 | select residual_hos2 m=1.0 | decode exact cap=80".to_owned()),
        Block::Heading("Statements".to_owned()),
        definitions(std::iter::once(RUN).chain(KEYWORDS.map(|keyword| (keyword.form, keyword.summary)))),
        Block::Heading("Values".to_owned()),
        definitions(VALUES),
        Block::Heading("Stages".to_owned()),
    ];
    blocks.push(Block::Definitions(catalog.specs().map(summary).collect()));
    blocks.push(Block::Heading("Options".to_owned()));
    blocks.push(Block::Definitions(OPTIONS.iter().map(parameter).collect()));
    Page {
        title: "The grn language".to_owned(),
        blocks,
    }
}

/// The stages at a glance, as `grn stages` lists them.
pub fn stages(catalog: &Catalog) -> Page {
    Page {
        title: "Stages".to_owned(),
        blocks: vec![Block::Definitions(catalog.specs().map(summary).collect())],
    }
}

/// A verb with its methods; for a verb with one stage, that stage's page.
pub fn verb_page(catalog: &Catalog, verb: &str) -> Option<Page> {
    let methods = catalog.methods(verb);
    if let [only] = methods[..] {
        return Some(stage_page(only));
    }
    let first = methods.first()?;
    let mut blocks = vec![Block::Prose(types(first))];
    if let Some(default) = default_method(catalog, verb).and_then(|spec| spec.method) {
        blocks.push(Block::Prose(format!(
            "Without a method, `{verb}` means `{verb} {default}`."
        )));
    }
    blocks.push(Block::Definitions(methods.iter().copied().map(summary).collect()));
    Some(Page {
        title: verb.to_owned(),
        blocks,
    })
}

/// A stage: what it takes and gives, what it computes, its parameters and examples.
pub fn stage_page(spec: &'static StageSpec) -> Page {
    let mut blocks = vec![
        Block::Prose(format!("{}.", spec.summary)),
        Block::Prose(types(spec)),
        Block::Prose(spec.description.to_owned()),
    ];
    if !spec.parameters.is_empty() {
        blocks.push(Block::Heading("Parameters".to_owned()));
        blocks.push(Block::Definitions(spec.parameters.iter().map(parameter).collect()));
    }
    if !spec.examples.is_empty() {
        blocks.push(Block::Heading("Examples".to_owned()));
        blocks.extend(spec.examples.iter().map(|example| Block::Code((*example).to_owned())));
    }
    Page {
        title: spec.name(),
        blocks,
    }
}

/// The whole reference page: the overview and every stage.
pub fn reference_markdown(catalog: &Catalog) -> String {
    let mut text =
        "<!-- Generated from the stage catalog by a test; GRN_UPDATE=1 cargo test --test suite writes it. -->\n\n"
            .to_owned();
    text.push_str(&overview(catalog).to_markdown(1));
    for spec in catalog.specs() {
        text.push('\n');
        text.push_str(&stage_page(spec).to_markdown(2));
    }
    text
}

fn definitions<'a>(items: impl IntoIterator<Item = (&'a str, &'a str)>) -> Block {
    let definition = |(name, text): (&str, &str)| Definition {
        name: name.to_owned(),
        kind: String::new(),
        text: text.to_owned(),
    };
    Block::Definitions(items.into_iter().map(definition).collect())
}

fn summary(spec: &'static StageSpec) -> Definition {
    Definition {
        name: spec.name(),
        kind: String::new(),
        text: spec.summary.to_owned(),
    }
}

/// A parameter or option: its name, [`kind()`] and meaning.
pub fn parameter(parameter: &ParameterSpec) -> Definition {
    Definition {
        name: parameter.name.to_owned(),
        kind: kind(parameter),
        text: parameter.doc.to_owned(),
    }
}

/// Type, range and default: `a whole number from 1 to 100, by default 80`.
pub fn kind(parameter: &ParameterSpec) -> String {
    let expected = expected(&parameter.kind);
    let per_size = if parameter.per_size {
        ", or a map by team size"
    } else {
        ""
    };
    let default = match parameter.default {
        DefaultValue::Required => "required".to_owned(),
        DefaultValue::Literal(text) => format!("by default `{text}`"),
        DefaultValue::Absent(words) => format!("if left out: {words}"),
        DefaultValue::UpstreamSeed => {
            format!("by default the nearest seed given upstream, otherwise `{DEFAULT_SEED}`")
        }
    };
    format!("{expected}{per_size}; {default}")
}

/// `Split → Pools`, in words for sources and views.
fn types(spec: &StageSpec) -> String {
    let takes = one_of(spec.takes.iter().map(|kind| Type::name(*kind)));
    match (spec.takes.is_empty(), spec.gives) {
        (true, Gives::Value(gives)) => format!("Begins a pipeline and gives `{gives}`."),
        (_, Gives::Value(gives)) => format!("Takes {takes} and gives `{gives}`."),
        (_, Gives::Input) => format!("Takes {takes}, shows or writes it and passes it on."),
    }
}
