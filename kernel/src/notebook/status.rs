//! The line above a pipeline's results: how far it is while it runs, what it took when it is done.

use crate::display::Bundle;
use crate::display::status::{Ending, Running, Summary, running, summary};
use crate::notebook::frontend::{Frontend, StreamName};
use crate::notebook::sparkline::Sparkline;
use grn::engine::observer::{Event, Observer};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A pipeline that takes less shows no progress, only its summary.
const FIRST: Duration = Duration::from_millis(300);
/// Time between two updates that say something new.
const BETWEEN: Duration = Duration::from_millis(250);
/// Time after which a line is drawn again for its clock alone.
const CLOCK: Duration = Duration::from_secs(1);

/// One stage as it ended.
#[derive(Clone, Debug, PartialEq)]
pub struct StageTime {
    /// With its axis values, for instance `retrieve attn (seed=42)`.
    pub label: String,
    /// Wall time; 0 where it was already there.
    pub seconds: f64,
    /// Whether it was already there.
    pub cached: bool,
}

/// Follows the pipelines of a cell, one after another; each has a display of its own.
pub struct Status<'a> {
    frontend: &'a dyn Frontend,
    device: &'a str,
    prefix: String,
    state: Mutex<State>,
    /// Held while something is published, so that a summary is the last word. Events don't wait for it: a slow
    /// frontend must not hold up the work.
    publishing: Mutex<()>,
    ended: Condvar,
}

struct State {
    /// Which pipeline of the cell.
    index: usize,
    /// Whether its display is there.
    displayed: bool,
    started: Instant,
    drawn: Instant,
    is_new: bool,
    /// What runs, by position.
    running: BTreeMap<usize, Stage>,
    /// Of the pipeline.
    times: Vec<StageTime>,
    notes: BTreeSet<String>,
    over: bool,
}

struct Stage {
    label: String,
    total: usize,
    started: Instant,
    done: u64,
    of: u64,
    detail: String,
    loss: Sparkline,
}

impl<'a> Status<'a> {
    /// `prefix` makes the names of displays unique in the notebook.
    pub fn new(frontend: &'a dyn Frontend, device: &'a str, prefix: String) -> Self {
        let now = Instant::now();
        Self {
            frontend,
            device,
            prefix,
            state: Mutex::new(State {
                index: 0,
                displayed: false,
                started: now,
                drawn: now,
                is_new: false,
                running: BTreeMap::new(),
                times: Vec::new(),
                notes: BTreeSet::new(),
                over: false,
            }),
            publishing: Mutex::default(),
            ended: Condvar::new(),
        }
    }

    /// Draws progress until [`Status::stop`]; runs on a thread of its own.
    pub fn draw(&self) {
        let mut state = self.lock();
        while !state.over {
            let is_due = match state.is_new {
                true => state.drawn.elapsed() >= BETWEEN,
                false => state.drawn.elapsed() >= CLOCK,
            };
            if is_due && !state.running.is_empty() && state.started.elapsed() >= FIRST {
                drop(state);
                self.draw_running();
                state = self.lock();
            }
            state = match self.ended.wait_timeout(state, BETWEEN / 4) {
                Ok((state, _)) => state,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
    }

    /// Ends [`Status::draw`].
    pub fn stop(&self) {
        self.lock().over = true;
        self.ended.notify_all();
    }

    /// The pipeline has ended: its line becomes a summary, and what comes next belongs to the following pipeline.
    /// Gives back what each of its stages took.
    pub fn finish(&self, ending: Ending) -> Vec<StageTime> {
        let _publishing = lock(&self.publishing);
        let mut state = self.lock();
        let times = std::mem::take(&mut state.times);
        let running = std::mem::take(&mut state.running);
        let stopped: Vec<String> = running.into_values().map(|stage| stage.label).collect();
        let bundle = summary(&Summary {
            ending,
            seconds: state.started.elapsed().as_secs_f64(),
            stages: times.len(),
            cached: times.iter().filter(|time| time.cached).count(),
            stopped: &stopped,
            device: self.device,
        });
        let (id, displayed) = (self.id(&state), state.displayed);
        state.index += 1;
        state.displayed = false;
        state.started = Instant::now();
        drop(state);
        self.publish(bundle, &id, displayed);
        times
    }

    /// What was asked for and shows no values, an explanation for instance, has no line.
    pub fn skip(&self) {
        let mut state = self.lock();
        state.times.clear();
        state.started = Instant::now();
    }

    fn draw_running(&self) {
        let _publishing = lock(&self.publishing);
        let mut state = self.lock();
        if state.running.is_empty() {
            return;
        }
        let losses: Vec<String> = state.running.values().map(|stage| stage.loss.text()).collect();
        let stages: Vec<Running> = state
            .running
            .iter()
            .zip(&losses)
            .map(|((position, stage), loss)| Running {
                label: &stage.label,
                position: *position,
                total: stage.total,
                done: stage.done,
                of: stage.of,
                detail: &stage.detail,
                loss,
                seconds: stage.started.elapsed().as_secs_f64(),
            })
            .collect();
        let bundle = running(&stages, state.started.elapsed().as_secs_f64(), self.device);
        let (id, displayed) = (self.id(&state), state.displayed);
        state.displayed = true;
        state.is_new = false;
        state.drawn = Instant::now();
        drop(state);
        self.publish(bundle, &id, displayed);
    }

    fn publish(&self, bundle: Bundle, id: &str, displayed: bool) {
        match displayed {
            true => self.frontend.update(bundle, id),
            false => self.frontend.display(bundle, Some(id)),
        }
    }

    fn id(&self, state: &State) -> String {
        format!("{}-{}", self.prefix, state.index)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Observer for Status<'_> {
    fn event(&self, event: &Event) {
        let mut state = self.lock();
        match event {
            Event::StageStarted { label, position, total } => {
                state.is_new = true;
                let stage = Stage {
                    label: label.clone(),
                    total: *total,
                    started: Instant::now(),
                    done: 0,
                    of: 0,
                    detail: String::new(),
                    loss: Sparkline::default(),
                };
                state.running.insert(*position, stage);
            }
            Event::Progress {
                position,
                done,
                total,
                unit,
                detail,
                loss,
            } => {
                state.is_new = true;
                if let Some(stage) = state.running.get_mut(position) {
                    stage.done = *done;
                    stage.of = *total;
                    stage.detail = match detail.is_empty() {
                        true if *total > 0 => format!("{unit} {done}/{total}"),
                        true => format!("{unit} {done}"),
                        false => detail.clone(),
                    };
                    loss.iter().for_each(|loss| stage.loss.push(*loss));
                }
            }
            Event::StageFinished {
                label,
                position,
                seconds,
                cached,
            } => {
                state.running.remove(position);
                state.times.push(StageTime {
                    label: label.clone(),
                    seconds: *seconds,
                    cached: *cached,
                });
            }
            Event::Note(text) => {
                let is_new = state.notes.insert(text.clone());
                drop(state);
                if is_new {
                    self.frontend.stream(StreamName::Err, &format!("note: {text}\n"));
                }
            }
        }
    }
}
