//! Every span of a tree: cleared, to compare what two texts say, or moved, to keep the places of several texts apart.

use crate::Parse;
use crate::ast::{Argument, Pipeline, Script, StageCall, Statement, StatementKind, Value};
use crate::span::{Span, Spanned};

impl Script {
    /// The same tree with every span empty at 0: equal for two texts that say the same.
    pub fn without_spans(mut self) -> Self {
        self.for_each_span(&mut |span| *span = Span::default());
        self
    }

    /// Calls `visit` with every span of the tree.
    pub fn for_each_span(&mut self, visit: &mut impl FnMut(&mut Span)) {
        for each in &mut self.statements {
            statement(each, visit);
        }
    }
}

impl Parse {
    /// The same with every place, those of errors too, `by` bytes further on.
    pub fn shifted(mut self, by: usize) -> Self {
        self.script.for_each_span(&mut |span| *span = span.shifted(by));
        for error in &mut self.errors {
            error.span = error.span.shifted(by);
        }
        self
    }
}

fn statement(statement: &mut Statement, visit: &mut impl FnMut(&mut Span)) {
    visit(&mut statement.span);
    match &mut statement.kind {
        StatementKind::Run(stages) | StatementKind::Use(stages) | StatementKind::Explain(stages) => {
            pipeline(stages, visit);
        }
        StatementKind::Let { name, pipeline: stages } => {
            visit(&mut name.span);
            pipeline(stages, visit);
        }
        StatementKind::Set(arguments) => arguments.iter_mut().for_each(|each| argument(each, visit)),
        StatementKind::Help { verb, method } => {
            let words = [verb, method].into_iter().flatten();
            words.for_each(|word| visit(&mut word.span));
        }
    }
}

fn pipeline(pipeline: &mut Pipeline, visit: &mut impl FnMut(&mut Span)) {
    visit(&mut pipeline.span);
    pipeline.stages.iter_mut().for_each(|each| stage(each, visit));
}

fn stage(stage: &mut StageCall, visit: &mut impl FnMut(&mut Span)) {
    visit(&mut stage.span);
    visit(&mut stage.verb.span);
    stage.method.iter_mut().for_each(|method| value(method, visit));
    stage.arguments.iter_mut().for_each(|each| argument(each, visit));
}

fn argument(argument: &mut Argument, visit: &mut impl FnMut(&mut Span)) {
    visit(&mut argument.span);
    visit(&mut argument.key.span);
    value(&mut argument.value, visit);
}

fn value(spanned: &mut Spanned<Value>, visit: &mut impl FnMut(&mut Span)) {
    visit(&mut spanned.span);
    match &mut spanned.node {
        Value::List(items) | Value::Tuple(items) => items.iter_mut().for_each(|item| value(item, visit)),
        Value::PerSize(entries) => {
            for (size, entry) in entries {
                visit(&mut size.span);
                value(entry, visit);
            }
        }
        _ => {}
    }
}
