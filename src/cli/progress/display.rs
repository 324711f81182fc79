//! Where progress is shown: bars on a terminal, plain lines elsewhere.

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use std::collections::BTreeMap;
use std::io::Write;
use std::time::{Duration, Instant};

/// Time between two progress lines of a stage where there is no terminal.
const LINE_INTERVAL: Duration = Duration::from_secs(5);
/// Time between two turns of a bar's spinner.
const TICK: Duration = Duration::from_millis(120);

/// How progress is shown. Stages that run at the same time are told apart by their positions.
pub trait Display: Send {
    /// A stage starts; `heading` names it.
    fn start(&mut self, position: usize, heading: &str);
    /// It has got somewhere; `fraction` is between 0 and 1, `None` where the whole is unknown.
    fn advance(&mut self, position: usize, fraction: Option<f64>, words: String);
    /// It has ended.
    fn end(&mut self, position: usize);
    /// A whole line that stays.
    fn line(&mut self, text: &str);
    /// Whether `advance` would show anything now.
    fn is_due(&self, position: usize) -> bool;
}

/// A line for each stage that runs, which redraws itself.
#[derive(Default)]
pub struct Bars {
    all: MultiProgress,
    running: BTreeMap<usize, ProgressBar>,
}

impl Display for Bars {
    fn start(&mut self, position: usize, heading: &str) {
        let bar = ProgressBar::no_length().with_prefix(heading.to_owned());
        let bar = self.all.add(bar.with_style(style("{spinner} {prefix}  {elapsed}")));
        bar.enable_steady_tick(TICK);
        self.running.insert(position, bar);
    }

    fn advance(&mut self, position: usize, fraction: Option<f64>, words: String) {
        let Some(bar) = self.running.get(&position) else {
            return;
        };
        match fraction {
            Some(fraction) => {
                if bar.length().is_none() {
                    bar.set_length(1000);
                    bar.set_style(style("{spinner} {prefix}  {bar:20}  {wide_msg}"));
                }
                bar.set_position((fraction * 1000.0) as u64);
            }
            None => bar.set_style(style("{spinner} {prefix}  {wide_msg}")),
        }
        bar.set_message(words);
    }

    fn end(&mut self, position: usize) {
        if let Some(bar) = self.running.remove(&position) {
            bar.finish_and_clear();
            self.all.remove(&bar);
        }
    }

    fn line(&mut self, text: &str) {
        self.all.suspend(|| write_line(text));
    }

    fn is_due(&self, _position: usize) -> bool {
        true
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        self.running.values().for_each(ProgressBar::finish_and_clear);
    }
}

fn style(template: &str) -> ProgressStyle {
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    style.progress_chars("━╸─")
}

/// Plain lines, at most one for each [`LINE_INTERVAL`] within a stage.
#[derive(Default)]
pub struct Lines {
    /// What runs, by position: its heading, and when it was last told of.
    running: BTreeMap<usize, (String, Instant)>,
}

impl Display for Lines {
    fn start(&mut self, position: usize, heading: &str) {
        self.running.insert(position, (heading.to_owned(), Instant::now()));
        write_line(&format!("{heading} …"));
    }

    fn advance(&mut self, position: usize, _fraction: Option<f64>, words: String) {
        if let Some((heading, last)) = self.running.get_mut(&position) {
            *last = Instant::now();
            write_line(&format!("{heading}: {words}"));
        }
    }

    fn end(&mut self, position: usize) {
        self.running.remove(&position);
    }

    fn line(&mut self, text: &str) {
        write_line(text);
    }

    fn is_due(&self, position: usize) -> bool {
        let running = self.running.get(&position);
        running.is_some_and(|(_, last)| last.elapsed() >= LINE_INTERVAL)
    }
}

/// A line on standard error; a reader that has gone away is no reason to stop.
fn write_line(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
