//! Progress on standard error: a bar on a terminal, plain lines elsewhere.

use grn::engine::observer::{Event, Observer, Silent};
use grn::report::duration;
use indicatif::{ProgressBar, ProgressStyle};
use std::collections::BTreeSet;
use std::io::{IsTerminal, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Time between two progress lines of a stage where there is no terminal.
const LINE_INTERVAL: Duration = Duration::from_secs(5);
/// Time between two turns of the bar's spinner.
const TICK: Duration = Duration::from_millis(120);

/// The observer for this kind of standard error.
pub fn observer(quiet: bool) -> Box<dyn Observer> {
    if quiet {
        Box::new(Silent)
    } else if std::io::stderr().is_terminal() {
        Box::new(Progress::new(Bar::new()))
    } else {
        Box::new(Progress::new(Lines::default()))
    }
}

/// How progress is shown.
trait Display: Send {
    /// A stage starts; `heading` names it.
    fn start(&mut self, heading: &str);
    /// It has got somewhere; `fraction` is between 0 and 1, `None` where the whole is unknown.
    fn advance(&mut self, fraction: Option<f64>, words: String);
    /// A whole line that stays; nothing is in progress any more.
    fn line(&mut self, text: &str);
    /// A whole line that stays, amid a stage.
    fn note(&mut self, text: &str);
    /// Whether `advance` would show anything now.
    fn is_due(&self) -> bool;
}

/// Turns events into words.
struct Progress<D> {
    state: Mutex<State<D>>,
}

struct State<D> {
    display: D,
    heading: String,
    started: Instant,
    notes: BTreeSet<String>,
}

impl<D: Display> Progress<D> {
    fn new(display: D) -> Self {
        Self {
            state: Mutex::new(State {
                display,
                heading: String::new(),
                started: Instant::now(),
                notes: BTreeSet::new(),
            }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<D>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<D: Display> Observer for Progress<D> {
    fn event(&self, event: &Event) {
        let mut state = self.lock();
        match event {
            Event::StageStarted { label, position, total } => {
                state.heading = format!("[{position}/{total}] {label}");
                state.started = Instant::now();
                let heading = state.heading.clone();
                state.display.start(&heading);
            }
            Event::Progress {
                done,
                total,
                unit,
                detail,
                ..
            } => {
                if state.display.is_due() {
                    let elapsed = state.started.elapsed().as_secs_f64();
                    let fraction = (*total > 0).then(|| (*done as f64 / *total as f64).min(1.0));
                    state
                        .display
                        .advance(fraction, words(elapsed, *done, *total, unit, detail));
                }
            }
            Event::StageFinished { label, seconds, cached } => {
                let text = match cached {
                    true => format!("{label}: already there"),
                    false => format!("{}: {}", state.heading, duration::words(*seconds)),
                };
                state.display.line(&text);
            }
            Event::Note(text) => {
                if state.notes.insert(text.clone()) {
                    state.display.note(&format!("note: {text}"));
                }
            }
        }
    }
}

/// `epoch 5/20, loss 0.213, 40 s left`.
fn words(elapsed: f64, done: u64, total: u64, unit: &str, detail: &str) -> String {
    let count = if total > 0 {
        format!("{unit} {done}/{total}")
    } else {
        format!("{unit} {done}")
    };
    let left = duration::left(elapsed, done, total).map(|seconds| format!("{} left", duration::words(seconds)));
    let parts = [
        Some(count),
        Some(detail.to_owned()).filter(|detail| !detail.is_empty()),
        left,
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// One line that redraws itself.
struct Bar {
    bar: ProgressBar,
}

impl Bar {
    fn new() -> Self {
        Self {
            bar: ProgressBar::hidden(),
        }
    }
}

impl Display for Bar {
    fn start(&mut self, heading: &str) {
        self.bar.finish_and_clear();
        self.bar = ProgressBar::no_length().with_prefix(heading.to_owned());
        self.bar.set_style(style("{spinner} {prefix}  {elapsed}"));
        self.bar.enable_steady_tick(TICK);
    }

    fn advance(&mut self, fraction: Option<f64>, words: String) {
        match fraction {
            Some(fraction) => {
                if self.bar.length().is_none() {
                    self.bar.set_length(1000);
                    self.bar.set_style(style("{spinner} {prefix}  {bar:20}  {wide_msg}"));
                }
                self.bar.set_position((fraction * 1000.0) as u64);
            }
            None => self.bar.set_style(style("{spinner} {prefix}  {wide_msg}")),
        }
        self.bar.set_message(words);
    }

    fn line(&mut self, text: &str) {
        self.bar.finish_and_clear();
        write_line(text);
    }

    fn note(&mut self, text: &str) {
        self.bar.suspend(|| write_line(text));
    }

    fn is_due(&self) -> bool {
        true
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    style.progress_chars("━╸─")
}

/// Plain lines, at most one for each [`LINE_INTERVAL`] within a stage.
#[derive(Default)]
struct Lines {
    heading: String,
    last: Option<Instant>,
}

impl Display for Lines {
    fn start(&mut self, heading: &str) {
        heading.clone_into(&mut self.heading);
        self.last = Some(Instant::now());
        write_line(&format!("{heading} …"));
    }

    fn advance(&mut self, _fraction: Option<f64>, words: String) {
        self.last = Some(Instant::now());
        write_line(&format!("{}: {words}", self.heading));
    }

    fn line(&mut self, text: &str) {
        write_line(text);
    }

    fn note(&mut self, text: &str) {
        write_line(text);
    }

    fn is_due(&self) -> bool {
        self.last.is_none_or(|last| last.elapsed() >= LINE_INTERVAL)
    }
}

/// A line on standard error; a reader that has gone away is no reason to stop.
fn write_line(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

#[cfg(test)]
mod tests {
    use super::{Display, Progress, words};
    use grn::engine::observer::{Event, Observer};
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<String>>>);

    impl Log {
        fn push(&self, text: String) {
            if let Ok(mut lines) = self.0.lock() {
                lines.push(text);
            }
        }
    }

    impl Display for Log {
        fn start(&mut self, heading: &str) {
            self.push(format!("start {heading}"));
        }
        fn advance(&mut self, fraction: Option<f64>, words: String) {
            self.push(format!("advance {fraction:?} {words}"));
        }
        fn line(&mut self, text: &str) {
            self.push(format!("line {text}"));
        }
        fn note(&mut self, text: &str) {
            self.push(text.to_owned());
        }
        fn is_due(&self) -> bool {
            true
        }
    }

    #[test]
    fn a_stage_is_told_from_start_to_end() {
        let log = Log::default();
        let progress = Progress::new(log.clone());
        let label = "retrieve attn (seed=42)".to_owned();
        progress.event(&Event::StageStarted {
            label: label.clone(),
            position: 3,
            total: 7,
        });
        progress.event(&Event::Progress {
            done: 5,
            total: 20,
            unit: "epoch",
            detail: "loss 0.213".to_owned(),
            loss: Some(0.213),
        });
        progress.event(&Event::Note("cuda is missing".to_owned()));
        progress.event(&Event::Note("cuda is missing".to_owned()));
        progress.event(&Event::StageFinished {
            label,
            seconds: 12.3,
            cached: false,
        });
        let expected = [
            "start [3/7] retrieve attn (seed=42)",
            "advance Some(0.25) epoch 5/20, loss 0.213",
            "note: cuda is missing",
            "line [3/7] retrieve attn (seed=42): 12 s",
        ];
        let lines = log.0.lock().map(|lines| lines.clone()).unwrap_or_default();
        assert_eq!(lines, expected);
    }

    #[test]
    fn words_leave_out_what_is_unknown() {
        assert_eq!(
            words(10.0, 5, 20, "epoch", "loss 0.2"),
            "epoch 5/20, loss 0.2, 30 s left"
        );
        assert_eq!(words(0.0, 5, 20, "epoch", ""), "epoch 5/20");
        assert_eq!(words(10.0, 5, 0, "set", ""), "set 5");
    }
}
