//! From finished pipelines to what is shown of them.

use crate::engine::outcome::{GridCell, Outcome, ViewOutcome};
use crate::engine::value::Value;
use crate::lang::diagnostics::Diagnostic;
use crate::report::audit::{Audit, audit};
use crate::report::figures::exact_match::Choice;
use crate::report::figures::expression::WrongArgument;
use crate::report::figures::team::Chosen;
use crate::report::figures::{self, Figure};
use crate::report::save::{is_picture, save, save_audit, save_figure};
use crate::report::table::Table;
use crate::report::tables;
use std::path::PathBuf;

/// Something that is shown.
#[derive(Clone, Debug)]
pub enum Rendered {
    /// A table.
    Table(Table),
    /// A figure.
    Figure(Figure),
    /// A file that was written.
    Wrote(PathBuf),
}

/// What an outcome shows: its views, or its default display where it has none.
///
/// # Errors
/// As [`render_view`].
pub fn render_all(outcome: &Outcome) -> Result<Vec<Rendered>, Diagnostic> {
    if outcome.views.is_empty() {
        return Ok(render_outcome(outcome));
    }
    let mut rendered = Vec::new();
    for (index, view) in outcome.views.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|index| outcome.views.get(index));
        rendered.extend(render_view(view, before)?);
    }
    Ok(rendered)
}

/// Draws one view; `save` writes its file. `before` is the view before it in the pipeline, if there is one.
///
/// # Errors
/// A `save` that can't be written or whose extension is not known; a view that nothing here draws. The diagnostic is
/// placed at the view.
pub fn render_view(view: &ViewOutcome, before: Option<&ViewOutcome>) -> Result<Vec<Rendered>, Diagnostic> {
    match view.spec.verb {
        "audit" => {
            let tables = audited(view).tables();
            Ok(tables.into_iter().map(Rendered::Table).collect())
        }
        "save" => saved(view, before).map(|wrote| vec![wrote]),
        _ => shown(view).map(|shown| vec![shown]),
    }
}

/// What an `audit` finds.
pub fn audited(view: &ViewOutcome) -> Audit {
    audit(&view.cells, view.arguments.count("top").max(1))
}

/// Writes the file of a `save`: what flows in; right after an `audit` the audit, right after a `plot` its figure, where
/// the extension is that of pictures.
fn saved(view: &ViewOutcome, before: Option<&ViewOutcome>) -> Result<Rendered, Diagnostic> {
    let path = PathBuf::from(view.arguments.text("path").unwrap_or_default());
    let before = before.filter(|before| is_same_place(before, view));
    let written = match before.map(|before| (before, before.spec.verb)) {
        Some((before, "audit")) => save_audit(&audited(before), &path),
        Some((before, "plot")) if is_picture(&path) => match shown(before)? {
            Rendered::Figure(figure) => save_figure(&figure, &path),
            _ => save(&view.cells, &path),
        },
        _ => save(&view.cells, &path),
    };
    match written {
        Ok(()) => Ok(Rendered::Wrote(path)),
        Err(diagnostic) => Err(diagnostic.at(view.span, "")),
    }
}

/// Whether no stage stands between two views: the same number of them led to what both show.
fn is_same_place(one: &ViewOutcome, other: &ViewOutcome) -> bool {
    let stages = |view: &ViewOutcome| view.cells.first().map(|cell| cell.seconds.len());
    stages(one) == stages(other)
}

