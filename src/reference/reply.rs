//! A response as plain data, before it becomes one of axum's.

use axum::body::Body as AxumBody;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use serde_json::Value;

/// What is sent as a body.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Body {
    /// Nothing, and no content type.
    Empty,
    /// A JSON value.
    Json(Value),
    /// Text of a content type.
    Text(&'static str, String),
}

/// A response that can still be changed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Body,
    /// The content type of a JSON body; empty for none.
    pub(super) json_type: &'static str,
}

impl Reply {
    /// A response with any body.
    pub(super) fn new(status: u16, body: Body) -> Self {
        Self { status, headers: vec![("cache-control", "no-store".to_owned())], body, json_type: "application/json" }
    }

    /// A response with a JSON body.
    pub(super) fn json(status: u16, body: Value) -> Self {
        Self::new(status, Body::Json(body))
    }

    /// 200 with a JSON body.
    pub(super) fn ok(body: Value) -> Self {
        Self::json(200, body)
    }

    /// The same with one header more.
    pub(super) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

impl From<Reply> for Response<AxumBody> {
    fn from(reply: Reply) -> Self {
        let (content_type, bytes) = match reply.body {
            Body::Empty => (None, String::new()),
            Body::Json(value) => (Some(reply.json_type), value.to_string()),
            Body::Text(content_type, text) => (Some(content_type), text),
        };
        let mut response = Self::new(AxumBody::from(bytes));
        *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        if let Some(content_type) = content_type.filter(|text| !text.is_empty()) {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        for (name, value) in reply.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        response
    }
}
