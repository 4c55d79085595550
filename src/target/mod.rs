//! What is tested: base URL, credentials, sources of codes and mails, clock, limits.
//!
//! Plain data. Nothing here sends; secrets are held by [`Secret`], which does not print.

mod digest;
pub mod phones;
pub mod profile;

use std::fmt;
use std::time::Duration;

use serde_json::Value;
use url::Url;

pub use phones::Phones;
pub use profile::ProfileError;

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
    /// Numbers that the tool may use.
    pub phones: Phones,
    /// Domain of the addresses that the tool makes up.
    pub email_domain: String,
    /// How a code is sent.
    pub code_notation: CodeNotation,
    /// Where codes are read.
    pub sms: Option<Source>,
    /// Where mailed links are read.
    pub mail: Option<Source>,
    /// How time passes.
    pub clock: Option<Clock>,
    /// How a user is blocked.
    pub block: Option<HttpAction>,
    /// Time for a connection.
    pub connect_timeout: Duration,
    /// Time for a whole exchange.
    pub timeout: Duration,
}

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
        /// Where the value stands in the JSON answer (RFC 9535); the first match counts.
        path: serde_json_path::JsonPath,
        /// How long to wait for a new message.
        within: Duration,
    },
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

/// A request to a test endpoint, with `${phone}`, `${email}` or `${seconds}` in it.
#[derive(Debug, Clone)]
pub struct HttpAction {
    /// The HTTP method.
    pub method: String,
    /// The URL; values are percent-encoded when they are put in.
    pub url: String,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// A JSON body.
    pub body: Option<Value>,
}

/// A text that no output shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The secret itself, for the request that needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
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

/// Parses a base URL; one without a path gets `default_path`.
///
/// # Errors
/// What is wrong with it, in words.
pub fn base_url(text: &str, default_path: &str) -> Result<Url, String> {
    let mut url = Url::parse(text).map_err(|error| match error {
        url::ParseError::RelativeUrlWithoutBase => {
            format!("`{text}` is no URL: it wants a scheme, such as `https://{text}`")
        }
        other => format!("`{text}` is no URL: {other}"),
    })?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("`{text}` is no http or https URL"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("a URL with a user name or a password in it would stand in every report: leave them out".to_owned());
    }
    if url.host_str().is_none() || url.query().is_some() || url.fragment().is_some() {
        return Err(format!("`{text}` is no base URL: it wants a host, and neither query nor fragment"));
    }
    let path = match url.path().trim_end_matches('/') {
        "" => default_path.to_owned(),
        path => path.to_owned(),
    };
    url.set_path(&path);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case("http://127.0.0.1:8080", Ok("http://127.0.0.1:8080/api/v1"))]
    #[case("https://x.test/", Ok("https://x.test/api/v1"))]
    #[case("https://x.test/v2/", Ok("https://x.test/v2"))]
    #[case("x.test", Err("`x.test` is no URL: it wants a scheme, such as `https://x.test`"))]
    #[case(
        "http://me:hunter2@x.test",
        Err("a URL with a user name or a password in it would stand in every report: leave them out")
    )]
    #[case("ftp://x.test", Err("`ftp://x.test` is no http or https URL"))]
    fn a_base_url_without_a_path_gets_the_documented_one(#[case] text: &str, #[case] wanted: Result<&str, &str>) {
        let got = base_url(text, "/api/v1");
        assert_eq!(got.as_ref().map(Url::as_str).map_err(String::as_str), wanted);
    }

    #[rstest]
    #[case(CodeNotation::Auto, "1234", json!(1234))]
    #[case(CodeNotation::Auto, "0123", json!("0123"))]
    #[case(CodeNotation::Integer, "0123", json!(123))]
    #[case(CodeNotation::String, "1234", json!("1234"))]
    #[case(CodeNotation::Integer, "a1", json!("a1"))]
    fn a_code_is_sent_as_the_target_wants_it(#[case] how: CodeNotation, #[case] digits: &str, #[case] wanted: Value) {
        assert_eq!(how.value(digits), wanted);
    }

    #[test]
    fn a_secret_does_not_print() {
        assert_eq!(format!("{:?}", Secret::new("hunter2".to_owned())), "[secret]");
    }
}
