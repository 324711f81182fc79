//! What is known of the word at a cursor, as a page.

use crate::lang::catalog::{Catalog, StageSpec};
use crate::lang::checked::{CheckedMethod, CheckedPipeline, CheckedStage, Environment, Setting};
use crate::lang::definition::Definition as Written;
use crate::lang::help;
use crate::lang::implied;
use crate::lang::keywords::{DEFAULT_SOURCE, KEYWORDS, Keyword};
use crate::lang::options::OPTIONS;
use crate::lang::page::{Block, Definition, Page, code_span};
use crate::lang::suggest::join_with;
use crate::lang::upstream::environment_after;
use grn_grammar::ast::Script;
use grn_grammar::span::Span;
use grn_grammar::{Place, Tag, cursor, highlight};

/// The page of the word at byte `offset` of `source`, or of the one before it in the same line: a verb, a method, a
/// parameter (also from its value), the name of a pipeline, a keyword, an option. `None` where nothing is known of it.
///
/// `environment` is the session's before this text; the file system is asked whether files that the text names exist.
pub fn inspect(source: &str, offset: usize, catalog: &Catalog, environment: &Environment) -> Option<Page> {
    let word = word_at(source, offset)?;
    let text = source.get(word.start..word.end)?;
    // In a string the place is the same everywhere before the closing quote.
    let end = if text.starts_with('"') {
        word.start + 1
    } else {
        word.end
    };
    match cursor(source, end).place {
        Place::Statement => keyword(text).or_else(|| verb_or_name(source, word, text, catalog, environment)),
        Place::Verb => verb_or_name(source, word, text, catalog, environment),
        Place::Binding => name(source, word, text, catalog, environment),
        Place::Method { verb, .. } => match help::page(catalog, Some(&verb), Some(text)) {
            Some(page) => Some(page),
            None => given(text, environment).or_else(|| parameter(catalog, environment, &verb, &[], text)),
        },
        Place::Key { verb, methods, .. } => parameter(catalog, environment, &verb, &methods, text),
        Place::Value { verb, methods, key, .. } => parameter(catalog, environment, &verb, &methods, &key),
        Place::SettingKey { .. } => option(text),
        Place::SettingValue { key } => option(&key),
        Place::HelpVerb => help::page(catalog, Some(text), None),
        Place::HelpMethod { verb } => help::page(catalog, Some(&verb), Some(text)),
        Place::Nothing => None,
    }
}

/// The word that holds or touches the cursor, otherwise the nearest before it in its line.
fn word_at(source: &str, offset: usize) -> Option<Span> {
    let is_word = |tag: &Tag| !matches!(tag, Tag::Operator | Tag::Punctuation | Tag::Error);
    let spans: Vec<(Span, Tag)> = highlight(source).into_iter().filter(|(_, tag)| is_word(tag)).collect();
    let holds = |(span, _): &&(Span, Tag)| span.start <= offset && offset < span.end;
    let before = |(span, _): &&(Span, Tag)| span.end <= offset;
    let found = spans.iter().find(holds).or_else(|| spans.iter().rfind(before));
    let (span, tag) = found.copied()?;
    let between = source.get(span.end.min(offset)..offset).unwrap_or_default();
    (tag != Tag::Comment && !between.contains('\n')).then_some(span)
}

fn keyword(word: &str) -> Option<Page> {
    let Keyword {
        word,
        form,
        summary,
        example,
    } = KEYWORDS.into_iter().find(|keyword| keyword.word == word)?;
    let mut blocks = vec![
        Block::Code(form.to_owned()),
        Block::Prose(format!("A statement: {summary}.")),
        Block::Heading("Example".to_owned()),
        Block::Code(example.to_owned()),
    ];
    if word == "set" {
        blocks.push(Block::Heading("Options".to_owned()));
        blocks.push(Block::Definitions(OPTIONS.iter().map(help::parameter).collect()));
    }
    Some(Page {
        title: word.to_owned(),
        blocks,
    })
}

/// A verb that is the catalog's, otherwise the name of a pipeline.
fn verb_or_name(source: &str, word: Span, text: &str, catalog: &Catalog, environment: &Environment) -> Option<Page> {
    match help::page(catalog, Some(text), None) {
        Some(page) => Some(page),
        None => name(source, word, text, catalog, environment),
    }
}

/// A parameter of the methods that have it; of the verb's default method where none is given.
fn parameter(catalog: &Catalog, environment: &Environment, verb: &str, methods: &[String], key: &str) -> Option<Page> {
    let specs = implied::meant(catalog, environment, verb, methods).into_iter();
    let having: Vec<&StageSpec> = specs.filter(|spec| spec.parameter(key).is_some()).collect();
    let mut definitions: Vec<Definition> = Vec::new();
    for spec in &having {
        let definition = help::parameter(spec.parameter(key)?);
        if !definitions.contains(&definition) {
            definitions.push(definition);
        }
    }
    let names: Vec<String> = having.iter().map(|spec| format!("`{}`", spec.name())).collect();
    (!names.is_empty()).then(|| Page {
        title: key.to_owned(),
        blocks: vec![
            Block::Prose(format!("A parameter of {}.", join_with(&names, "and"))),
            Block::Definitions(definitions),
        ],
    })
}

