//! Plans.

use crate::display::Bundle;
use grn::plan::explain::Explanation;

/// A drawn graph with the costs beneath, and plain text.
pub fn explanation(explanation: &Explanation) -> Bundle {
    Bundle::text(explanation.to_text().trim_end())
}
