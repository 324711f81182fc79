//! What a running cell shows, as messages.

use crate::display::Bundle;
use crate::notebook::{Frontend, StdinRefused, StreamName};
use crate::wire::iopub::Iopub;
use crate::wire::message::Request;
use crate::wire::publisher::Publisher;
use crate::wire::stdin::Stdin;
use grn::engine::observer::CancelToken;
use serde_json::{Value, json};

/// One cell's way to the clients.
pub struct CellFrontend<'a> {
    /// The channel for outputs.
    pub iopub: &'a Iopub,
    /// The socket behind it, for waiting until clients have read.
    pub publisher: &'a Publisher,
    /// The channel for questions.
    pub stdin: &'a Stdin,
    /// The request that runs the cell.
    pub request: &'a Request,
    /// The cell's number.
    pub count: u32,
    /// Whether outputs are dropped.
    pub silent: bool,
    /// The cell's interrupt.
    pub cancel: &'a CancelToken,
}

impl CellFrontend<'_> {
    fn publish(&self, kind: &str, content: Value) {
        if !self.silent {
            self.wait_for_room();
            self.iopub.publish(Some(self.request), kind, content);
        }
    }

    fn wait_for_room(&self) {
        self.publisher.wait_for_room(|| self.cancel.is_cancelled());
    }
}

impl Frontend for CellFrontend<'_> {
    fn display(&self, bundle: Bundle, id: Option<&str>) {
        let transient = id.map_or_else(|| json!({}), |id| json!({ "display_id": id }));
        let content = json!({ "data": bundle.data, "metadata": bundle.metadata, "transient": transient });
        self.publish("display_data", content);
    }

    fn update(&self, bundle: Bundle, id: &str) {
        let content = json!({ "data": bundle.data, "metadata": bundle.metadata, "transient": { "display_id": id } });
        self.publish("update_display_data", content);
    }

    fn result(&self, bundle: Bundle) {
        let content = json!({
            "execution_count": self.count,
            "data": bundle.data,
            "metadata": bundle.metadata,
            "transient": {},
        });
        self.publish("execute_result", content);
    }

    fn stream(&self, name: StreamName, text: &str) {
        if !self.silent {
            self.wait_for_room();
            self.iopub.stream(self.request, name, text);
        }
    }

    fn ask(&self, prompt: &str) -> Result<String, StdinRefused> {
        if !self.request.flag("allow_stdin", false) {
            return Err(StdinRefused::NotAllowed);
        }
        // What the cell has said so far belongs before the question.
        self.iopub.flush_now();
        self.stdin.ask(self.request, prompt, self.cancel)
    }
}
