//! A response as plain data, before it is written down.

use serde_json::Value;

use super::rewrite::Answer;

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

/// How a JSON body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notation {
    /// Without any space.
    Compact,
    /// Indented.
    Pretty,
    /// With everything outside ASCII escaped.
    Ascii,
}

/// A response that can still be changed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Body,
    /// The content type of a JSON body; empty for none.
    pub(super) json_type: &'static str,
    pub(super) notation: Notation,
}

impl Reply {
    /// A response with any body.
    pub(super) fn new(status: u16, body: Body) -> Self {
        Self {
            status,
            headers: vec![("cache-control", "no-store".to_owned())],
            body,
            json_type: "application/json",
            notation: Notation::Compact,
        }
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

impl From<Reply> for Answer {
    fn from(reply: Reply) -> Self {
        let (content_type, body) = match reply.body {
            Body::Empty => (None, String::new()),
            Body::Json(value) => (Some(reply.json_type), written(&value, reply.notation)),
            Body::Text(content_type, text) => (Some(content_type), text),
        };
        let content_type = content_type.filter(|text| !text.is_empty());
        let declared = content_type.map(|content_type| ("content-type".to_owned(), content_type.to_owned()));
        let headers = reply.headers.into_iter().map(|(name, value)| (name.to_owned(), value));
        Self { status: reply.status, headers: declared.into_iter().chain(headers).collect(), body: body.into_bytes() }
    }
}

fn written(value: &Value, notation: Notation) -> String {
    match notation {
        Notation::Compact => value.to_string(),
        Notation::Pretty => format!("{value:#}\n"),
        Notation::Ascii => {
            let mut text = String::new();
            let mut units = [0; 2];
            for c in value.to_string().chars() {
                if c.is_ascii() {
                    text.push(c);
                } else {
                    for unit in c.encode_utf16(&mut units) {
                        text.push_str(&format!("\\u{unit:04x}"));
                    }
                }
            }
            text
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case(Notation::Compact, "{\"a\":\"é😀\"}")]
    #[case(Notation::Pretty, "{\n  \"a\": \"é😀\"\n}\n")]
    #[case(Notation::Ascii, "{\"a\":\"\\u00e9\\ud83d\\ude00\"}")]
    fn notations(#[case] notation: Notation, #[case] expected: &str) {
        let value = json!({"a": "é😀"});
        assert_eq!(written(&value, notation), expected);
        assert_eq!(serde_json::from_str::<Value>(expected).unwrap(), value);
    }
}
