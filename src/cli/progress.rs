//! Progress on standard error: bars on a terminal, plain lines elsewhere.

mod display;

use display::{Bars, Display, Lines};
use grn::engine::observer::{Event, Observer, Silent};
use grn::report::duration;
use std::collections::{BTreeMap, BTreeSet};
use std::io::IsTerminal;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// The observer for this kind of standard error.
pub fn observer(quiet: bool) -> Box<dyn Observer> {
    if quiet {
        Box::new(Silent)
    } else if std::io::stderr().is_terminal() {
        Box::new(Progress::new(Bars::default()))
    } else {
        Box::new(Progress::new(Lines::default()))
    }
}

/// Turns events into words.
struct Progress<D> {
    state: Mutex<State<D>>,
}

struct State<D> {
    display: D,
    /// What runs, by position: its heading, and since when.
    running: BTreeMap<usize, (String, Instant)>,
    notes: BTreeSet<String>,
}

impl<D: Display> Progress<D> {
    fn new(display: D) -> Self {
        Self {
            state: Mutex::new(State {
                display,
                running: BTreeMap::new(),
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
                let heading = format!("[{position}/{total}] {label}");
                state.display.start(*position, &heading);
                state.running.insert(*position, (heading, Instant::now()));
            }
            Event::Progress {
                position,
                done,
                total,
                unit,
                detail,
                ..
            } => state.advance(*position, *done, *total, |elapsed| {
                words(elapsed, *done, *total, unit, detail)
            }),
            Event::StageFinished {
                label,
                position,
                seconds,
                cached,
            } => {
                let running = state.running.remove(position);
                let text = match running.filter(|_| !cached) {
                    Some((heading, _)) => format!("{heading}: {}", duration::words(*seconds)),
                    None => format!("{label}: already there"),
                };
                state.display.end(*position);
                state.display.line(&text);
            }
            Event::Note(text) => {
                if state.notes.insert(text.clone()) {
                    state.display.line(&format!("note: {text}"));
                }
            }
        }
    }
}

impl<D: Display> State<D> {
    fn advance(&mut self, position: usize, done: u64, total: u64, words: impl FnOnce(f64) -> String) {
        if let Some((_, started)) = self.running.get(&position)
            && self.display.is_due(position)
        {
            let fraction = (total > 0).then(|| (done as f64 / total as f64).min(1.0));
            let words = words(started.elapsed().as_secs_f64());
            self.display.advance(position, fraction, words);
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
        fn start(&mut self, _: usize, heading: &str) {
            self.push(format!("start {heading}"));
        }
        fn advance(&mut self, position: usize, fraction: Option<f64>, words: String) {
            self.push(format!("advance {position} {fraction:?} {words}"));
        }
        fn end(&mut self, position: usize) {
            self.push(format!("end {position}"));
        }
        fn line(&mut self, text: &str) {
            self.push(text.to_owned());
        }
        fn is_due(&self, _: usize) -> bool {
            true
        }
    }

    fn advance(position: usize) -> Event {
        Event::Progress {
            position,
            done: 5,
            total: 20,
            unit: "epoch",
            detail: "loss 0.213".to_owned(),
            loss: Some(0.213),
        }
    }

    fn start(position: usize, label: &str) -> Event {
        Event::StageStarted {
            label: label.to_owned(),
            position,
            total: 7,
        }
    }

    fn finish(position: usize, label: &str, cached: bool) -> Event {
        Event::StageFinished {
            label: label.to_owned(),
            position,
            seconds: 12.3,
            cached,
        }
    }

    fn told(events: &[Event]) -> Vec<String> {
        let log = Log::default();
        let progress = Progress::new(log.clone());
        events.iter().for_each(|event| progress.event(event));
        log.0.lock().map(|lines| lines.clone()).unwrap_or_default()
    }

    #[test]
    fn a_stage_is_told_from_start_to_end() {
        let note = || Event::Note("cuda is missing".to_owned());
        let label = "retrieve attn (seed=42)";
        let lines = told(&[
            start(3, label),
            advance(3),
            note(),
            note(),
            finish(3, label, false),
            finish(4, "decode exact", true),
        ]);
        let expected = [
            "start [3/7] retrieve attn (seed=42)",
            "advance 3 Some(0.25) epoch 5/20, loss 0.213",
            "note: cuda is missing",
            "end 3",
            "[3/7] retrieve attn (seed=42): 12 s",
            "end 4",
            "decode exact: already there",
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn stages_that_run_at_the_same_time_are_told_apart() {
        let lines = told(&[
            start(3, "a"),
            start(4, "b"),
            advance(3),
            finish(4, "b", false),
            advance(4),
            advance(3),
        ]);
        let expected = [
            "start [3/7] a",
            "start [4/7] b",
            "advance 3 Some(0.25) epoch 5/20, loss 0.213",
            "end 4",
            "[4/7] b: 12 s",
            "advance 3 Some(0.25) epoch 5/20, loss 0.213",
        ];
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
