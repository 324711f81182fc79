//! The thread that runs cells.

use crate::notebook::{Executed, Problem};
use crate::wire::Kernel;
use crate::wire::cells::Cells;
use crate::wire::frontend::CellFrontend;
use crate::wire::log;
use crate::wire::message::{Request, now};
use crate::wire::queue::Next;
use grn::engine::observer::CancelToken;
use serde_json::{Map, Value, json};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

/// A frontend sends all cells of a notebook in a burst. After a failure the rest of the burst gets this long to arrive,
/// so that it is aborted as a whole; whoever waits for the reply before sending on notices nothing.
const REST_OF_A_BURST: Duration = Duration::from_millis(20);

/// Runs cells until the kernel shuts down.
pub fn run_cells(kernel: &Kernel, cells: &mut impl Cells) {
    let mut last_count = 0;
    kernel.set_snapshot(cells.snapshot());
    while let Some(next) = kernel.queue.next() {
        match next {
            Next::Run(request, cancel) => {
                let cell = Cell::new(kernel, request, cancel, &mut last_count);
                cell.run(cells);
            }
            Next::Abort(request) => abort(kernel, &request),
        }
    }
}

fn abort(kernel: &Kernel, request: &Request) {
    kernel.iopub.status(Some(request), "busy");
    kernel.shell.send(request.reply(json!({ "status": "aborted" })));
    kernel.finish(request);
}

/// One execute request.
struct Cell<'a> {
    kernel: &'a Kernel,
    request: Request,
    cancel: CancelToken,
    silent: bool,
    count: u32,
}

impl<'a> Cell<'a> {
    /// Numbers the cell; only cells that are stored in the history are counted.
    fn new(kernel: &'a Kernel, request: Request, cancel: CancelToken, last_count: &mut u32) -> Self {
        let silent = request.flag("silent", false);
        let store = !silent && request.flag("store_history", true);
        let count = last_count.saturating_add(u32::from(!silent));
        if store {
            *last_count = count;
            kernel.history().push(count, request.text("code"));
        }
        Self {
            kernel,
            request,
            cancel,
            silent,
            count,
        }
    }

    fn run(self, cells: &mut impl Cells) {
        let Self { kernel, request, .. } = &self;
        let began = now();
        kernel.iopub.status(Some(request), "busy");
        if !self.silent {
            let input = json!({ "code": request.text("code"), "execution_count": self.count });
            kernel.iopub.publish(Some(request), "execute_input", input);
        }
        let executed = self.execute(cells);
        kernel.set_snapshot(cells.snapshot());
        if let Some(problem) = &executed.problem {
            self.fail(problem);
        }
        let reply = request.reply(self.reply(executed));
        kernel.iopub.flush_now();
        kernel.shell.send(reply.with_metadata(json!({ "started": began })));
        kernel.finish(request);
    }

    fn execute(&self, cells: &mut impl Cells) -> Executed {
        let frontend = CellFrontend {
            iopub: &self.kernel.iopub,
            publisher: &self.kernel.publisher,
            stdin: &self.kernel.stdin,
            request: &self.request,
            count: self.count,
            cancel: &self.cancel,
        };
        let code = self.request.text("code");
        let run = || cells.execute(code, self.count, self.silent, &frontend, &self.cancel);
        catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
            log::line("a cell panicked");
            Executed {
                problem: Some(defect()),
                payload: Vec::new(),
            }
        })
    }

    fn fail(&self, problem: &Problem) {
        // An interrupt has aborted what waited then.
        let aborts = self.request.flag("stop_on_error", true) && !self.silent && !self.cancel.is_cancelled();
        if aborts {
            std::thread::sleep(REST_OF_A_BURST);
            self.kernel.queue.abort_waiting();
        }
        if !self.silent {
            self.kernel.iopub.publish(Some(&self.request), "error", error(problem));
        }
    }

    fn reply(&self, executed: Executed) -> Value {
        let mut content = json!({ "status": "ok", "execution_count": self.count });
        let more = match &executed.problem {
            None => json!({ "payload": executed.payload, "user_expressions": self.user_expressions() }),
            Some(problem) => {
                content["status"] = "error".into();
                error(problem)
            }
        };
        if let (Some(content), Value::Object(more)) = (content.as_object_mut(), more) {
            content.extend(more);
        }
        content
    }

    /// grn has statements and no expressions; each is answered by an error of its own.
    fn user_expressions(&self) -> Map<String, Value> {
        let answer = json!({
            "status": "error",
            "ename": "grn::no-expressions",
            "evalue": "grn has no expressions to evaluate beside a cell",
            "traceback": [],
        });
        let names = self.request.names("user_expressions").into_iter();
        names.map(|name| (name.to_owned(), answer.clone())).collect()
    }
}

fn error(problem: &Problem) -> Value {
    json!({ "ename": problem.name, "evalue": problem.value, "traceback": problem.traceback })
}

/// What a panic inside a cell becomes.
fn defect() -> Problem {
    let value = "the cell ended by a defect in grn; names of earlier cells are kept".to_owned();
    Problem {
        name: "grn::internal".to_owned(),
        traceback: vec![format!("error[grn::internal]: {value}")],
        value,
    }
}
