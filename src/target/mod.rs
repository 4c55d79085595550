//! What is tested: base URL, credentials, sources of codes and mails, clock, limits, declared gaps.
//!
//! Plain data. Nothing here sends; secrets are held by [`Secret`], which does not print.

mod address;
mod digest;
pub mod find;
pub mod phones;
pub mod profile;
pub mod secret;

use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;
use url::Url;

pub use address::{base_url, is_local, web_url};
pub use find::{Find, Newest};
pub use phones::Phones;
pub use profile::ProfileError;
pub use secret::{Header, Secret, Text};

/// A deployment that can be tested.
#[derive(Debug, Clone)]
pub struct Target {
    /// The profile's name.
    pub name: String,
    /// The base URL without a slash at its end; operations live below it.
    pub base: Url,
    /// Client credentials, where there are any.
    pub client_id: Option<String>,
    /// The client secret, where there is one.
    pub client_secret: Option<Secret>,
    /// Headers of every request to the target, and to it alone: a gateway key, say.
    pub headers: Vec<Header>,
    /// Secrets that sources and actions refer to as `${secret.NAME}`.
    pub secrets: Vec<(String, Secret)>,
    /// How it is reached.
    pub connection: Connection,
    /// Numbers that the tool may use.
    pub phones: Phones,
    /// Domain of the addresses that the tool makes up.
    pub email_domain: String,
    /// How a code is sent.
    pub code_notation: CodeNotation,
    /// For how long a rotated refresh token may go on working; zero for not at all.
    pub refresh_leeway: Duration,
    /// Where codes are read.
    pub sms: Option<Source>,
    /// Where mailed links are read.
    pub mail: Option<Source>,
    /// How time passes.
    pub clock: Option<Clock>,
    /// How a user is blocked.
    pub block: Option<Block>,
    /// What a run may do to the target at most.
    pub limits: Limits,
    /// What this target cannot show, each with its reason.
    pub gaps: Vec<Gap>,
    /// A file of waivers that goes with this target.
    pub waivers: Option<PathBuf>,
    /// The header of its answers that names its build, in lower case.
    pub build_header: Option<String>,
}

/// How a target is reached.
#[derive(Debug, Clone)]
pub struct Connection {
    /// Time for a connection.
    pub connect_timeout: Duration,
    /// Time for a whole exchange.
    pub timeout: Duration,
    /// The proxy of every request; none is taken from the environment.
    pub proxy: Option<Proxy>,
    /// Certificates (PEM) that are trusted besides the system's.
    pub ca: Option<Vec<u8>>,
    /// A certificate and its key (PEM) that the tool shows.
    pub client_certificate: Option<Secret>,
    /// Whether any certificate is taken. Every report says so.
    pub insecure: bool,
}

/// A proxy, with its credentials where it wants any.
#[derive(Debug, Clone)]
pub struct Proxy {
    /// Its URL, without credentials.
    pub url: Url,
    /// User name and password.
    pub credentials: Option<(String, Secret)>,
}

/// What a run may do to a target at most; what is not given has no limit but that of the tool.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// Accounts that a run may create.
    pub accounts: Option<u32>,
    /// Text messages and mails that a run may have sent.
    pub messages: Option<u32>,
    /// Requests in a second, above 0.
    pub requests_per_second: Option<f64>,
    /// Requests that are under way at the same time, 1 or more.
    pub in_flight: Option<usize>,
    /// Bytes of a body; a longer answer is no answer.
    pub body_bytes: usize,
    /// Bytes of all headers of an answer.
    pub header_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            accounts: None,
            messages: None,
            requests_per_second: None,
            in_flight: None,
            body_bytes: 4 * 1024 * 1024,
            header_bytes: 64 * 1024,
        }
    }
}

/// Something that a target cannot show, by its own profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// A requirement's id or one of [`CAPABILITIES`].
    pub name: String,
    /// Why it cannot.
    pub reason: String,
}

/// What a target may lack as a whole, and the words for it.
pub const CAPABILITIES: [(&str, &str); 8] = [
    ("sms", "codes sent to phones cannot be read"),
    ("mail", "mailed links cannot be read"),
    ("clock", "time cannot pass, or not for so long"),
    ("block", "no user can be blocked"),
    ("phones", "no phone may be used"),
    ("limits", "the limits of the profile leave out what does not fit"),
    ("client", "there are no client credentials"),
    ("fixed-code", "codes are always the same, so they show neither expiry, nor attempts, nor reuse"),
];

/// Whether codes are sent as JSON integers or strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CodeNotation {
    /// An integer where the code has no leading zero, else a string.
    #[default]
    Auto,
    /// Always an integer; leading zeros are lost on the way, as the target wants it.
    Integer,
    /// Always a string.
    String,
}

/// Where something that the target sends out of band is read.
#[derive(Debug, Clone)]
pub enum Source {
    /// Always the same value. It cannot show that a code expires or is used up.
    Fixed(String),
    /// An inbox over HTTP.
    Http {
        /// How it is asked.
        request: HttpAction,
        /// Where the value stands in the answer.
        find: Find,
        /// How long to wait for a new message.
        within: Duration,
    },
    /// What a command prints.
    Command {
        /// The program and its arguments, with references.
        argv: Vec<String>,
        /// Where the value stands in its output.
        find: Find,
        /// How long to wait for a new message.
        within: Duration,
    },
    /// What is appended to a file, such as a log.
    File {
        /// The file; it may come to be later.
        path: PathBuf,
        /// Where the value stands in what was appended.
        find: Find,
        /// How long to wait for a new message.
        within: Duration,
    },
    /// Somebody at the terminal.
    Prompt,
}