fn option(key: &str) -> Option<Page> {
    let option = OPTIONS.iter().find(|option| option.name == key)?;
    Some(Page {
        title: format!("set {key}"),
        blocks: vec![
            Block::Prose("An option of the session.".to_owned()),
            Block::Definitions(vec![help::parameter(option)]),
        ],
    })
}

/// A pipeline by its name, as it is at this place of the text.
fn name(source: &str, word: Span, text: &str, catalog: &Catalog, environment: &Environment) -> Option<Page> {
    let mut script: Script = grn_grammar::parse(source).script;
    // The statement that binds the name counts where the word is the name itself; in `let a = a | …` it does not.
    let binds = matches!(cursor(source, word.end).place, Place::Binding);
    let last = if binds {
        word.start
    } else {
        word.start.saturating_sub(1)
    };
    script.statements.retain(|statement| match binds {
        true => statement.span.start <= last,
        false => statement.span.end <= last,
    });
    let environment = environment_after(&script, catalog, environment);
    let Some(named) = environment.names.get(text) else {
        return given(text, &environment);
    };
    match named {
        Some(pipeline) => Some(pipeline_page(text, pipeline)),
        None => Some(Page {
            title: text.to_owned(),
            blocks: vec![Block::Prose(with_errors(environment.definitions.get(text)))],
        }),
    }
}

/// A name from outside.
fn given(text: &str, environment: &Environment) -> Option<Page> {
    environment.given.get(text).map(|given| given.page(text))
}

fn with_errors(definition: Option<&Written>) -> String {
    match definition.and_then(|definition| definition.broken.as_ref()) {
        Some(broken) => format!(
            "The name of a pipeline that {}: {}.",
            broken.reason(),
            broken.problem.message
        ),
        None => "The name of a pipeline with errors.".to_owned(),
    }
}

/// A named pipeline: what it gives, its text, its stages with those that are filled in, and what it depends on.
pub fn pipeline_page(name: &str, pipeline: &CheckedPipeline) -> Page {
    let mut blocks = vec![
        Block::Prose(format!("A pipeline that gives `{}`.", pipeline.gives)),
        Block::Code(pipeline.text.clone()),
        Block::Heading("Stages".to_owned()),
        Block::Definitions(pipeline.stages.iter().map(stage).collect()),
    ];
    let names = pipeline.uses.iter().filter(|used| *used != DEFAULT_SOURCE);
    let names = names.map(|used| format!("`{used}`"));
    let source = pipeline.uses.iter().any(|used| used == DEFAULT_SOURCE);
    let source = source.then(|| format!("the pipeline of the last `{DEFAULT_SOURCE}`"));
    let depends: Vec<String> = source.into_iter().chain(names).chain(files(pipeline)).collect();
    if !depends.is_empty() {
        let words = join_with(&depends, "and");
        blocks.push(Block::Prose(format!(
            "Depends on {words}, and follows when they change."
        )));
    }
    Page {
        title: name.to_owned(),
        blocks,
    }
}

/// The files that a pipeline reads.
fn files(pipeline: &CheckedPipeline) -> Vec<String> {
    let mut files: Vec<String> = Vec::new();
    for method in pipeline.stages.iter().flat_map(|stage| &stage.methods) {
        for (name, setting) in method
            .settings
            .iter()
            .filter(|(name, _)| method.spec.reads.contains(name))
        {
            let values = match setting {
                Setting::Given(value) => std::slice::from_ref(value),
                Setting::Axis(values) => values.as_slice(),
                Setting::Default(_) | Setting::UpstreamSeed => continue,
            };
            files.extend(values.iter().map(|value| code_span(&format!("{name}={value}"))));
        }
    }
    files
}

/// `retrieve attn`, and what is given, or that it is filled in.
fn stage(stage: &CheckedStage) -> Definition {
    let verb = stage.verb().unwrap_or_default();
    let named = stage.methods.iter().filter(|method| method.spec.method.is_some());
    let methods: Vec<&str> = named.map(CheckedMethod::name).collect();
    let name = match methods[..] {
        [] => verb.to_owned(),
        [only] => format!("{verb} {only}"),
        _ => format!("{verb} [{}]", methods.join(", ")),
    };
    let mut given: Vec<String> = Vec::new();
    for (key, setting) in stage.methods.iter().flat_map(|method| &method.settings) {
        let text = match setting {
            Setting::Given(value) => format!("{key}={value}"),
            Setting::Axis(values) => {
                let values: Vec<String> = values.iter().map(ToString::to_string).collect();
                format!("{key}=[{}]", values.join(", "))
            }
            Setting::Default(_) | Setting::UpstreamSeed => continue,
        };
        if !given.contains(&text) {
            given.push(text);
        }
    }
    let text = match (stage.implied, given.is_empty()) {
        (true, _) => "filled in".to_owned(),
        (false, true) => "as by default".to_owned(),
        (false, false) => given.join(" "),
    };
    Definition {
        name,
        kind: String::new(),
        text,
    }
}
