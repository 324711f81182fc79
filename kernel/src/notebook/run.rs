//! Running the grn code of a cell, with its progress, results and problems.

use crate::display::result::Item;
use crate::display::status::Ending;
use crate::display::{explanation, page, result, table};
use crate::notebook::frontend::{Frontend, StreamName};
use crate::notebook::problem::interrupted_words;
use crate::notebook::status::{StageTime, Status};
use crate::notebook::{Notebook, Problem};
use grn::engine::observer::CancelToken;
use grn::lang::diagnostics::Diagnostic;
use grn::report::duration;
use grn::report::page::Section;
use grn::report::table::{Cell, Column, Table};
use grn::{Failure, Shown, Source};
use std::thread;

impl Notebook {
    /// Checks, plans and runs `source`. With `timed`, the time of every stage follows each result.
    pub(super) fn run_script(
        &mut self,
        source: &Source,
        frontend: &dyn Frontend,
        cancel: &CancelToken,
        timed: bool,
    ) -> Result<(), Problem> {
        let prepared = match self.session.prepare(source, cancel) {
            Ok(prepared) => prepared,
            Err(failure) => return Err(self.failed(failure)),
        };
        if !prepared.warnings.is_empty() {
            frontend.stream(StreamName::Err, &self.session.draw(&prepared.warnings, true));
        }
        let device = prepared.device_name();
        let status = Status::new(frontend, device, format!("grn-{}-{}", std::process::id(), self.cells));
        let mut show = Show {
            status: &status,
            frontend,
            forms: self.forms.clone(),
            sections: Vec::new(),
            left: prepared.plan.requests.len(),
            timed,
            cancel,
            is_cut: false,
        };
        let session = &mut self.session;
        let ran = thread::scope(|scope| {
            scope.spawn(|| status.draw());
            // However the work ends, a panic included: the scope waits for the thread that draws.
            let _stop = Stop(&status);
            let ran = session.run(prepared, &status, cancel, &mut |shown| show.show(shown));
            match &ran {
                Ok(_) => {}
                Err(Failure::Cancelled(_)) => drop(status.finish(Ending::Interrupted)),
                Err(_) => drop(status.finish(Ending::Failed)),
            }
            ran
        });
        let is_cut = show.is_cut;
        show.sections.into_iter().for_each(|section| self.shown.add(section));
        ran.map_err(|failure| self.failed(failure))?;
        match is_cut {
            true => Err(Problem::interrupted(
                "not everything is shown; all stages were finished, and are kept",
            )),
            false => Ok(()),
        }
    }

    fn failed(&self, failure: Failure) -> Problem {
        match failure {
            Failure::Script(diagnostics) => self.problem(&diagnostics),
            Failure::Run(diagnostic) => self.problem(&[*diagnostic]),
            Failure::Cancelled(interrupted) => Problem::interrupted(&interrupted_words(&interrupted)),
        }
    }

    /// A problem from diagnostics of the session, drawn.
    pub(super) fn problem(&self, diagnostics: &[Diagnostic]) -> Problem {
        Problem::of(diagnostics, &self.session.draw(diagnostics, true))
    }
}

/// Ends the drawing of progress when it goes.
pub(super) struct Stop<'a>(pub &'a Status<'a>);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// Shows what the statements of a cell give, one after another.
struct Show<'a> {
    status: &'a Status<'a>,
    frontend: &'a dyn Frontend,
    forms: Vec<crate::display::figure::Form>,
    sections: Vec<Section>,
    /// Statements that are still to be shown.
    left: usize,
    timed: bool,
    cancel: &'a CancelToken,
    /// Whether an interrupt has kept something from being drawn.
    is_cut: bool,
}

impl Show<'_> {
    fn show(&mut self, shown: Shown) {
        self.left = self.left.saturating_sub(1);
        match shown {
            Shown::Result(outcome, rendered) => {
                let times = self.status.finish(Ending::Done);
                self.show_items(result::items(&outcome, &rendered, &self.forms.clone()));
                if self.timed {
                    self.frontend.display(table::table(&times_table(&times)), None);
                }
                self.sections.push(Section {
                    heading: outcome.pipeline,
                    items: rendered,
                });
            }
            Shown::Explanation(explained) => {
                self.status.skip();
                self.show_items([Item::Bundle(explanation::explanation(&explained))]);
            }
            Shown::Help(help) => {
                self.status.skip();
                self.show_items([Item::Bundle(page::page(&help))]);
            }
        }
    }

    /// Drawing takes its time as well: each item is drawn when the one before it is out.
    fn show_items(&mut self, items: impl IntoIterator<Item = Item>) {
        // The value of a cell is the first thing that its last statement shows.
        let mut is_value = self.left == 0;
        for item in items {
            if self.cancel.is_cancelled() {
                self.is_cut = true;
                return;
            }
            match item {
                Item::Bundle(bundle) if is_value => {
                    is_value = false;
                    self.frontend.result(bundle);
                }
                Item::Bundle(bundle) => self.frontend.display(bundle, None),
                Item::Wrote(path) => {
                    let words = format!("wrote {}\n", path.display());
                    self.frontend.stream(StreamName::Out, &words);
                }
            }
        }
    }
}

fn times_table(times: &[StageTime]) -> Table {
    let columns = vec![
        Column::words("stage").key(),
        Column::numbers("time"),
        Column::words("from cache"),
    ];
    let mut table = Table::new("Time of each stage", columns);
    for time in times {
        table.push(vec![
            Cell::words(time.label.as_str()),
            Cell::shown(duration::words(time.seconds), time.seconds),
            Cell::flag(time.cached),
        ]);
    }
    // Of what was kept on the disk the time is that of the run that made it.
    let ran = times.iter().filter(|time| !time.cached);
    let total: f64 = ran.map(|time| time.seconds).sum();
    table.note(format!("{} in all", duration::words(total)));
    table
}
