//! Addresses within the page. Ids are made harmless like every text, so that both ends of a link are the same.

use serde::Serialize;
use url::form_urlencoded::byte_serialize;

use super::super::plain;

/// A link.
#[derive(Debug, Serialize)]
pub(super) struct Link {
    pub(super) href: String,
    pub(super) text: String,
}

/// A flow.
pub(super) fn flow_address(flow: &str) -> String {
    format!("#f={}", encoded(&plain::line(flow)))
}

/// A step of a flow.
pub(super) fn step_address(flow: &str, step: &str) -> String {
    format!("{}&s={}", flow_address(flow), encoded(&plain::line(step)))
}

/// A text as a part of an address.
pub(super) fn encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}
