//! One request and what came of it, as plain data with timings.
//!
//! An exchange is stored only after every secret in it was replaced by a placeholder; where a secret
//! was found in an answer is kept as a [`Sighting`], so that checks can judge leaks without seeing
//! the secret itself.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One request and its answer, or the reason why there was none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// What was sent.
    pub request: Request,
    /// What came back.
    pub outcome: Outcome,
    /// Where secrets of the run stood in the answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sightings: Vec<Sighting>,
    /// Milliseconds from sending to the last byte of the answer or the failure.
    pub elapsed_ms: f64,
    /// Target time of the answer: milliseconds since the Unix epoch by the clock of the target, as
    /// far as it is known (local time, plus its offset, plus every advance of its clock).
    pub at_ms: i64,
}

/// What was sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// The documented operation, such as `POST /auth/token`; a method and path that no operation has
    /// (an undocumented method) names what was sent.
    pub operation: String,
    /// The HTTP method.
    pub method: String,
    /// The whole URL.
    pub url: String,
    /// Header names in lower case, in order.
    pub headers: Vec<(String, String)>,
    /// The body, if one was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// An HTTP answer, read to its end.
    Answer(Response),
    /// No usable answer.
    Failure(TransportFailure),
}

/// An HTTP answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Header names in lower case, in order; a repeated header stands once per value.
    pub headers: Vec<(String, String)>,
    /// Private, as `read` must follow it.
    body: Body,
    /// JSON Pointers to the names of the body that stood more than once in an object; the last of their values is
    /// kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repeated: Vec<String>,
    #[serde(skip)]
    read: Read,
}

/// A body as JSON, once somebody has asked for it: many look at one answer. It is nothing of its own, so all are equal.
#[derive(Debug, Default)]
struct Read(OnceLock<Option<Value>>);

impl PartialEq for Read {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Clone for Read {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// A body as text where it is UTF-8.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Body {
    /// UTF-8 text.
    Text(String),
    /// Bytes that are no UTF-8: their number, and the text with replacement characters.
    Binary {
        /// Length in bytes.
        bytes: usize,
        /// Lossy text, shortened.
        lossy: String,
    },
    /// A body that was too long to keep: its beginning and its whole length.
    Shortened {
        /// Length in bytes.
        bytes: usize,
        /// How it begins.
        start: String,
    },
}

/// Why there was no usable answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransportFailure {
    /// The kind of failure.
    pub kind: FailureKind,
    /// The chain of causes, in words.
    pub message: String,
}

/// The kinds of transport failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// No connection: refused, unreachable, DNS, TLS.
    Connect,
    /// The time for the whole exchange was up.
    Timeout,
    /// The connection ended or broke before the answer was whole, or what came was not HTTP.
    Broken,
    /// The answer was larger than the limit.
    TooLarge,
    /// The answer is in a form that this tool does not read: compressed, or JSON beyond all measure.
    Unreadable,
    /// The request could not be built.
    Unsendable,
}

/// A secret of the run, found in an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// The kind of secret: `password`, `client_secret`, `code`, `link`, `access_token`, ….
    pub kind: String,
    /// Its placeholder, such as `[code 3]`.
    pub placeholder: String,
    /// `header NAME`, a JSON Pointer into the body, or `body` where the body is no JSON.
    pub place: String,
    /// How it stood there.
    pub form: SightingForm,
}

/// The kind of a sighting of a password hash, which no flow knows beforehand: it is told by how it begins.
pub const HASH_KIND: &str = "password hash";

/// How the common notations of password hashes begin (PHC and crypt strings, Django's).
pub const HASH_BEGINNINGS: [&str; 8] = ["$2a$", "$2b$", "$2y$", "$argon2", "$scrypt$", "scrypt:", "pbkdf2", "$pbkdf2"];

/// How a secret stood in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SightingForm {
    /// The whole value.
    Whole,
    /// The whole value, so short that chance may have brought it.
    Short,
    /// A part of a longer text, set apart by what is no letter or digit.
    Part,
    /// A number with the same digits.
    Number,
}

/// A body that is longer is shown by its beginning where it is only quoted. No documented answer is as long.
const QUOTED_BYTES: usize = 16 * 1024;
/// Length of that beginning in bytes, at most.
const QUOTED_START_BYTES: usize = 1024;

impl Body {
    /// The same, or the beginning of a long text.
    fn abridged(&self) -> Self {
        match self {
            Self::Text(text) if text.len() > QUOTED_BYTES => {
                let mut end = QUOTED_START_BYTES;
                while !text.is_char_boundary(end) {
                    end -= 1;
                }
                Self::Shortened { bytes: text.len(), start: text[..end].to_owned() }
            }
            Self::Text(_) | Self::Binary { .. } | Self::Shortened { .. } => self.clone(),
        }
    }
}