fn shown(view: &ViewOutcome) -> Result<Rendered, Diagnostic> {
    let arguments = &view.arguments;
    match (view.spec.verb, view.spec.method) {
        ("table", None) => Ok(Rendered::Table(tables::table_of(
            &view.cells,
            arguments.flag("per_seed"),
        ))),
        ("plot", Some("coverage")) => Ok(Rendered::Figure(figures::coverage::figure(
            &view.cells,
            arguments.flag("popularity"),
        ))),
        ("plot", Some("exact")) => Ok(Rendered::Figure(figures::exact_match::figure(
            &view.cells,
            arguments.flag("popularity"),
            Choice::of(arguments.text("teams")),
        ))),
        ("plot", Some("edges")) => Ok(Rendered::Figure(figures::edges::figure(
            &view.cells,
            arguments.flag("popularity"),
        ))),
        ("plot", Some("training")) => Ok(Rendered::Figure(figures::training::figure(
            &view.cells,
            arguments.flag("log"),
        ))),
        ("plot", Some("confusers")) => Ok(Rendered::Figure(figures::confusers::figure(
            &view.cells,
            arguments.count("top").max(1),
        ))),
        ("plot", Some("network")) => Ok(Rendered::Figure(figures::network::figure(&view.cells))),
        ("plot", Some("response")) => placed(figures::response::figure(&view.cells, arguments.text("target")), view),
        ("plot", Some("team")) => {
            let chosen = Chosen {
                target: arguments.text("target"),
                x: arguments.text("x"),
                y: arguments.text("y"),
            };
            placed(figures::team::figure(&view.cells, chosen), view)
        }
        _ => {
            let message = format!("nothing draws the view `{}`", view.spec.name());
            Err(Diagnostic::error("unknown-view", message)
                .at(view.span, "")
                .help("this is a defect of grn"))
        }
    }
}

/// The figure, or what is wrong with the view's arguments.
fn placed(figure: Result<Figure, WrongArgument>, view: &ViewOutcome) -> Result<Rendered, Diagnostic> {
    figure.map(Rendered::Figure).map_err(|error| {
        let place = view.places.get(error.parameter).unwrap_or(&view.span);
        error.diagnostic.at(*place, error.label)
    })
}

/// What a pipeline without views shows, by the type of its value: its table, for pools the coverage curve, for a
/// trained scorer its training, for ranked edges their curves, for evaluated teams the coverage curve and the exact-match bars.
pub fn render_outcome(outcome: &Outcome) -> Vec<Rendered> {
    let cells = outcome.cells.as_slice();
    let mut rendered = vec![Rendered::Table(tables::table_of(cells, false))];
    rendered.extend(default_figures(cells).into_iter().map(Rendered::Figure));
    rendered
}

