//! The documented errors, and the ways in which a request can be refused.

use serde_json::{Value, json};

use super::reply::Reply;

/// One of the eleven documented errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Documented {
    BadClientCredentials,
    BadCredentials,
    EmptyCode,
    InvalidCode,
    AttemptBlocked,
    UserBlocked,
    PhoneAlreadyVerified,
    PleaseWait { seconds: u64 },
    RetryBlocked,
    EmailAlreadyVerified,
    FieldError,
}

impl Documented {
    /// Status, error and message.
    pub(super) fn parts(self) -> (u16, &'static str, String) {
        let (status, error, message) = match self {
            Self::BadClientCredentials => (401, "auth_bad_client_credentials", "Could not validate oauth2 credentials"),
            Self::BadCredentials => (401, "auth_bad_credentials", "Could not validate credentials"),
            Self::EmptyCode => (400, "auth_user_phone_empty_code", "Empty code not allowed"),
            Self::InvalidCode => (400, "auth_user_phone_invalid_code", "Invalid code"),
            Self::AttemptBlocked => (401, "auth_user_attempt_blocked", "User attempt blocked. Slow down."),
            Self::UserBlocked => (400, "auth_user_blocked", "User blocked"),
            Self::PhoneAlreadyVerified => (400, "auth_user_phone_already_verified", "User phone already verified"),
            Self::PleaseWait { seconds } => {
                return (
                    400,
                    "auth_user_attempt_please_wait",
                    format!("Please wait {seconds} seconds for next request"),
                );
            }
            Self::RetryBlocked => (400, "auth_user_attempt_retry_blocked", "Attempts for sending sms blocked"),
            Self::EmailAlreadyVerified => (400, "auth_user_email_already_verified", "User email already verified"),
            Self::FieldError => (400, "coach_validation_field_error", "Validation field error"),
        };
        (status, error, message.to_owned())
    }
}

/// One thing that is wrong with an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    /// Where: `body` or `query`, then the field.
    pub(super) place: Vec<&'static str>,
    /// What, for a reader. Never the value: it may be a password.
    pub(super) message: &'static str,
    /// What, for a program.
    pub(super) kind: &'static str,
}

impl Problem {
    /// A problem of the field `name` of the body.
    pub(super) fn field(name: &'static str, kind: &'static str, message: &'static str) -> Self {
        Self { place: vec!["body", name], message, kind }
    }

    /// A problem of the body as a whole.
    pub(super) fn body(kind: &'static str, message: &'static str) -> Self {
        Self { place: vec!["body"], message, kind }
    }

    /// A problem of the query parameter `name`.
    pub(super) fn query(name: &'static str, kind: &'static str, message: &'static str) -> Self {
        Self { place: vec!["query", name], message, kind }
    }

    fn json(&self) -> Value {
        json!({"loc": self.place, "msg": self.message, "type": self.kind})
    }
}

/// Why a request is not answered with 200.
#[derive(Debug)]
pub(super) enum Refusal {
    /// By a documented error.
    Documented(Documented),
    /// Because of its input.
    Invalid(Vec<Problem>),
    /// With a body in a content type that is not taken.
    UnsupportedMedia,
    /// By breaking down; only faults do.
    Crash,
    /// With a reply of its own.
    Other(Box<Reply>),
}

impl Refusal {
    /// The refusal for a single problem.
    pub(super) fn invalid(problem: Problem) -> Self {
        Self::Invalid(vec![problem])
    }
}

impl From<Documented> for Refusal {
    fn from(error: Documented) -> Self {
        Self::Documented(error)
    }
}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Documented(error) => {
                let (status, error, message) = error.parts();
                let body = json!({"code": status, "error": error, "message": message});
                let reply = Self::json(status, body);
                if status == 401 { reply.header("www-authenticate", "Bearer") } else { reply }
            }
            Refusal::Invalid(problems) => {
                let detail: Vec<Value> = problems.iter().map(Problem::json).collect();
                Self::json(422, json!({"detail": detail}))
            }
            Refusal::Crash => Self::json(500, json!({"detail": "Internal Server Error"})),
            Refusal::Other(reply) => *reply,
            Refusal::UnsupportedMedia => Self::json(415, json!({"detail": "Unsupported Media Type"})),
        }
    }
}
