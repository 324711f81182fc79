//! Trees without places, to compare what two texts say.

use crate::ast::{Argument, Pipeline, Script, StageCall, Statement, StatementKind, Value};
use crate::span::{Span, Spanned};

impl Script {
    /// The same tree with every span empty at 0: equal for two texts that say the same.
    pub fn without_spans(mut self) -> Self {
        self.statements.iter_mut().for_each(statement);
        self
    }
}

fn statement(statement: &mut Statement) {
    statement.span = Span::default();
    match &mut statement.kind {
        StatementKind::Run(pipeline) | StatementKind::Use(pipeline) | StatementKind::Explain(pipeline) => {
            clear_pipeline(pipeline);
        }
        StatementKind::Let { name, pipeline } => {
            clear(name);
            clear_pipeline(pipeline);
        }
        StatementKind::Set(arguments) => arguments.iter_mut().for_each(argument),
        StatementKind::Help { verb, method } => [verb, method].into_iter().flatten().for_each(clear),
    }
}

fn clear<T>(spanned: &mut Spanned<T>) {
    spanned.span = Span::default();
}

fn clear_pipeline(pipeline: &mut Pipeline) {
    pipeline.span = Span::default();
    pipeline.stages.iter_mut().for_each(stage);
}

fn stage(stage: &mut StageCall) {
    stage.span = Span::default();
    clear(&mut stage.verb);
    stage.method.iter_mut().for_each(value);
    stage.arguments.iter_mut().for_each(argument);
}

fn argument(argument: &mut Argument) {
    argument.span = Span::default();
    clear(&mut argument.key);
    value(&mut argument.value);
}

fn value(spanned: &mut Spanned<Value>) {
    clear(spanned);
    match &mut spanned.node {
        Value::List(items) | Value::Tuple(items) => items.iter_mut().for_each(value),
        Value::PerSize(entries) => {
            for (size, entry) in entries {
                clear(size);
                value(entry);
            }
        }
        _ => {}
    }
}
