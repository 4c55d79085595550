//! Operations as the rest of the tool sees them.

use super::{Level, Source};

/// One documented operation.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Method and path: `POST /auth/token`.
    pub id: String,
    /// The HTTP method in upper case.
    pub method: String,
    /// The path below the base, beginning with a slash.
    pub path: String,
    /// What it does, in one sentence.
    pub summary: String,
    /// Which bearer token it wants.
    pub bearer: Bearer,
    /// Whether its request carries client credentials.
    pub client_credentials: bool,
    /// Its request body, if it has input fields.
    pub request: Option<RequestBody>,
    /// What a success answers.
    pub success: Success,
    /// Names of the catalogue errors that it documents, in the order of the file.
    pub errors: Vec<String>,
    /// The requirement that is broken when it refuses a request that it should take.
    pub success_requirement: Option<String>,
    /// Whether it ends the session of the access token that it is sent.
    pub ends_session: bool,
    /// Where the documentation describes it.
    pub source: Source,
}

/// Which bearer token an operation wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bearer {
    /// None.
    None,
    /// An access token.
    Access,
    /// A refresh token.
    Refresh,
    /// The documentation leaves open whether it wants one.
    Open,
}

/// The body that an operation takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestBody {
    /// Name of the model.
    pub model: String,
    /// How hard it is that JSON is taken.
    pub json: Level,
    /// How hard it is that a form is taken.
    pub form: Level,
}

/// The type of every documented model.
pub const JSON: &str = "application/json";

/// What the success of an operation answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Success {
    /// JSON of the model with this name.
    Model(String),
    /// Anything, also nothing.
    Free,
}

impl Success {
    /// What to ask for as the type of an answer. Where a page or a line of text will do as well, a server that has nothing
    /// else would refuse whoever takes JSON alone.
    pub const fn accept(&self) -> &'static str {
        match self {
            Self::Model(_) => JSON,
            Self::Free => "application/json, */*;q=0.8",
        }
    }
}
