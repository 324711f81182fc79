//! The syntax tree: what a script says, before anything is known of its meaning.

use crate::span::{Span, Spanned};

/// A whole script or notebook cell.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Script {
    /// The statements in source order.
    pub statements: Vec<Statement>,
}

/// One statement with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// What the statement does.
    pub kind: StatementKind,
    /// From its first to its last character.
    pub span: Span,
}

/// The kinds of statement.
#[derive(Clone, Debug, PartialEq)]
pub enum StatementKind {
    /// `stage | stage …`: run it and show the last value.
    Run(Pipeline),
    /// `let name = pipeline`: name a pipeline.
    Let {
        /// The new name.
        name: Spanned<String>,
        /// What it stands for.
        pipeline: Pipeline,
    },
    /// `use pipeline`: the default source of later pipelines.
    Use(Pipeline),
    /// `set key=value …`: session options.
    Set(Vec<Argument>),
    /// `explain pipeline`: show the plan, run nothing.
    Explain(Pipeline),
    /// `help [verb [method]]`: a page of the catalog.
    Help {
        /// The verb asked for.
        verb: Option<Spanned<String>>,
        /// The method asked for.
        method: Option<Spanned<String>>,
    },
}

/// Stages joined by `|`.
#[derive(Clone, Debug, PartialEq)]
pub struct Pipeline {
    /// At least one stage, in source order.
    pub stages: Vec<StageCall>,
    /// From the first to the last stage.
    pub span: Span,
}

/// `verb method key=value …`; a lone `verb` may also be the name of a pipeline.
#[derive(Clone, Debug, PartialEq)]
pub struct StageCall {
    /// The verb, or the name of a pipeline.
    pub verb: Spanned<String>,
    /// A [`Value::Name`], or a [`Value::List`] of names that sweeps over methods.
    pub method: Option<Spanned<Value>>,
    /// The arguments in source order.
    pub arguments: Vec<Argument>,
    /// From the verb to the last argument.
    pub span: Span,
}

/// `key=value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// The parameter's name.
    pub key: Spanned<String>,
    /// Its value.
    pub value: Spanned<Value>,
    /// From key to value.
    pub span: Span,
}

/// A value as written.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `80`, `-3`.
    Integer(i64),
    /// `1.0`, `2e-4`; always finite.
    Float(f64),
    /// `true`, `false`.
    Boolean(bool),
    /// A bare word: a method, a choice, a gene.
    Name(String),
    /// `"…"`, unescaped; `$NAME` stays as written, for the checker to expand.
    Text(String),
    /// `[a, b, c]`: a sweep axis.
    List(Vec<Spanned<Value>>),
    /// `42..44`: a sweep axis over integers, both ends included.
    Range {
        /// The first value.
        first: i64,
        /// The last value.
        last: i64,
    },
    /// `{2: 80, 3: 80, 4: 55}`: a value for each team size R.
    PerSize(Vec<(Spanned<i64>, Spanned<Value>)>),
    /// `(2, 3, 4)`: one value of a list-valued parameter.
    Tuple(Vec<Spanned<Value>>),
}
