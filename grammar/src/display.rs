//! Canonical single-line text of syntax nodes; the parser reads it back as the same tree.

use crate::ast::{Argument, Pipeline, StageCall, Statement, StatementKind, Value};
use crate::span::Spanned;
use crate::text;
use std::fmt::{Display, Formatter, Result};

impl Display for Value {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Integer(number) => write!(f, "{number}"),
            // Debug keeps the point or the exponent, so that a float stays a float.
            Self::Float(number) => write!(f, "{number:?}"),
            Self::Boolean(flag) => write!(f, "{flag}"),
            Self::Name(name) => f.write_str(name),
            Self::Text(text) => f.write_str(&text::quote(text)),
            Self::List(items) => {
                f.write_str("[")?;
                joined(f, items, ", ")?;
                f.write_str("]")
            }
            Self::Range { first, last } => write!(f, "{first}..{last}"),
            Self::PerSize(entries) => {
                f.write_str("{")?;
                for (index, (size, value)) in entries.iter().enumerate() {
                    let comma = if index > 0 { ", " } else { "" };
                    write!(f, "{comma}{size}: {value}")?;
                }
                f.write_str("}")
            }
            Self::Tuple(items) => {
                f.write_str("(")?;
                joined(f, items, ", ")?;
                f.write_str(if items.len() == 1 { ",)" } else { ")" })
            }
        }
    }
}

impl Display for Argument {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{}={}", self.key, self.value)
    }
}

impl Display for StageCall {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{}", self.verb)?;
        if let Some(method) = &self.method {
            write!(f, " {method}")?;
        }
        for argument in &self.arguments {
            write!(f, " {argument}")?;
        }
        Ok(())
    }
}

impl Display for Pipeline {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        joined(f, &self.stages, " | ")
    }
}

impl Display for StatementKind {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Run(pipeline) => write!(f, "{pipeline}"),
            Self::Let { name, pipeline } => write!(f, "let {name} = {pipeline}"),
            Self::Use(pipeline) => write!(f, "use {pipeline}"),
            Self::Set(arguments) => {
                f.write_str("set ")?;
                joined(f, arguments, " ")
            }
            Self::Explain(pipeline) => write!(f, "explain {pipeline}"),
            Self::Help { verb, method } => {
                f.write_str("help")?;
                [verb, method]
                    .into_iter()
                    .flatten()
                    .try_for_each(|word| write!(f, " {word}"))
            }
        }
    }
}

impl Display for Statement {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        self.kind.fmt(f)
    }
}

impl<T: Display> Display for Spanned<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        self.node.fmt(f)
    }
}

fn joined<T: Display>(f: &mut Formatter<'_>, items: &[T], between: &str) -> Result {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_str(between)?;
        }
        write!(f, "{item}")?;
    }
    Ok(())
}
