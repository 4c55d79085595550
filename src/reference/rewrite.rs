//! Answers on their way out, for who wants to change them: whatever the server meant, this is what is sent.

use std::fmt;
use std::sync::Arc;

use axum::body::Body as AxumBody;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};

/// An answer as plain data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Header names in lower case, in order.
    pub headers: Vec<(String, String)>,
    /// The body; empty for none.
    pub body: Vec<u8>,
}

/// Changes the answers of operations: what it is given is the operation and the answer.
#[derive(Clone)]
pub struct Rewrite(Arc<Rewriting>);

/// Gets what was asked, and the answer to change.
type Rewriting = dyn Fn(&str, &mut Answer) + Send + Sync;

impl Rewrite {
    /// Changes answers by this.
    pub fn new(change: impl Fn(&str, &mut Answer) + Send + Sync + 'static) -> Self {
        Self(Arc::new(change))
    }

    /// Changes an answer of an operation.
    pub(super) fn apply(&self, operation: &str, answer: &mut Answer) {
        (self.0)(operation, answer);
    }
}

impl fmt::Debug for Rewrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rewrite")
    }
}

impl From<Answer> for Response<AxumBody> {
    fn from(answer: Answer) -> Self {
        let mut response = Self::new(AxumBody::from(answer.body));
        *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in answer.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(&value)) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}
