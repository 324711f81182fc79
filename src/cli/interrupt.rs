//! Ctrl-C: the first asks the run to stop, and as a last resort ends the program where it does not within a second; a
//! second one ends it at once.

use grn::engine::executor::Interrupted;
use grn::engine::observer::{CancelToken, Event, Observer};
use grn::report::write::between_writes;
use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// Exit code of a program that is ended at once.
const AT_ONCE: i32 = 1;
/// How long a run has to come to a place where it can stop. It takes a fraction of that, except on very large data or a
/// very busy machine.
const GRACE: Duration = Duration::from_millis(700);

/// A run that Ctrl-C stops.
#[derive(Clone, Default)]
pub struct Interrupt {
    /// Set by Ctrl-C.
    pub token: CancelToken,
    settled: Arc<AtomicBool>,
    progress: Arc<Mutex<Interrupted>>,
}

impl Interrupt {
    /// Watches for Ctrl-C from now on. Where no handler can be installed, Ctrl-C keeps ending the program.
    pub fn watch() -> Self {
        let interrupt = Self::default();
        let shared = interrupt.clone();
        let _ = ctrlc::set_handler(move || shared.interrupted());
        interrupt
    }

    /// What happens at the end of a run, told or written, is up to the caller alone from now on: a Ctrl-C that waits
    /// for the run ends nothing any more.
    pub fn settle(&self) {
        if self.settled.swap(true, Ordering::SeqCst) {
            // The program is about to end.
            loop {
                thread::park();
            }
        }
    }

    /// The observer `inner`, with what it is told kept for the words of an interrupt.
    pub fn witness(&self, inner: Box<dyn Observer>) -> Box<dyn Observer> {
        Box::new(Witness {
            inner,
            progress: Arc::clone(&self.progress),
        })
    }

    /// Runs on the thread of the signal handler.
    fn interrupted(&self) {
        if self.token.is_cancelled() {
            end(None);
        }
        self.token.cancel();
        let waiting = self.clone();
        thread::spawn(move || {
            thread::sleep(GRACE);
            if !waiting.settled.swap(true, Ordering::SeqCst) {
                end(Some(&words(&lock(&waiting.progress))));
            }
        });
    }
}

/// Ends the program, but not while a file is half written.
fn end(words: Option<&str>) -> ! {
    let _writing = between_writes();
    if let Some(words) = words {
        let mut stderr = std::io::stderr().lock();
        let clear = if stderr.is_terminal() { "\r\u{1b}[2K" } else { "" };
        let _ = writeln!(stderr, "{clear}{words}");
    }
    std::process::exit(AT_ONCE)
}

/// `interrupted: 2 of 7 stages were finished (simulate sergio, split stratified); retrieve attn was stopped`.
pub fn words(interrupted: &Interrupted) -> String {
    if interrupted.total == 0 {
        return "interrupted: no stage has run. No page and no JSON were written.".to_owned();
    }
    let mut words = format!(
        "interrupted: {} of {} stages were finished",
        interrupted.finished.len(),
        interrupted.total
    );
    if !interrupted.finished.is_empty() {
        words.push_str(&format!(" ({})", interrupted.finished.join(", ")));
    }
    if let Some(stopped) = interrupted.stopped() {
        words.push_str(&format!("; {stopped}"));
    }
    words + ". No page and no JSON were written."
}

struct Witness {
    inner: Box<dyn Observer>,
    progress: Arc<Mutex<Interrupted>>,
}

impl Observer for Witness {
    fn event(&self, event: &Event) {
        match event {
            Event::StageStarted { label, total, .. } => {
                let mut progress = lock(&self.progress);
                progress.running.push(label.clone());
                progress.total = *total;
            }
            Event::StageFinished { label, .. } => {
                let mut progress = lock(&self.progress);
                progress.running.retain(|running| running != label);
                progress.finished.push(label.clone());
            }
            Event::Progress { .. } | Event::Note(_) => {}
        }
        self.inner.event(event);
    }
}

fn lock(progress: &Mutex<Interrupted>) -> MutexGuard<'_, Interrupted> {
    progress.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::{Interrupt, lock, words};
    use grn::engine::executor::Interrupted;
    use grn::engine::observer::{Event, Silent};

    #[test]
    fn an_interrupt_says_what_is_finished() {
        let interrupted = Interrupted {
            finished: vec!["simulate sergio".to_owned(), "split stratified".to_owned()],
            running: vec!["retrieve attn".to_owned()],
            total: 7,
        };
        assert_eq!(
            words(&interrupted),
            "interrupted: 2 of 7 stages were finished (simulate sergio, split stratified); retrieve attn was stopped. \
             No page and no JSON were written."
        );
        assert_eq!(
            words(&Interrupted::default()),
            "interrupted: no stage has run. No page and no JSON were written."
        );
    }

    #[test]
    fn a_witness_knows_how_far_the_run_came() {
        let interrupt = Interrupt::default();
        let witness = interrupt.witness(Box::new(Silent));
        for (position, label) in ["simulate sergio", "split stratified"].into_iter().enumerate() {
            witness.event(&Event::StageStarted {
                label: label.to_owned(),
                position: position + 1,
                total: 4,
            });
            if position == 0 {
                witness.event(&Event::StageFinished {
                    label: label.to_owned(),
                    position: position + 1,
                    seconds: 0.1,
                    cached: false,
                });
            }
        }
        let expected = Interrupted {
            finished: vec!["simulate sergio".to_owned()],
            running: vec!["split stratified".to_owned()],
            total: 4,
        };
        assert_eq!(*lock(&interrupt.progress), expected);
    }
}
