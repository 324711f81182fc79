//! Requests other than cells: answered at once, also while a cell runs.

use crate::notebook::{IsComplete, Snapshot};
use crate::wire::Kernel;
use crate::wire::info::kernel_info;
use crate::wire::log;
use crate::wire::message::Request;
use crate::wire::sockets::Replies;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Answers a request of the shell or control channel. True where the kernel is to shut down.
pub async fn answer(kernel: &Arc<Kernel>, channel: &Replies, request: Request) -> bool {
    if request.kind() == "execute_request" {
        kernel.queue.push(request);
        return false;
    }
    kernel.iopub.status(Some(&request), "busy");
    let content = match request.kind() {
        "kernel_info_request" => Some(kernel_info()),
        "history_request" => Some(kernel.history().answer(&request)),
        "comm_info_request" => Some(json!({ "status": "ok", "comms": {} })),
        "complete_request" | "inspect_request" | "is_complete_request" => Some(ask_snapshot(kernel, &request).await),
        "interrupt_request" => {
            kernel.queue.interrupt();
            Some(json!({ "status": "ok" }))
        }
        "shutdown_request" => {
            let content = json!({ "status": "ok", "restart": request.flag("restart", false) });
            kernel.iopub.publish(Some(&request), "shutdown_reply", content.clone());
            Some(content)
        }
        "comm_open" => {
            // No target is known here; the frontend learns that its end is closed.
            let content = json!({ "comm_id": request.text("comm_id"), "data": {} });
            kernel.iopub.publish(Some(&request), "comm_close", content);
            None
        }
        "comm_msg" | "comm_close" => None,
        unknown => {
            log::line(format_args!("unknown message type: {unknown}"));
            None
        }
    };
    if let Some(content) = content {
        channel.send(request.reply(content));
    }
    kernel.iopub.status(Some(&request), "idle");
    // Frontends show the last state they hear, whatever it was about.
    let still_busy = |cell: &Request| {
        kernel.iopub.status(Some(cell), "busy");
    };
    kernel.queue.with_running(still_busy);
    request.kind() == "shutdown_request"
}

/// Asks what the session knows; on a thread where a defect does no harm.
async fn ask_snapshot(kernel: &Arc<Kernel>, request: &Request) -> Value {
    let (snapshot, request) = (kernel.snapshot(), request.clone());
    let asked = tokio::task::spawn_blocking(move || match request.kind() {
        "complete_request" => complete(&snapshot, &request),
        "inspect_request" => inspect(&snapshot, &request),
        _ => is_complete(&snapshot, &request),
    });
    asked.await.unwrap_or_else(|error| {
        log::line(format_args!("a request failed: {error}"));
        json!({
            "status": "error",
            "ename": "grn::internal",
            "evalue": "the request ended by a defect in grn",
            "traceback": [],
        })
    })
}

/// The cursor in code points; at the end where a client does not say.
fn cursor(request: &Request) -> usize {
    let length = request.text("code").chars().count();
    let cursor = request.number("cursor_pos").and_then(|at| usize::try_from(at).ok());
    cursor.map_or(length, |at| at.min(length))
}

fn complete(snapshot: &Snapshot, request: &Request) -> Value {
    let completed = snapshot.complete(request.text("code"), cursor(request));
    let texts: Vec<&str> = completed.matches.iter().map(|found| found.text.as_str()).collect();
    let details: Vec<Value> = completed
        .matches
        .iter()
        .map(|found| {
            json!({
                "start": completed.start,
                "end": completed.end,
                "text": found.text,
                "type": found.kind,
                "signature": found.signature,
            })
        })
        .collect();
    json!({
        "status": "ok",
        "matches": texts,
        "cursor_start": completed.start,
        "cursor_end": completed.end,
        // Not in the protocol; frontends show types and signatures by it.
        "metadata": { "_jupyter_types_experimental": details },
    })
}

fn inspect(snapshot: &Snapshot, request: &Request) -> Value {
    let detail = u8::from(request.number("detail_level").unwrap_or(0) > 0);
    let page = snapshot.inspect(request.text("code"), cursor(request), detail);
    json!({
        "status": "ok",
        "found": page.is_some(),
        "data": page.map_or_else(Map::new, |bundle| bundle.data),
        "metadata": {},
    })
}

fn is_complete(snapshot: &Snapshot, request: &Request) -> Value {
    match snapshot.is_complete(request.text("code")) {
        IsComplete::Complete => json!({ "status": "complete" }),
        IsComplete::Incomplete(indent) => json!({ "status": "incomplete", "indent": indent }),
        IsComplete::Invalid => json!({ "status": "invalid" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::message::tests::request;

    #[test]
    fn the_cursor_counts_code_points_and_stays_inside() {
        let at = |content| cursor(&request("complete_request", content));
        assert_eq!(at(json!({"code": "𝛼β", "cursor_pos": 1})), 1);
        assert_eq!(at(json!({"code": "𝛼β", "cursor_pos": 99})), 2);
        assert_eq!(at(json!({"code": "𝛼β"})), 2);
        assert_eq!(at(json!({"code": "𝛼β", "cursor_pos": -1})), 2);
    }
}
