//! What a step does: requests, waits, looks into inboxes, and values that are made.

use std::sync::Arc;

use super::{Claim, Condition, Step, Template};
use crate::expect::Kind;
use crate::verdict::Place;

/// What a step does.
#[derive(Debug, Clone)]
pub enum Action {
    /// Sends one request.
    Call(Box<Call>),
    /// Sends several at once: a race.
    Together {
        /// The requests.
        calls: Vec<Call>,
        /// What they must hold together.
        also: Vec<Claim>,
    },
    /// Runs steps again and again.
    Repeat {
        /// How often at most; 1 or more.
        at_most: u32,
        /// The steps.
        steps: Vec<Step>,
        /// Ends the repetition when it holds after a round.
        until: Condition,
        /// What reaching `until` shows; not reaching it breaks them.
        proves: Vec<String>,
    },
    /// Lets time pass on the target's clock.
    Wait(Wait),
    /// Reads the newest code sent to a phone, and keeps `code` (as the target wants it sent), `text`
    /// (its digits) and `wrong` (another code of the same length and notation) below the name.
    Code {
        /// The phone.
        phone: Template,
        /// The name.
        keep: String,
        /// Whether none needs to come: the values are then null, and the flow goes on.
        if_sent: bool,
        /// What obtaining it shows.
        proves: Vec<String>,
    },
    /// Reads the newest link mailed to an address, and keeps `link`, `forged` (the same link with every UUID in it
    /// replaced by one that was never issued), `garbled` (by what is no UUID) and `emptied` (with nothing where its last
    /// UUID stood) below the name.
    Mail {
        /// The address.
        email: Template,
        /// The name.
        keep: String,
        /// Whether none needs to come: the values are then null, and the flow goes on.
        if_sent: bool,
        /// What obtaining it shows.
        proves: Vec<String>,
    },
    /// Blocks the user of a phone by the target's means.
    Block {
        /// The phone.
        phone: Template,
    },
    /// Makes values.
    Make(Vec<(String, Recipe)>),
    /// Claims about values that were kept, without a request.
    Check(Vec<Claim>),
}

/// One request, and what its answer must hold.
#[derive(Debug, Clone)]
pub struct Call {
    /// The operation's id, such as `POST /auth/token`; for a method that is not documented, that
    /// method and path.
    pub operation: String,
    /// The bearer token.
    pub bearer: Option<Template>,
    /// Headers beyond what the body needs; `authorization` here replaces the bearer token.
    pub headers: Vec<(String, Template)>,
    /// The body.
    pub payload: Payload,
    /// A whole URL in place of the operation's (a mailed link).
    pub link: Option<Template>,
    /// What the answer must be; one of these.
    pub expect: Vec<Kind>,
    /// What `expect` shows; empty on a success that is only a step on the way, which then counts
    /// for the operation's own success requirement.
    pub proves: Vec<String>,
    /// More that the answer must hold.
    pub also: Vec<Claim>,
    /// Values kept from the answer: name (dotted for a field of a record) and JSON Pointer.
    pub keep: Vec<(String, String)>,
    /// Waits out an error that is not the subject.
    pub retry: Option<Retry>,
    /// Whether the target may close the connection instead of answering (a body over its limits).
    pub may_close: bool,
    /// Whether it goes over a connection of its own (a header that differs only in case from an earlier one, which some
    /// servers take for that one).
    pub own_connection: bool,
    /// The field that alone is wrong, in a generated case.
    pub wrong_field: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// The body of a request.
#[derive(Debug, Clone)]
pub enum Payload {
    /// None.
    None,
    /// A JSON document.
    Json(Template),
    /// A form of flat fields.
    Form(Template),
    /// Bytes as they are.
    Raw {
        /// The bytes.
        bytes: Arc<[u8]>,
        /// The content type, if one is sent.
        content_type: Option<String>,
    },
}

/// Waits out an error that is not the subject of the flow, then sends the request again.
#[derive(Debug, Clone)]
pub struct Retry {
    /// Errors of the catalogue.
    pub on: Vec<String>,
    /// Seconds to wait.
    pub after: Template,
    /// How often at most.
    pub at_most: u32,
}

/// Time that passes on the target's clock.
#[derive(Debug, Clone)]
pub enum Wait {
    /// So many seconds, and a little more.
    Seconds(Template),
    /// Until a share of a life has passed, counted from the answer that stated it. The life is
    /// seconds to live, or epoch seconds from 1,000,000,000 on.
    Share {
        /// The stated expiry, as it was kept.
        life: Template,
        /// 0 to 1.
        share: f64,
    },
    /// Until a stated life is over, and a little more.
    Past {
        /// The stated expiry, as it was kept.
        life: Template,
    },
}

/// How a value is made.
#[derive(Debug, Clone)]
pub enum Recipe {
    /// A value that was never used: see [`Fresh`].
    Fresh(Fresh),
    /// Never issued, but of the same shape as this value.
    Forge(Template),
    /// This value with one character changed, away from its ends.
    Tamper(Template),
    /// This value without so many of its last characters.
    Shorten(Template, usize),
    /// This value with every letter in the other case.
    Recase(Template),
    /// This token with every letter in the other case. Nothing is made of one that is hexadecimal, as a UUID is, where
    /// the case of letters need not count.
    RecaseToken(Template),
    /// This token with its signature taken away and the algorithm `none` declared (RFC 8725 section 3.1). Nothing is
    /// made of a token that is no JSON Web Token.
    Unsign(Template),
    /// These digits, as the target wants codes sent.
    Code(Template),
    /// Varied text of so many characters.
    Text(usize),
    /// This value as it is.
    Value(Template),
}

/// Kinds of fresh values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fresh {
    /// A phone of the target's range.
    Phone,
    /// An email address of the target's domain.
    Email,
    /// A user name: lower-case letters and digits.
    Username,
    /// A strong password.
    Password,
    /// A random UUID.
    Uuid,
}
