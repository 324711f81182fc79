//! The sweep axes of a whole pipeline: each name once, a grid of bearable size, team sizes that take part.

use super::Checker;
use super::pipeline::Chain;
use crate::lang::arguments::Argument;
use crate::lang::checked::{CheckedStage, Setting};
use crate::lang::diagnostics::Diagnostic;
use crate::lang::suggest::join_with;
use grn_grammar::span::Span;

/// More grid cells than this are a typing error.
const MAX_CELLS: usize = 10_000;

impl Checker<'_> {
    pub(super) fn axes(&mut self, chain: &Chain, span: Span) {
        let mut names: Vec<&'static str> = Vec::new();
        let mut cells: usize = 1;
        let mut sizes: Option<Vec<i64>> = None;
        for stage in &chain.stages {
            for name in stage.axis_names() {
                if names.contains(&name) {
                    self.axis_used_twice(name, stage.span);
                }
                names.push(name);
            }
            if !stage.is_view() {
                cells = cells.saturating_mul(choices(stage));
            }
            if let Some(own) = sizes_of(stage) {
                sizes = own;
            }
            self.sizes_take_part(stage, sizes.as_deref());
        }
        if cells > MAX_CELLS {
            let message = format!("the sweeps multiply to {cells} grid cells");
            self.error("grid-too-large", message, span, format!("expected at most {MAX_CELLS}"));
        }
    }

    fn axis_used_twice(&mut self, name: &str, span: Span) {
        let diagnostic = Diagnostic::error("axis-used-twice", format!("the axis `{name}` is used twice"))
            .at(span, format!("a stage before this one sweeps `{name}` already"));
        self.report(match name {
            "seed" => diagnostic.help("a seed given upstream is the default downstream: sweep it once"),
            _ => diagnostic.help("sweep it in one stage of the pipeline"),
        });
    }

    /// A map by team size may name only the sizes that `split` keeps.
    fn sizes_take_part(&mut self, stage: &CheckedStage, sizes: Option<&[i64]>) {
        let Some(sizes) = sizes else { return };
        for (name, setting) in stage.methods.iter().flat_map(|method| &method.settings) {
            let given = match setting {
                Setting::Given(value) => std::slice::from_ref(value),
                Setting::Axis(values) => values,
                Setting::Default(_) | Setting::UpstreamSeed => continue,
            };
            let Some(size) = given.iter().find_map(|value| size_without_targets(value, sizes)) else {
                continue;
            };
            let kept: Vec<String> = sizes.iter().map(i64::to_string).collect();
            let message = format!("`{name}` has a value for team size {size}, but no such targets take part");
            let diagnostic = Diagnostic::error("unknown-size", message)
                .at(stage.span, format!("expected only sizes {}", join_with(&kept, "and")));
            self.report(diagnostic.help("`split … sizes=(2, 3, 4)` says which team sizes take part"));
        }
    }
}

/// The first size of a map by team size that is not in `sizes`.
fn size_without_targets(value: &Argument, sizes: &[i64]) -> Option<usize> {
    let Argument::PerSize(values) = value else {
        return None;
    };
    let takes_part = |size: &usize| sizes.iter().any(|s| usize::try_from(*s) == Ok(*size));
    values.keys().copied().find(|size| !takes_part(size))
}

fn choices(stage: &CheckedStage) -> usize {
    let of_method = |settings: &[(&str, Setting)]| {
        settings.iter().fold(1usize, |product, (_, setting)| match setting {
            Setting::Axis(values) => product.saturating_mul(values.len()),
            _ => product,
        })
    };
    let counts = stage.methods.iter().map(|method| of_method(&method.settings));
    counts.fold(0, usize::saturating_add).max(1)
}

/// The team sizes that a stage lets take part: nothing where it says nothing of them, `Some(None)` where they differ
/// from cell to cell.
fn sizes_of(stage: &CheckedStage) -> Option<Option<Vec<i64>>> {
    let mut settings = stage.methods.iter().flat_map(|method| &method.settings);
    let (_, setting) = settings.find(|(name, _)| *name == "sizes")?;
    match setting {
        Setting::Given(Argument::Integers(sizes)) | Setting::Default(Argument::Integers(sizes)) => {
            Some(Some(sizes.clone()))
        }
        _ => Some(None),
    }
}
