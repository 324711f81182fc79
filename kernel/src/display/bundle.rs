//! One thing in several representations; a frontend shows the richest that it knows.

use serde_json::{Map, Value};

/// Representations by MIME type. Text types are strings, JSON types are JSON, `image/png` is base64.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bundle {
    /// What is shown.
    pub data: Map<String, Value>,
    /// How, by MIME type: the size of a picture, for instance.
    pub metadata: Map<String, Value>,
}

impl Bundle {
    /// What every frontend can show.
    pub fn text(text: impl Into<String>) -> Self {
        Self::default().with("text/plain", text.into())
    }

    /// Adds a representation.
    pub fn with(mut self, mime: &str, value: impl Into<Value>) -> Self {
        self.data.insert(mime.to_owned(), value.into());
        self
    }

    /// Says how a representation is to be shown.
    pub fn shown(mut self, mime: &str, how: Value) -> Self {
        self.metadata.insert(mime.to_owned(), how);
        self
    }

    /// A representation that is text; empty where there is none.
    pub fn text_of(&self, mime: &str) -> &str {
        self.data.get(mime).and_then(Value::as_str).unwrap_or_default()
    }
}