fn default_figures(cells: &[GridCell]) -> Vec<Figure> {
    match cells.first().map(|cell| &cell.value) {
        Some(Value::Pools(_)) => vec![figures::coverage::figure(cells, true)],
        Some(Value::Scorer(_)) if cells.iter().any(|cell| !cell.value.training().is_empty()) => {
            vec![figures::training::figure(cells, false)]
        }
        Some(Value::EdgeReport(_)) => vec![figures::edges::figure(cells, true)],
        Some(Value::Teams(_) | Value::Report(_)) if tables::is_evaluated(cells) => vec![
            figures::coverage::figure(cells, true),
            figures::exact_match::figure(cells, true, Choice::All),
        ],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{Rendered, render_all, render_view};
    use crate::engine::outcome::ViewOutcome;
    use crate::engine::value::Value;
    use crate::lang::arguments::{Argument, Arguments};
    use crate::lang::checked::ArgumentPlaces;
    use crate::metrics::fixtures as by_hand;
    use crate::report::fixtures::{self, lone_cell};
    use crate::report::save::EXTENSIONS;
    use crate::stages;
    use grn_grammar::span::Span;
    use std::sync::Arc;

    fn kinds(rendered: &[Rendered]) -> Vec<String> {
        let kind = |rendered: &Rendered| match rendered {
            Rendered::Table(_) => "table".to_owned(),
            Rendered::Figure(figure) => figure.name.clone(),
            Rendered::Wrote(path) => path.display().to_string(),
        };
        rendered.iter().map(kind).collect()
    }

    #[test]
    fn every_type_has_a_default_display() {
        let split = Arc::new(by_hand::split());
        let mut unknown = by_hand::teams();
        unknown.predictions.retain(|prediction| prediction.target < 7);
        for (value, expected) in [
            (Value::Dataset(Arc::clone(&split.dataset)), vec!["table"]),
            (Value::Split(split), vec!["table"]),
            (Value::Pools(Arc::new(by_hand::pools())), vec!["table", "coverage"]),
            (
                Value::Teams(Arc::new(by_hand::teams())),
                vec!["table", "coverage", "exact"],
            ),
            (Value::Teams(Arc::new(unknown)), vec!["table"]),
        ] {
            let outcome = fixtures::outcome("p", vec![lone_cell(value)]);
            assert_eq!(kinds(&render_all(&outcome).unwrap()), expected);
        }
    }

    #[test]
    fn nothing_is_shown_as_nothing() {
        assert_eq!(
            kinds(&render_all(&fixtures::outcome("p", Vec::new())).unwrap()),
            ["table"]
        );
    }

    /// A view that is in the catalog but not drawn here would fail only when a user asks for it.
    #[test]
    fn every_view_of_the_catalog_is_drawn() {
        let folder = tempfile::tempdir().unwrap();
        for spec in stages::catalog().specs().filter(|spec| spec.is_view()) {
            let mut arguments = Arguments::default();
            let path = folder.path().join("a.csv").display().to_string();
            arguments.insert("path", Argument::Text(path));
            let view = ViewOutcome {
                spec,
                arguments,
                cells: fixtures::sweep(),
                span: Span::new(3, 9),
                places: ArgumentPlaces::new(),
            };
            render_view(&view, None).unwrap();
        }
    }

    #[test]
    fn a_save_right_after_an_audit_writes_the_audit() {
        let folder = tempfile::tempdir().unwrap();
        for extension in EXTENSIONS {
            let path = folder.path().join(format!("audit.{extension}"));
            let mut outcome = fixtures::outcome("p", fixtures::sweep());
            let mut save = fixtures::view("save", None, fixtures::sweep()).unwrap();
            save.arguments
                .insert("path", Argument::Text(path.display().to_string()));
            outcome.views.extend(fixtures::view("audit", None, fixtures::sweep()));
            outcome.views.push(save.clone());
            let shown = kinds(&render_all(&outcome).unwrap());
            assert_eq!(shown.last().map(String::as_str), path.to_str());
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(text.contains("beats the popularity baseline"), "{extension}: {text}");
            // With a stage between them it writes what flows in.
            let mut further = save;
            further.cells[0].seconds.push(("decode exact".to_owned(), 0.0));
            outcome.views[1] = further;
            render_all(&outcome).unwrap();
            assert!(
                !std::fs::read_to_string(&path).unwrap().contains("beats"),
                "{extension}"
            );
        }
    }

    #[test]
    fn a_save_right_after_a_plot_can_be_a_picture() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("exact.svg");
        let mut outcome = fixtures::outcome("p", fixtures::sweep());
        let mut save = fixtures::view("save", None, fixtures::sweep()).unwrap();
        save.arguments
            .insert("path", Argument::Text(path.display().to_string()));
        outcome.views.push(save);
        assert!(render_all(&outcome).is_err_and(|error| error.message.contains("`.svg`")));
        let plot = fixtures::view("plot", Some("exact"), fixtures::sweep());
        outcome.views.splice(0..0, plot);
        render_all(&outcome).unwrap();
        assert!(std::fs::read_to_string(&path).unwrap().contains("</svg>"));
    }

    #[test]
    fn a_failed_save_is_placed_in_the_script() {
        let spec = stages::catalog().find("save", None).unwrap();
        let mut arguments = Arguments::default();
        arguments.insert("path", Argument::Text("a.xlsx".to_owned()));
        let view = ViewOutcome {
            spec,
            arguments,
            cells: fixtures::sweep(),
            span: Span::new(3, 9),
            places: ArgumentPlaces::new(),
        };
        let error = render_view(&view, None).unwrap_err();
        assert_eq!(error.label.map(|label| label.0), Some(Span::new(3, 9)));
    }
}