/// How time passes on the target's clock.
#[derive(Debug, Clone)]
pub enum Clock {
    /// Really waiting.
    Wait {
        /// The longest single wait.
        max_wait: Duration,
    },
    /// A test endpoint that moves it for everybody.
    Http(HttpAction),
}

/// How a user is blocked.
#[derive(Debug, Clone)]
pub enum Block {
    /// A test endpoint.
    Http(HttpAction),
    /// A command, with references in its arguments.
    Command(Vec<String>),
    /// Nothing is done: these numbers are blocked from the start, and flows that block a user take them.
    Phones(Phones),
}

/// A request to a test endpoint, with `${phone}`, `${email}`, `${seconds}` or `${secret.NAME}` in it.
#[derive(Debug, Clone)]
pub struct HttpAction {
    /// The HTTP method.
    pub method: String,
    /// The URL; values are percent-encoded when they are put in.
    pub url: String,
    /// Headers.
    pub headers: Vec<Header>,
    /// A JSON body.
    pub body: Option<Value>,
}

impl Target {
    /// A target of which nothing is known but where it is.
    pub fn bare(name: &str, base: Url) -> Self {
        Self {
            name: name.to_owned(),
            phones: Phones::unasked(&base),
            base,
            client_id: None,
            client_secret: None,
            headers: Vec::new(),
            secrets: Vec::new(),
            connection: Connection::default(),
            email_domain: profile::EMAIL_DOMAIN.to_owned(),
            code_notation: CodeNotation::Auto,
            refresh_leeway: Duration::ZERO,
            sms: None,
            mail: None,
            clock: None,
            block: None,
            limits: Limits::default(),
            gaps: Vec::new(),
            waivers: None,
            build_header: None,
        }
    }

    /// Whether any of its URLs wants TLS.
    pub fn wants_tls(&self) -> bool {
        let proxy = self.connection.proxy.as_ref().map(|proxy| proxy.url.as_str());
        let actions = self.actions().map(|action| action.url.as_str());
        let mut urls = actions.chain([self.base.as_str()]).chain(proxy);
        urls.any(|url| !url.to_ascii_lowercase().starts_with("http:"))
    }

    /// Every secret that the profile declares, each with the word that stands for it.
    pub fn declared_secrets(&self) -> Vec<(String, &Secret)> {
        let mut secrets: Vec<(String, &Secret)> = Vec::new();
        secrets.extend(self.client_secret.iter().map(|secret| ("client_secret".to_owned(), secret)));
        secrets.extend(self.secrets.iter().map(|(_, secret)| ("secret".to_owned(), secret)));
        let credentials = self.connection.proxy.iter().filter_map(|proxy| proxy.credentials.as_ref());
        secrets.extend(credentials.map(|(_, password)| ("proxy_password".to_owned(), password)));
        let headers = self.headers.iter().chain(self.actions().flat_map(|action| &action.headers));
        secrets.extend(headers.filter_map(Header::secret).map(|secret| ("header".to_owned(), secret)));
        secrets
    }

    /// The requests to test endpoints, for whatever they are made.
    fn actions(&self) -> impl Iterator<Item = &HttpAction> {
        let clock = match &self.clock {
            Some(Clock::Http(action)) => Some(action),
            Some(Clock::Wait { .. }) | None => None,
        };
        let block = match &self.block {
            Some(Block::Http(action)) => Some(action),
            Some(Block::Command(_) | Block::Phones(_)) | None => None,
        };
        let sources = [&self.sms, &self.mail].into_iter().flatten().filter_map(|source| match source {
            Source::Http { request, .. } => Some(request),
            Source::Fixed(_) | Source::Command { .. } | Source::File { .. } | Source::Prompt => None,
        });
        sources.chain(clock).chain(block)
    }

    /// The reason of a declared gap.
    pub fn gap(&self, name: &str) -> Option<&str> {
        self.gaps.iter().find(|gap| gap.name == name).map(|gap| gap.reason.as_str())
    }
}

impl Default for Connection {
    fn default() -> Self {
        Self {
            connect_timeout: profile::CONNECT_TIMEOUT,
            timeout: profile::TIMEOUT,
            proxy: None,
            ca: None,
            client_certificate: None,
            insecure: false,
        }
    }
}

impl CodeNotation {
    /// The JSON value that is sent for a code's digits.
    pub fn value(self, digits: &str) -> Value {
        let integer = || digits.parse::<u64>().ok().map(Value::from);
        match self {
            CodeNotation::Integer => integer(),
            CodeNotation::Auto if !digits.starts_with('0') => integer(),
            CodeNotation::Auto | CodeNotation::String => None,
        }
        .unwrap_or_else(|| Value::String(digits.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case(CodeNotation::Auto, "1234", json!(1234))]
    #[case(CodeNotation::Auto, "0123", json!("0123"))]
    #[case(CodeNotation::Integer, "0123", json!(123))]
    #[case(CodeNotation::String, "1234", json!("1234"))]
    #[case(CodeNotation::Integer, "a1", json!("a1"))]
    fn a_code_is_sent_as_the_target_wants_it(#[case] how: CodeNotation, #[case] digits: &str, #[case] wanted: Value) {
        assert_eq!(how.value(digits), wanted);
    }
}
