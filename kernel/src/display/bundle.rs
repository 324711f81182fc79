//! One thing in several representations; a frontend shows the richest that it knows.

use serde_json::{Map, Value};

/// Representations by MIME type. Text types are strings, JSON types are JSON, `image/png` is base64.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bundle(pub Map<String, Value>);

impl Bundle {
    /// What every frontend can show.
    pub fn text(text: impl Into<String>) -> Self {
        Self::default().with("text/plain", text.into())
    }

    /// Adds a representation.
    pub fn with(mut self, mime: &str, value: impl Into<Value>) -> Self {
        self.0.insert(mime.to_owned(), value.into());
        self
    }
}
