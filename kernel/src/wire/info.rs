//! Who this kernel is.

use crate::wire::message::PROTOCOL_VERSION;
use serde_json::{Value, json};

const VERSION: &str = env!("CARGO_PKG_VERSION");
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

/// The content of `kernel_info_reply`.
pub fn kernel_info() -> Value {
    let page = |text: &str, file: &str| json!({ "text": text, "url": format!("{REPOSITORY}/blob/main/docs/{file}") });
    json!({
        "status": "ok",
        "protocol_version": PROTOCOL_VERSION,
        "implementation": "grn",
        "implementation_version": VERSION,
        "language_info": {
            "name": "grn",
            "version": VERSION,
            "mimetype": "text/x-grn",
            "file_extension": ".grn",
            "pygments_lexer": "grn",
            "codemirror_mode": "grn",
            "nbconvert_exporter": "script",
        },
        "banner": format!("grn {VERSION}: a small language for combinatorial gene regulation"),
        "help_links": [
            page("grn command line", "cli.md"),
            page("grn language", "language.md"),
            page("grn stages", "reference.md"),
        ],
        "debugger": false,
        "supported_features": [],
    })
}
