//! Literals in the language's own notation: parameter defaults and command-line options.

use crate::lang::arguments::Argument;
use crate::lang::catalog::{DefaultValue, ParameterSpec};
use crate::lang::check::value;
use crate::lang::checked::Setting;
use grn_grammar::ast::{StatementKind, Value};
use grn_grammar::span::Spanned;

/// The value that `text` denotes; `None` when it isn't exactly one value.
pub fn parse(text: &str) -> Option<Spanned<Value>> {
    let parse = grn_grammar::parse(&format!("set value={text}"));
    if !parse.errors.is_empty() {
        return None;
    }
    let [statement] = &parse.script.statements[..] else {
        return None;
    };
    let StatementKind::Set(arguments) = &statement.kind else {
        return None;
    };
    let [argument] = &arguments[..] else {
        return None;
    };
    Some(argument.value.clone())
}

/// What holds when `parameter` isn't given; `None` when it must be. A default that does not fit its own parameter is
/// a defect of the catalog (a test checks them all) and counts as absent.
pub fn default_setting(parameter: &ParameterSpec) -> Option<Setting> {
    match parameter.default {
        DefaultValue::Required => None,
        DefaultValue::Absent(_) => Some(Setting::Default(Argument::Absent)),
        DefaultValue::UpstreamSeed => Some(Setting::UpstreamSeed),
        DefaultValue::Literal(text) => Some(Setting::Default(
            default_literal(parameter, text).unwrap_or(Argument::Absent),
        )),
    }
}

/// The default `text` of `parameter` as an argument; `None` when it does not fit.
pub fn default_literal(parameter: &ParameterSpec, text: &str) -> Option<Argument> {
    value::fixed(parameter, &parse(text)?).ok()
}
