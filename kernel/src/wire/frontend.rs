//! What a running cell shows, as messages.

use crate::display::Bundle;
use crate::notebook::{Frontend, Question, StdinRefused, StreamName};
use crate::wire::iopub::Iopub;
use crate::wire::message::Request;
use crate::wire::publisher::Publisher;
use crate::wire::stdin::Stdin;
use grn::engine::observer::CancelToken;
use serde_json::{Value, json};

/// Bytes of text that are published at once: so few that they have room wherever there is some.
const PIECE: usize = 1 << 18;

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
    /// The cell's interrupt.
    pub cancel: &'a CancelToken,
}

impl CellFrontend<'_> {
    fn publish(&self, kind: &str, content: Value) {
        let stop = || self.cancel.is_cancelled();
        self.iopub.publish_patiently(self.request, kind, content, stop);
    }
}

impl Frontend for CellFrontend<'_> {
    fn display(&self, bundle: Bundle, id: Option<&str>) {
        self.publish("display_data", content(bundle, id));
    }

    fn update(&self, bundle: Bundle, id: &str) {
        self.iopub.update(self.request, id, content(bundle, Some(id)));
    }

    fn result(&self, bundle: Bundle) {
        let mut content = content(bundle, None);
        content["execution_count"] = self.count.into();
        self.publish("execute_result", content);
    }

    fn stream(&self, name: StreamName, text: &str) {
        let mut rest = text;
        while !rest.is_empty() {
            let (piece, more) = rest.split_at(end_of_piece(rest));
            self.publisher.wait_for_room(|| self.cancel.is_cancelled());
            self.iopub.stream(self.request, name, piece);
            rest = more;
        }
    }

    fn ask(&self, question: &Question<'_>) -> Result<String, StdinRefused> {
        if !self.request.flag("allow_stdin", false) {
            return Err(StdinRefused::NotAllowed);
        }
        // What the cell has said so far belongs before the question.
        self.iopub.flush_now();
        self.stdin.ask(self.request, question, self.cancel)
    }
}

/// Where the first piece of a text ends, between two characters.
fn end_of_piece(text: &str) -> usize {
    let mut ends = (1..=PIECE.min(text.len())).rev();
    ends.find(|end| text.is_char_boundary(*end)).unwrap_or(text.len())
}

fn content(bundle: Bundle, id: Option<&str>) -> Value {
    let transient = id.map_or_else(|| json!({}), |id| json!({ "display_id": id }));
    json!({ "data": bundle.data, "metadata": bundle.metadata, "transient": transient })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_split_between_characters() {
        assert_eq!(end_of_piece("γ"), 2);
        let text = format!("{}γ", "a".repeat(PIECE - 1));
        assert_eq!(end_of_piece(&text), PIECE - 1);
        assert_eq!(end_of_piece(&text[1..]), PIECE);
    }
}
