//! Reads a profile (`conformance.toml`): which target, its credentials, sources, clock and limits.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;

use super::{Clock, CodeNotation, HttpAction, Phones, Secret, Source, Target, base_url};

/// How long a source is asked for a new message, where the profile does not say.
const WITHIN: Duration = Duration::from_secs(10);
/// The longest single wait, where the profile does not say.
const MAX_WAIT: Duration = Duration::from_secs(120);
/// Time for a connection, where the profile does not say.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Time for an exchange, where the profile does not say.
pub const TIMEOUT: Duration = Duration::from_secs(30);
/// Reserved for such uses (RFC 2606).
pub const EMAIL_DOMAIN: &str = "example.com";

/// Why a profile cannot be used.
#[derive(Debug, Error)]
pub enum ProfileError {
    /// The file cannot be read.
    #[error("cannot read the profile `{}`: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is no TOML, or has an unknown or wrong key.
    #[error("{}:{line}:{column}: {message}\n{excerpt}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong, with the nearest name.
        message: String,
        /// The line and a caret.
        excerpt: String,
    },
    /// A target of another name was asked for.
    #[error("{}: no target `{wanted}`{}", path.display(), known(names, wanted))]
    UnknownTarget {
        /// The file.
        path: PathBuf,
        /// What was asked for.
        wanted: String,
        /// The targets there are.
        names: Vec<String>,
    },
    /// The file describes several targets and none was chosen.
    #[error("{}: it describes {} targets ({}): choose one with `--profile NAME`", path.display(), names.len(), names.join(", "))]
    Ambiguous {
        /// The file.
        path: PathBuf,
        /// The targets there are.
        names: Vec<String>,
    },
    /// The file describes no target.
    #[error("{}: it describes no target: it wants a table `[target.NAME]`", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// A value is not what it should be.
    #[error("{}: target.{target}.{key}: {message}", path.display())]
    Value {
        /// The file.
        path: PathBuf,
        /// The target.
        target: String,
        /// The key.
        key: String,
        /// What is wrong.
        message: String,
    },
}

fn known(names: &[String], wanted: &str) -> String {
    match nearest(wanted, names.iter().map(String::as_str)) {
        Some(name) => format!("; did you mean `{name}`?"),
        None => format!("; there are: {}", names.join(", ")),
    }
}

