//! Plans.

use crate::display::Bundle;
use grn::plan::explain::Explanation;
use grn::report::html::escape;
use grn::report::picture::WIDTH;
use grn::report::picture::plan::{Ground, draw_plan};

/// The stages as a drawn forest with the words of `explain` folded beneath, and plain text.
pub fn explanation(explanation: &Explanation) -> Bundle {
    let text = explanation.to_text();
    let drawn = draw_plan(explanation, WIDTH, Ground::Page);
    let html = format!(
        "{}<details><summary>costs and optimisations</summary><pre>{}</pre></details>",
        drawn.svg,
        escape(text.trim_end())
    );
    Bundle::text(text.trim_end())
        .with("text/markdown", format!("```text\n{}\n```\n", text.trim_end()))
        .with("text/html", html)
}
