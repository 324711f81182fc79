//! Messages in and out.
//!
//! The crates' own content types refuse requests that lack a field, write `null` where the protocol wants `{}`, and
//! know only some MIME types. So framing, headers and signatures are theirs, and content stays JSON here.

use jupyter_protocol::{Header, JupyterMessage, JupyterMessageContent, UnknownMessage};
use jupyter_zmq_client::{RawMessage, RuntimeError};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// The version of the messaging protocol that this kernel speaks.
pub const PROTOCOL_VERSION: &str = "5.4";

const USERNAME: &str = "grn";

/// A message from a client: what it asks, and whom to answer.
#[derive(Clone)]
pub struct Request {
    envelope: Arc<JupyterMessage>,
    content: Arc<Map<String, Value>>,
    parent: String,
}

impl Request {
    /// Reads the parts of a message whose signature is already checked.
    pub fn read(raw: RawMessage) -> Result<Self, RuntimeError> {
        let missing = || RuntimeError::InsufficientMessageParts(raw.jparts.len());
        let mut parts = raw.jparts.iter();
        let header: Header = serde_json::from_slice(parts.next().ok_or_else(missing)?)?;
        // Metadata holds hints that this kernel has no use for.
        let parent: Value = serde_json::from_slice(parts.next().ok_or_else(missing)?).unwrap_or_default();
        let parent = parent.get("msg_id").and_then(Value::as_str).unwrap_or_default();
        let content = serde_json::from_slice(parts.nth(1).ok_or_else(missing)?)?;
        let mut envelope = unknown(&header.msg_type, json!({}), None);
        envelope.zmq_identities = raw.zmq_identities;
        envelope.header = header;
        Ok(Self {
            envelope: Arc::new(envelope),
            content: Arc::new(content),
            parent: parent.to_owned(),
        })
    }

    /// The message's type, for instance `execute_request`.
    pub fn kind(&self) -> &str {
        &self.envelope.header.msg_type
    }

    /// The identifier of the message that this one answers; empty where the client does not say.
    pub fn parent(&self) -> &str {
        &self.parent
    }

    /// Whether both are the same message.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.envelope, &other.envelope)
    }

    /// A string of the content; empty where absent.
    pub fn text(&self, field: &str) -> &str {
        self.content.get(field).and_then(Value::as_str).unwrap_or_default()
    }

    /// A truth value of the content.
    pub fn flag(&self, field: &str, default: bool) -> bool {
        self.content.get(field).and_then(Value::as_bool).unwrap_or(default)
    }

    /// A whole number of the content.
    pub fn number(&self, field: &str) -> Option<i64> {
        self.content.get(field).and_then(Value::as_i64)
    }

    /// The names of a JSON object in the content.
    pub fn names(&self, field: &str) -> Vec<&str> {
        let object = self.content.get(field).and_then(Value::as_object);
        object.into_iter().flatten().map(|(name, _)| name.as_str()).collect()
    }

    /// A message to the client that asked, on the channel where it asked (or on stdin).
    pub fn answer(&self, kind: &str, content: Value) -> JupyterMessage {
        unknown(kind, content, Some(&self.envelope))
    }

    /// The reply of this request's type.
    pub fn reply(&self, content: Value) -> JupyterMessage {
        self.answer(&self.kind().replace("_request", "_reply"), content)
    }
}

/// A message to all subscribers of iopub. The topic is its first frame, as subscriptions expect it.
pub fn publication(kernel: &str, parent: Option<&Request>, kind: &str, content: Value) -> JupyterMessage {
    let mut message = unknown(kind, content, parent.map(|request| &*request.envelope));
    message.zmq_identities = vec![format!("kernel.{kernel}.{kind}").into_bytes().into()];
    message
}

/// Tells a new subscriber which subscription holds from now on; the subscription is its topic.
pub fn welcome(subscription: &[u8]) -> JupyterMessage {
    let content = json!({ "subscription": String::from_utf8_lossy(subscription) });
    let mut message = unknown("iopub_welcome", content, None);
    message.zmq_identities = vec![subscription.to_vec().into()];
    message
}

fn unknown(kind: &str, content: Value, parent: Option<&JupyterMessage>) -> JupyterMessage {
    let content = JupyterMessageContent::UnknownMessage(UnknownMessage {
        msg_type: kind.to_owned(),
        content,
    });
    let mut message = JupyterMessage::new(content, parent);
    USERNAME.clone_into(&mut message.header.username);
    PROTOCOL_VERSION.clone_into(&mut message.header.version);
    message
}

/// The present time, as headers write it.
pub fn now() -> Value {
    json!(unknown("status", json!({}), None).header.date)
}

/// A fresh identity for this run of the kernel.
pub fn new_session() -> String {
    unknown("status", json!({}), None).header.session
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A request as a client would send it.
    pub fn request(kind: &str, content: Value) -> Request {
        answer_to(json!({}), kind, content)
    }

    /// A message of a client with this parent header.
    pub fn answer_to(parent: Value, kind: &str, content: Value) -> Request {
        let mut message = unknown(kind, json!({}), None);
        message.zmq_identities = vec![b"client".to_vec().into()];
        let header = serde_json::to_vec(&message.header).expect("a header is JSON");
        let content = serde_json::to_vec(&content).expect("content is JSON");
        let parts = [header, parent.to_string().into_bytes(), b"{}".to_vec(), content];
        Request::read(RawMessage {
            zmq_identities: message.zmq_identities,
            jparts: parts.into_iter().map(Into::into).collect(),
        })
        .expect("a well-formed request")
    }

    #[test]
    fn replies_go_to_who_asked_and_name_the_request() {
        let asked = request("kernel_info_request", json!({}));
        let reply = asked.reply(json!({"status": "ok"}));
        assert_eq!(reply.message_type(), "kernel_info_reply");
        assert_eq!(reply.zmq_identities, asked.envelope.zmq_identities);
        assert_eq!(reply.header.version, "5.4");
        let parent = reply.parent_header.map(|header| header.msg_id);
        assert_eq!(parent, Some(asked.envelope.header.msg_id.clone()));
    }

    #[test]
    fn publications_have_a_topic_and_keep_every_mime_type() {
        let data = json!({
            "application/vnd.plotly.v1+json": {"data": [{"y": [1, null]}], "layout": {}},
            "image/svg+xml": "<svg/>",
            "text/x-unheard-of": "α",
        });
        let content = json!({ "data": data, "metadata": {}, "transient": {} });
        let asked = request("execute_request", json!({"code": ""}));
        let message = publication("k", Some(&asked), "display_data", content.clone());
        assert_eq!(message.zmq_identities, [b"kernel.k.display_data".as_slice()]);
        assert_eq!(serde_json::to_value(&message.content).ok(), Some(content));
    }

    #[test]
    fn requests_without_a_header_are_errors() {
        let parts = |parts: [&str; 4]| RawMessage {
            zmq_identities: Vec::new(),
            jparts: parts.iter().map(|part| part.as_bytes().to_vec().into()).collect(),
        };
        assert!(Request::read(parts(["{}", "{}", "{}", "{}"])).is_err());
        assert!(Request::read(parts(["nonsense", "{}", "{}", "{}"])).is_err());
        let header = r#"{"msg_id":"1","username":"","session":"","msg_type":"x","version":"5.3"}"#;
        assert!(Request::read(parts([header, "{}", "{}", "[]"])).is_err());
        assert!(Request::read(parts([header, "{}", "{}", "{}"])).is_ok());
    }
}
