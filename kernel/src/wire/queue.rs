//! Cells that wait, and the one that runs.

use crate::wire::message::Request;
use grn::engine::observer::CancelToken;
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Execute requests in order of arrival. Filled by tasks, emptied by the thread of cells.
#[derive(Default)]
pub struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Waiting>,
    running: Option<Running>,
    closed: bool,
}

struct Waiting {
    request: Request,
    aborted: bool,
}

struct Running {
    request: Request,
    /// `None` where the request is only told that it does not run.
    cancel: Option<CancelToken>,
}

/// What the thread of cells does next.
pub enum Next {
    /// Runs a cell, which [`Queue::interrupt`] stops.
    Run(Request, CancelToken),
    /// Says that a cell does not run, since one before it failed or was interrupted.
    Abort(Request),
}

impl Queue {
    /// Adds a request.
    pub fn push(&self, request: Request) {
        let aborted = false;
        self.state().waiting.push_back(Waiting { request, aborted });
        self.changed.notify_all();
    }

    /// Waits for the next request; `None` once the queue is closed.
    pub fn next(&self) -> Option<Next> {
        let mut state = self.state();
        loop {
            if state.closed {
                return None;
            }
            if let Some(Waiting { request, aborted }) = state.waiting.pop_front() {
                let cancel = (!aborted).then(CancelToken::default);
                state.running = Some(Running {
                    request: request.clone(),
                    cancel: cancel.clone(),
                });
                return Some(match cancel {
                    None => Next::Abort(request),
                    Some(cancel) => Next::Run(request, cancel),
                });
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Tells that the present request is done. `last` is said while no other task can say what runs.
    pub fn finish(&self, last: impl FnOnce()) {
        let mut state = self.state();
        state.running = None;
        last();
        self.changed.notify_all();
    }

    /// Calls `tell` with the request that runs, if one does; it can't end meanwhile.
    pub fn with_running(&self, tell: impl FnOnce(&Request)) {
        let state = self.state();
        if let Some(running) = &state.running {
            tell(&running.request);
        }
    }

    /// Stops the running cell and aborts what waits, also where no cell runs at this moment; what comes later runs.
    pub fn interrupt(&self) {
        let mut state = self.state();
        state.cancel_running();
        state.abort_waiting();
    }

    /// Aborts what waits.
    pub fn abort_waiting(&self) {
        self.state().abort_waiting();
    }

    /// Stops the running cell, and lets no other start; waits until it has ended, `limit` at the longest.
    pub fn close(&self, limit: Duration) {
        let deadline = Instant::now() + limit;
        let mut state = self.state();
        state.closed = true;
        state.cancel_running();
        self.changed.notify_all();
        while state.running.is_some() {
            let rest = deadline.saturating_duration_since(Instant::now());
            if rest.is_zero() {
                return;
            }
            let waited = self.changed.wait_timeout(state, rest);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn cancel_running(&self) {
        let running = self.running.as_ref();
        if let Some(cancel) = running.and_then(|running| running.cancel.as_ref()) {
            cancel.cancel();
        }
    }

    fn abort_waiting(&mut self) {
        for waiting in &mut self.waiting {
            waiting.aborted = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::message::tests::request;
    use serde_json::json;

    fn filled(cells: &[&str]) -> Queue {
        let queue = Queue::default();
        for code in cells {
            queue.push(request("execute_request", json!({ "code": code })));
        }
        queue
    }

    fn taken(queue: &Queue) -> String {
        match queue.next() {
            Some(Next::Run(request, _)) => format!("run {}", request.text("code")),
            Some(Next::Abort(request)) => format!("abort {}", request.text("code")),
            None => "closed".to_owned(),
        }
    }

    #[test]
    fn an_interrupt_aborts_what_waits_and_nothing_later() {
        let queue = filled(&["a", "b"]);
        let Some(Next::Run(_, cancel)) = queue.next() else {
            panic!("a cell waits")
        };
        queue.interrupt();
        assert!(cancel.is_cancelled());
        queue.push(request("execute_request", json!({"code": "c"})));
        queue.finish(|| {});
        assert_eq!([taken(&queue), taken(&queue)], ["abort b", "run c"]);
    }

    #[test]
    fn an_interrupt_between_cells_aborts_what_waits() {
        let queue = filled(&["a", "b"]);
        queue.interrupt();
        assert_eq!(taken(&queue), "abort a");
        queue.finish(|| {});
        queue.push(request("execute_request", json!({"code": "c"})));
        assert_eq!([taken(&queue), taken(&queue)], ["abort b", "run c"]);
    }

    #[test]
    fn an_interrupt_of_an_idle_kernel_does_nothing() {
        let queue = filled(&[]);
        queue.interrupt();
        queue.push(request("execute_request", json!({"code": "a"})));
        assert_eq!(taken(&queue), "run a");
    }

    #[test]
    fn a_closed_queue_starts_nothing() {
        let queue = filled(&["a", "b"]);
        let Some(Next::Run(_, cancel)) = queue.next() else {
            panic!("a cell waits")
        };
        queue.close(Duration::ZERO);
        assert!(cancel.is_cancelled());
        queue.finish(|| {});
        assert_eq!(taken(&queue), "closed");
    }
}
