//! From text to tree, with what is wrong with it as diagnostics.

use crate::lang::diagnostics::Diagnostic;
use grn_grammar::SyntaxError;
use grn_grammar::ast::Script;

/// A script in its one canonical form; where it isn't grn, every syntax error.
pub fn format(text: &str) -> Result<String, Vec<Diagnostic>> {
    grn_grammar::format(text).map_err(|errors| errors.into_iter().map(syntax_error).collect())
}

/// The syntax tree of a text, and what is wrong with it; places count from `offset`.
pub(super) fn parse(text: &str, offset: usize) -> (Script, Vec<Diagnostic>) {
    let parse = grn_grammar::parse(text).shifted(offset);
    (parse.script, parse.errors.into_iter().map(syntax_error).collect())
}

/// The parser's and the checker's problems together, in source order.
pub(super) fn in_order(mut syntax: Vec<Diagnostic>, checked: Vec<Diagnostic>) -> Vec<Diagnostic> {
    syntax.extend(checked);
    syntax.sort_by_key(|diagnostic| diagnostic.label.as_ref().map(|(span, _)| span.start));
    syntax
}

fn syntax_error(error: SyntaxError) -> Diagnostic {
    let diagnostic = Diagnostic::error(error.code, error.message).at(error.span, "");
    match error.help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}