impl Exchange {
    /// The same for who quotes it, as findings do: of a long body only the beginning. Each of many findings would hold
    /// all of it else.
    #[must_use]
    pub fn abridged(&self) -> Self {
        let outcome = match &self.outcome {
            Outcome::Answer(response) => Outcome::Answer(Response {
                status: response.status,
                headers: response.headers.clone(),
                body: response.body.abridged(),
                repeated: response.repeated.clone(),
                read: Read::default(),
            }),
            Outcome::Failure(failure) => Outcome::Failure(failure.clone()),
        };
        Self {
            request: self.request.clone(),
            outcome,
            sightings: self.sightings.clone(),
            elapsed_ms: self.elapsed_ms,
            at_ms: self.at_ms,
        }
    }

    /// The answer, if there was one.
    pub fn response(&self) -> Option<&Response> {
        match &self.outcome {
            Outcome::Answer(response) => Some(response),
            Outcome::Failure(_) => None,
        }
    }

    /// Gives back the room that its lists do not need, for one that is held on to.
    pub fn shrink(&mut self) {
        self.request.headers.shrink_to_fit();
        self.sightings.shrink_to_fit();
        if let Outcome::Answer(response) = &mut self.outcome {
            response.headers.shrink_to_fit();
        }
    }

    /// Keeps an answer as text only: see [`Response::forget_json`].
    pub fn forget_json(&mut self) {
        if let Outcome::Answer(response) = &mut self.outcome {
            response.forget_json();
        }
    }

    /// The status of the answer, if there was one.
    pub fn status(&self) -> Option<u16> {
        self.response().map(|response| response.status)
    }
}

impl Request {
    /// The first value of a header; the name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        find_header(&self.headers, name)
    }
}

impl Response {
    /// The first value of a header; the name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        find_header(&self.headers, name)
    }

    /// An answer in whose body no name stands twice.
    pub fn new(status: u16, headers: Vec<(String, String)>, body: Body) -> Self {
        Self { status, headers, body, repeated: Vec::new(), read: Read::default() }
    }

    /// An answer of which somebody has read the body already, which is this text and says what this value does; with the
    /// names that stood more than once in it.
    pub fn of_json(
        status: u16,
        headers: Vec<(String, String)>,
        (text, json): (String, Value),
        repeated: Vec<String>,
    ) -> Self {
        Self { status, headers, body: Body::Text(text), repeated, read: Read(Some(json).into()) }
    }

    /// The body; empty text for none.
    pub fn body(&self) -> &Body {
        &self.body
    }

    /// Puts another body in its place.
    pub fn replace_body(&mut self, body: Body) {
        self.body = body;
        self.forget_json();
    }

    /// Changes the body, as text and as JSON: where it is JSON, both have to say the same afterwards.
    pub fn change_body(&mut self, change: impl FnOnce(&mut Body, Option<&mut Value>)) {
        self.json();
        change(&mut self.body, self.read.0.get_mut().and_then(Option::as_mut));
    }

    /// The body as JSON; `None` where it is empty or no JSON. It is kept, until [`Self::forget_json`].
    pub fn json(&self) -> Option<&Value> {
        self.read.0.get_or_init(|| self.body.text().and_then(|text| serde_json::from_str(text).ok())).as_ref()
    }

    /// Keeps the body as text only, for an answer that is held on to.
    pub fn forget_json(&mut self) {
        self.read = Read::default();
    }

    /// Whether the status is of the 2xx class.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether the status is of the 4xx class.
    pub fn is_refusal(&self) -> bool {
        (400..500).contains(&self.status)
    }
}

impl Body {
    /// The text where the body is UTF-8 and whole.
    pub fn text(&self) -> Option<&str> {
        match self {
            Body::Text(text) => Some(text),
            Body::Binary { .. } | Body::Shortened { .. } => None,
        }
    }

    /// Whether there is no body at all.
    pub fn is_empty(&self) -> bool {
        matches!(self, Body::Text(text) if text.is_empty())
    }
}

fn find_header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_body_is_quoted_by_its_beginning_and_no_character_is_cut() {
        let long = format!("x{}", "é".repeat(QUOTED_BYTES / 2));
        let Body::Shortened { bytes, start } = Body::Text(long.clone()).abridged() else { panic!("it is whole") };
        assert_eq!((bytes, start.len()), (long.len(), QUOTED_START_BYTES - 1));
        assert!(long.starts_with(&start));
        let short = Body::Text("x".repeat(QUOTED_BYTES));
        assert_eq!(short.abridged(), short);
    }
}
