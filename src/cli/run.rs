//! `grn run`: tables to standard output, progress to standard error, a page and JSON to files.

use super::Exit;
use super::arguments::RunArguments;
use super::diagnostics::Reporter;
use super::environment;
use super::interrupt::{self, Interrupt};
use super::output::Output;
use super::progress;
use super::results::{Files, Results};
use super::source;
use grn::cache::default_folder;
use grn::engine::observer::Silent;
use grn::lang::diagnostics::Diagnostic;
use grn::report::duration;
use grn::report::page::Section;
use grn::{Failure, Session, Shown, Source};
use std::time::Instant;

/// Runs a script.
pub fn run(arguments: &RunArguments, reporter: &Reporter, output: &mut Output) -> Exit {
    let source = match source::script(&arguments.script) {
        Ok(source) => source,
        Err(problem) => return wrong(reporter, None, &[problem]),
    };
    let mut session = Session::new(environment::variables());
    session.keep_stages_in(default_folder(&environment::variables()));
    let device = arguments.device.iter().map(|device| format!("device={device}"));
    let cache = arguments.cache.as_deref().map(cache_assignment);
    for assignment in arguments.set.iter().cloned().chain(device).chain(cache) {
        if let Err((set, problems)) = session.override_option(&assignment) {
            return wrong(reporter, Some(&set), &problems);
        }
    }
    let job = Job {
        arguments,
        source: &source,
        reporter,
        interrupt: Interrupt::watch(),
    };
    let ended = job.run(&mut session, output);
    match ended {
        Ok(()) => Exit::Fine,
        Err(Failure::Script(problems)) => wrong(reporter, Some(&source), &problems),
        Err(Failure::Run(problem)) => {
            reporter.report(Some(&source), &[*problem]);
            Exit::Failed
        }
        Err(Failure::Cancelled(interrupted)) => {
            job.interrupt.settle();
            reporter.note(&interrupt::words(&interrupted));
            Exit::Failed
        }
    }
}

/// `cache=…` as the language has it: a path needs quotes there.
fn cache_assignment(place: &str) -> String {
    match place {
        "on" | "off" => format!("cache={place}"),
        folder => format!("cache=\"{}\"", folder.replace('\\', "\\\\").replace('"', "\\\"")),
    }
}

fn wrong(reporter: &Reporter, source: Option<&Source>, problems: &[Diagnostic]) -> Exit {
    reporter.report(source, problems);
    reporter.count(problems);
    Exit::Wrong
}

/// One run of one script.
struct Job<'a> {
    arguments: &'a RunArguments,
    source: &'a Source,
    reporter: &'a Reporter,
    interrupt: Interrupt,
}

impl Job<'_> {
    fn run(&self, session: &mut Session, output: &mut Output) -> Result<(), Failure> {
        let started = Instant::now();
        let cancel = &self.interrupt.token;
        let prepared = session.prepare(self.source, cancel)?;
        self.reporter.report(Some(self.source), &prepared.warnings);
        if !prepared.runs() {
            return session
                .run(prepared, &Silent, cancel, &mut |shown| print(&shown, output))
                .map(drop);
        }
        let files = Files::prepare(&self.arguments.out, self.arguments.json.as_deref(), self.source)
            .map_err(|problem| Failure::Script(vec![problem]))?;
        let results = self.results(session, prepared, output)?;
        self.interrupt.settle();
        let page = files
            .write(self.source, &results, !self.arguments.no_timings)
            .map_err(|problem| Failure::Run(Box::new(problem)))?;
        if !self.arguments.quiet {
            let seconds = duration::words(started.elapsed().as_secs_f64());
            self.reporter.note(&format!("page: {} ({seconds})", page.display()));
        }
        Ok(())
    }

    /// Runs the pipelines, printing what each shows as soon as it is there.
    fn results(&self, session: &mut Session, prepared: grn::Prepared, output: &mut Output) -> Result<Results, Failure> {
        let observer = self.interrupt.witness(progress::observer(self.arguments.quiet));
        let mut results = Results::default();
        results.device = session.run(prepared, observer.as_ref(), &self.interrupt.token, &mut |shown| {
            print(&shown, output);
            if let Shown::Result(outcome, rendered) = shown {
                results.sections.push(Section {
                    heading: outcome.pipeline.clone(),
                    items: rendered,
                });
                results.outcomes.push(outcome);
            }
        })?;
        Ok(results)
    }
}

/// Prints what a statement shows; figures go to the page alone.
fn print(shown: &Shown, output: &mut Output) {
    match shown {
        Shown::Result(_, rendered) => rendered.iter().filter_map(super::results::text).for_each(|text| {
            output.print(&text);
            output.print("\n");
        }),
        Shown::Explanation(explanation) => output.print(&explanation.to_text()),
        Shown::Help(page) => output.print(&page.to_text()),
    }
}