/// The nearest of some names, if one is near.
fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    names
        .map(|name| (strsim::damerau_levenshtein(wanted, name), name))
        .filter(|(distance, name)| *distance <= name.len().max(wanted.len()) / 3 + 1)
        .min()
        .map(|(_, name)| name)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    target: BTreeMap<String, RawTarget>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTarget {
    url: String,
    client_id: Option<String>,
    client_secret: Option<RawSecret>,
    phones: Option<RawPhones>,
    email_domain: Option<String>,
    code: Option<RawNotation>,
    connect_timeout: Option<String>,
    timeout: Option<String>,
    sms: Option<RawSms>,
    mail: Option<RawMail>,
    clock: Option<RawClock>,
    block: Option<RawBlock>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum RawSecret {
    Source(SecretSource),
    Literal(serde::de::IgnoredAny),
}

/// Where a secret comes from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecretSource {
    /// An environment variable.
    Env(String),
    /// A file, relative to the profile; a line end at its end is left out.
    File(PathBuf),
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum RawPhones {
    Pattern(String),
    List(Vec<String>),
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum RawNotation {
    Auto,
    Integer,
    String,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "source", rename_all = "lowercase", deny_unknown_fields)]
enum RawSms {
    Fixed {
        code: String,
    },
    Http {
        url: String,
        method: Option<String>,
        headers: Option<BTreeMap<String, String>>,
        body: Option<Value>,
        code: String,
        within: Option<String>,
    },
}

#[derive(Debug, Deserialize)]
#[serde(tag = "source", rename_all = "lowercase", deny_unknown_fields)]
enum RawMail {
    Fixed {
        link: String,
    },
    Http {
        url: String,
        method: Option<String>,
        headers: Option<BTreeMap<String, String>>,
        body: Option<Value>,
        link: String,
        within: Option<String>,
    },
}

#[derive(Debug, Deserialize)]
#[serde(tag = "control", rename_all = "lowercase", deny_unknown_fields)]
enum RawClock {
    Wait { max_wait: Option<String> },
    Http { url: String, method: Option<String>, headers: Option<BTreeMap<String, String>>, body: Option<Value> },
}

#[derive(Debug, Deserialize)]
#[serde(tag = "action", rename_all = "lowercase", deny_unknown_fields)]
enum RawBlock {
    Http { url: String, method: Option<String>, headers: Option<BTreeMap<String, String>>, body: Option<Value> },
}

/// Reads one target from a profile file.
///
/// `secret` turns a source into the secret, or says why it cannot; `default_path` is the base path of a
/// URL that has none.
///
/// # Errors
/// Every way in which the file cannot be used, with its place.
pub fn load(
    path: &Path,
    name: Option<&str>,
    default_path: &str,
    secret: &dyn Fn(&SecretSource) -> Result<String, String>,
) -> Result<Target, ProfileError> {
    let text =
        std::fs::read_to_string(path).map_err(|source| ProfileError::Unreadable { path: path.to_owned(), source })?;
    parse(&text, path, name, default_path, secret)
}

/// Reads one target from the text of a profile; `path` is where it came from.
///
/// # Errors
/// As [`load`].
pub fn parse(
    text: &str,
    path: &Path,
    name: Option<&str>,
    default_path: &str,
    secret: &dyn Fn(&SecretSource) -> Result<String, String>,
) -> Result<Target, ProfileError> {
    let mut file: File = toml::from_str(text).map_err(|error| malformed(path, text, &error))?;
    let names: Vec<String> = file.target.keys().cloned().collect();
    let name = match (name, names.as_slice()) {
        (Some(name), _) => name.to_owned(),
        (None, []) => return Err(ProfileError::Empty { path: path.to_owned() }),
        (None, [only]) => only.clone(),
        (None, _) => return Err(ProfileError::Ambiguous { path: path.to_owned(), names }),
    };
    let Some(raw) = file.target.remove(&name) else {
        return Err(ProfileError::UnknownTarget { path: path.to_owned(), wanted: name, names });
    };
    let target = name.clone();
    build(name, raw, default_path, secret).map_err(|(key, message)| ProfileError::Value {
        path: path.to_owned(),
        target,
        key: key.to_owned(),
        message,
    })
}

type Wrong = (&'static str, String);

fn build(
    name: String,
    raw: RawTarget,
    default_path: &str,
    secret: &dyn Fn(&SecretSource) -> Result<String, String>,
) -> Result<Target, Wrong> {
    let client_secret = match raw.client_secret {
        None => None,
        Some(RawSecret::Source(source)) => Some(secret(&source).map_err(|message| ("client_secret", message))?),
        Some(RawSecret::Literal(_)) => {
            let message = "a secret does not stand in a profile, which is committed and shared: name where it \
                           comes from, such as { env = \"CLIENT_SECRET\" } or { file = \"secret.txt\" }";
            return Err(("client_secret", message.to_owned()));
        }
    };
    let base = base_url(&raw.url, default_path).map_err(|message| ("url", message))?;
    let phones = match raw.phones {
        None => Ok(Phones::unasked(&base)),
        Some(RawPhones::Pattern(pattern)) => Phones::pattern(&pattern),
        Some(RawPhones::List(numbers)) => Phones::list(numbers),
    };
    Ok(Target {
        name,
        base,
        client_id: raw.client_id,
        client_secret: client_secret.map(Secret::new),
        phones: phones.map_err(|message| ("phones", message))?,
        email_domain: raw.email_domain.unwrap_or_else(|| EMAIL_DOMAIN.to_owned()),
        code_notation: match raw.code {
            None | Some(RawNotation::Auto) => CodeNotation::Auto,
            Some(RawNotation::Integer) => CodeNotation::Integer,
            Some(RawNotation::String) => CodeNotation::String,
        },
        sms: raw.sms.map(sms).transpose()?,
        mail: raw.mail.map(mail).transpose()?,
        clock: raw.clock.map(clock).transpose()?,
        block: raw
            .block
            .map(|RawBlock::Http { url, method, headers, body }| {
                action("block.url", url, method, "POST", headers, body, &["phone"])
            })
            .transpose()?,
        connect_timeout: duration("connect_timeout", raw.connect_timeout, CONNECT_TIMEOUT)?,
        timeout: duration("timeout", raw.timeout, TIMEOUT)?,
    })
}

fn sms(raw: RawSms) -> Result<Source, Wrong> {
    match raw {
        RawSms::Fixed { code } => Ok(Source::Fixed(code)),
        RawSms::Http { url, method, headers, body, code, within } => Ok(Source::Http {
            request: action("sms.url", url, method, "GET", headers, body, &["phone"])?,
            path: json_path("sms.code", &code)?,
            within: duration("sms.within", within, WITHIN)?,
        }),
    }
}

fn mail(raw: RawMail) -> Result<Source, Wrong> {
    match raw {
        RawMail::Fixed { link } => Ok(Source::Fixed(link)),
        RawMail::Http { url, method, headers, body, link, within } => Ok(Source::Http {
            request: action("mail.url", url, method, "GET", headers, body, &["email"])?,
            path: json_path("mail.link", &link)?,
            within: duration("mail.within", within, WITHIN)?,
        }),
    }
}

fn clock(raw: RawClock) -> Result<Clock, Wrong> {
    match raw {
        RawClock::Wait { max_wait } => Ok(Clock::Wait { max_wait: duration("clock.max_wait", max_wait, MAX_WAIT)? }),
        RawClock::Http { url, method, headers, body } => {
            Ok(Clock::Http(action("clock.url", url, method, "POST", headers, body, &["seconds"])?))
        }
    }
}

fn action(
    key: &'static str,
    url: String,
    method: Option<String>,
    default_method: &str,
    headers: Option<BTreeMap<String, String>>,
    body: Option<Value>,
    names: &[&str],
) -> Result<HttpAction, Wrong> {
    let whole = format!("{url} {}", body.as_ref().map(Value::to_string).unwrap_or_default());
    for reference in crate::suite::template::pieces(&whole) {
        if let crate::suite::template::Piece::Reference(name) = reference
            && !names.contains(&name)
        {
            return Err((key, format!("unknown reference `${{{name}}}`; there is `${{{}}}`", names.join("}`, `${"))));
        }
    }
    url::Url::parse(&url.replace("${", "").replace('}', ""))
        .map_err(|error| (key, format!("`{url}` is no URL: {error}")))?;
    Ok(HttpAction {
        method: method.unwrap_or_else(|| default_method.to_owned()).to_uppercase(),
        url,
        headers: headers.unwrap_or_default().into_iter().collect(),
        body,
    })
}

fn json_path(key: &'static str, text: &str) -> Result<serde_json_path::JsonPath, Wrong> {
    serde_json_path::JsonPath::parse(text)
        .map_err(|error| (key, format!("`{text}` is no JSONPath (RFC 9535): {error}")))
}

fn duration(key: &'static str, text: Option<String>, default: Duration) -> Result<Duration, Wrong> {
    let Some(text) = text else { return Ok(default) };
    parse_duration(&text).map_err(|message| (key, message))
}

/// Parses a length of time such as `10s`, `2m` or `1h30m`.
///
/// # Errors
/// What is wrong with it, in words.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is no length of time, such as `10s` or `2m`");
    let span: jiff::SignedDuration = text.parse().map_err(|_| wrong())?;
    Duration::try_from(span).ok().filter(|duration| !duration.is_zero()).ok_or_else(wrong)
}

fn malformed(path: &Path, text: &str, error: &toml::de::Error) -> ProfileError {
    let start = error.span().map_or(0, |span| span.start.min(text.len()));
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line = text[..start].matches('\n').count() + 1;
    let column = text[line_start..start].chars().count() + 1;
    let source_line = text[line_start..].lines().next().unwrap_or_default();
    let mut message = error.message().trim_end().to_owned();
    let mut quoted = message.split('`').skip(1).step_by(2);
    if let (true, Some(wrong)) = (message.starts_with("unknown field"), quoted.next())
        && let Some(name) = nearest(wrong, quoted)
    {
        message = format!("{message}; did you mean `{name}`?");
    }
    ProfileError::Malformed {
        path: path.to_owned(),
        line,
        column,
        message,
        excerpt: format!("  | {source_line}\n  | {}^", " ".repeat(column - 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn read(text: &str) -> Result<Target, String> {
        parse(text, Path::new("p.toml"), None, "/api/v1", &|_| Ok("s3cret".to_owned()))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_documented_example_is_read() {
        let text = r#"
[target.staging]
url = "https://staging.example.test/api/v1"
client_id = "2f9445b3-5266-45cd-8a85-d5c3fff69781"
client_secret = { env = "STAGING_CLIENT_SECRET" }
phones = "+9715{0000000..9999999}"
[target.staging.sms]
source = "http"
url = "https://inbox.example.test/sms?phone=${phone}"
code = "$.messages[-1].code"
[target.staging.mail]
source = "http"
url = "https://inbox.example.test/mail?email=${email}"
link = "$.messages[-1].link"
[target.staging.clock]
control = "http"
method = "POST"
url = "https://staging.example.test/_test/clock/advance"
body = { seconds = "${seconds}" }
[target.staging.block]
action = "http"
method = "POST"
url = "https://staging.example.test/_test/users/block"
body = { phone = "${phone}" }
"#;
        let target = read(text).expect("a profile");
        assert_eq!(target.base.as_str(), "https://staging.example.test/api/v1");
        assert_eq!(target.client_secret.as_ref().map(Secret::reveal), Some("s3cret"));
        assert!(matches!(target.clock, Some(Clock::Http(_))) && target.block.is_some());
        assert!(matches!(target.sms, Some(Source::Http { .. })) && matches!(target.mail, Some(Source::Http { .. })));
    }

    #[rstest]
    #[case("[target.a]\nurl = \"http://x\"\nphonez = \"+1\"\n", "p.toml:3:1: unknown field `phonez`, expected one of")]
    #[case(
        "[target.a]\nurl = \"http://x\"\nclient_secret = \"abc\"\n",
        "p.toml: target.a.client_secret: a secret does not stand in a profile"
    )]
    #[case("[target.a]\nurl = \"x\"\n", "p.toml: target.a.url: `x` is no URL")]
    #[case("[target.a]\nurl = \"http://x\"\n[target.b]\nurl = \"http://y\"\n", "p.toml: it describes 2 targets (a, b)")]
    #[case("", "p.toml: it describes no target")]
    #[case("[target.a]\nurl = \"http://x\"\ntimeout = \"5\"\n", "p.toml: target.a.timeout: `5` is no length of time")]
    #[case(
        "[target.a]\nurl = \"http://x\"\n[target.a.sms]\nsource = \"http\"\nurl = \"http://i?p=${mail}\"\ncode = \"$\"\n",
        "p.toml: target.a.sms.url: unknown reference `${mail}`"
    )]
    #[case(
        "[target.a]\nurl = \"http://x\"\n[target.a.sms]\nsource = \"http\"\nurl = \"http://i\"\ncode = \"x\"\n",
        "p.toml: target.a.sms.code: `x` is no JSONPath"
    )]
    fn a_wrong_profile_says_where_and_why(#[case] text: &str, #[case] start: &str) {
        let error = read(text).expect_err("it is wrong");
        assert!(error.starts_with(start), "{error}");
    }

    #[test]
    fn a_misspelt_key_gets_the_nearest_name() {
        let error = read("[target.a]\nurl = \"http://x\"\nphonez = \"+1\"\n").expect_err("it is wrong");
        assert!(error.contains("did you mean `phones`?"), "{error}");
    }
}
