//! The settings of one target, from its table.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::document::{Document, Entry, Kind, Node, Table};
use super::secrets::{self, Allowed};
use super::sources::{self, Reading};
use super::{CONNECT_TIMEOUT, EMAIL_DOMAIN, ProfileError, Surroundings, TIMEOUT, parse_duration};
use crate::diagnostic::suggest;
use crate::target::{
    CAPABILITIES, CodeNotation, Connection, Gap, Limits, Phones, Proxy, Secret, Target, base_url, web_url,
};

/// Every key of a target.
pub const KEYS: [&str; 23] = [
    "url",
    "client_id",
    "client_secret",
    "headers",
    "secrets",
    "proxy",
    "ca",
    "client_certificate",
    "insecure",
    "connect_timeout",
    "timeout",
    "phones",
    "email_domain",
    "code",
    "refresh_leeway",
    "waivers",
    "build_header",
    "sms",
    "mail",
    "clock",
    "block",
    "limits",
    "gaps",
];

/// Every key of `limits`.
pub const LIMITS: [&str; 6] =
    ["accounts", "messages", "requests_per_second", "in_flight", "body_bytes", "header_bytes"];

/// Looks at the keys of a target that was not chosen; its secrets are not read.
pub(super) fn check(document: &Document, entry: &Entry) -> Result<(), ProfileError> {
    let what = format!("target `{}`", entry.key);
    let table = document.table(&entry.value, &what, &KEYS)?;
    table.required("url", &what)?;
    if let Some(node) = table.get("client_secret") {
        secrets::source(document, node, "client_secret")?;
    }
    Ok(())
}

/// One target.
pub(super) fn target(
    document: &Document,
    entry: &Entry,
    folder: &Path,
    surroundings: &Surroundings<'_>,
) -> Result<Target, ProfileError> {
    let what = format!("target `{}`", entry.key);
    let table = document.table(&entry.value, &what, &KEYS)?;
    let url = table.required("url", &what)?;
    let base = base_url(document.text(url, "url")?, surroundings.base_path);
    let base = base.map_err(|message| document.wrong(&url.span, message))?;
    let secret = |key: &str| {
        let node = table.get(key);
        node.map(|node| secrets::secret(document, node, key, surroundings)).transpose()
    };
    let named = match table.get("secrets") {
        Some(node) => secrets::named(document.open(node, "`secrets`")?, surroundings)?,
        None => Vec::new(),
    };
    let names: Vec<String> = named.iter().map(|(name, _)| name.clone()).collect();
    let headers = match table.get("headers") {
        Some(node) => {
            let allowed = Allowed { names: &[], secrets: &names };
            secrets::headers(document.open(node, "`headers`")?, allowed, Some(surroundings))?
        }
        None => Vec::new(),
    };
    let reading = Reading { document, secrets: &names, folder, surroundings };
    let bare = Target::bare(&entry.key, base);
    Ok(Target {
        client_id: table.text("client_id")?.map(|(_, id)| id.to_owned()),
        client_secret: secret("client_secret")?,
        headers,
        connection: connection(table, folder, surroundings)?,
        phones: phones(table, "phones")?.unwrap_or(bare.phones.clone()),
        email_domain: table.read("email_domain", domain)?.unwrap_or_else(|| EMAIL_DOMAIN.to_owned()),
        code_notation: table.read("code", notation)?.unwrap_or_default(),
        refresh_leeway: table.read("refresh_leeway", parse_duration)?.unwrap_or_default(),
        waivers: table.text("waivers")?.map(|(_, path)| folder.join(path)),
        build_header: table.read("build_header", header_name)?,
        sms: table.get("sms").map(|node| sources::source(&reading, node, &sources::SMS)).transpose()?,
        mail: table.get("mail").map(|node| sources::source(&reading, node, &sources::MAIL)).transpose()?,
        clock: table.get("clock").map(|node| sources::clock(&reading, node)).transpose()?,
        block: table.get("block").map(|node| sources::block(&reading, node)).transpose()?,
        limits: table.get("limits").map(|node| limits(document, node)).transpose()?.unwrap_or_default(),
        gaps: table.get("gaps").map(|node| gaps(document, node, surroundings)).transpose()?.unwrap_or_default(),
        secrets: named,
        ..bare
    })
}

fn connection(table: Table<'_>, folder: &Path, surroundings: &Surroundings<'_>) -> Result<Connection, ProfileError> {
    let file = |key: &str| -> Result<Option<Vec<u8>>, ProfileError> {
        let Some((node, path)) = table.text(key)? else { return Ok(None) };
        read(table.document, node, &folder.join(path)).map(Some)
    };
    let or = |found: Option<Duration>, default| found.unwrap_or(default);
    let certificate = match table.get("client_certificate").map(|node| (node, &node.kind)) {
        None => None,
        Some((_, Kind::Text(_))) => file("client_certificate")?,
        Some((node, _)) => {
            let pair = table.document.table(node, "`client_certificate`", &["certificate", "key"])?;
            let mut pem = Vec::new();
            for key in ["certificate", "key"] {
                let node = pair.required(key, "`client_certificate`")?;
                let path = table.document.text(node, key)?;
                pem.extend(read(table.document, node, &folder.join(path))?);
                pem.push(b'\n');
            }
            Some(pem)
        }
    };
    Ok(Connection {
        connect_timeout: or(table.read("connect_timeout", parse_duration)?, CONNECT_TIMEOUT),
        timeout: or(table.read("timeout", parse_duration)?, TIMEOUT),
        proxy: table.get("proxy").map(|node| proxy(table.document, node, surroundings)).transpose()?,
        ca: file("ca")?,
        client_certificate: certificate.map(|pem| Secret::new(String::from_utf8_lossy(&pem).into_owned())),
        insecure: table.flag("insecure")?,
    })
}

fn read(document: &Document, node: &Node, path: &PathBuf) -> Result<Vec<u8>, ProfileError> {
    std::fs::read(path)
        .map_err(|error| document.wrong(&node.span, format!("cannot read `{}`: {error}", path.display())))
}

fn proxy(document: &Document, node: &Node, surroundings: &Surroundings<'_>) -> Result<Proxy, ProfileError> {
    if let Kind::Text(text) = &node.kind {
        let url = web_url(text).map_err(|message| document.wrong(&node.span, message))?;
        return Ok(Proxy { url, credentials: None });
    }
    let table = document.table(node, "`proxy`", &["url", "user", "password"])?;
    let url = table.required("url", "`proxy`")?;
    let url = web_url(document.text(url, "url")?).map_err(|message| document.wrong(&url.span, message))?;
    let credentials = match (table.text("user")?, table.get("password")) {
        (Some((_, user)), Some(password)) => {
            Some((user.to_owned(), secrets::secret(document, password, "password", surroundings)?))
        }
        (None, None) => None,
        _ => return Err(document.wrong(&node.span, "`proxy` wants both of `user` and `password`, or neither")),
    };
    Ok(Proxy { url, credentials })
}

/// A pattern or a list of numbers.
pub(super) fn phones(table: Table<'_>, key: &str) -> Result<Option<Phones>, ProfileError> {
    let Some(node) = table.get(key) else { return Ok(None) };
    let phones = match &node.kind {
        Kind::Text(pattern) => Phones::pattern(pattern),
        Kind::List(items) if items.is_empty() => Phones::list(Vec::new()),
        Kind::List(_) => Phones::list(table.document.texts(node, key)?),
        other => Err(format!(
            "`{key}` is a range such as `+9715{{0000000..9999999}}` or a list of numbers, and this is {}",
            other.word()
        )),
    };
    phones.map(Some).map_err(|message| table.document.wrong(&node.span, message))
}

fn domain(text: &str) -> Result<String, String> {
    let label =
        |label: &str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if text.contains('.') && text.split('.').all(label) {
        Ok(text.to_owned())
    } else {
        Err(format!("`{text}` is no domain of mail addresses, such as `example.com`"))
    }
}

/// The name of a header (RFC 9110 section 5.1), in lower case, as answers are kept.
fn header_name(text: &str) -> Result<String, String> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    match text.bytes().all(is_token) {
        true => Ok(text.to_ascii_lowercase()),
        false => Err(format!("`{text}` is no name of a header, such as `x-build`")),
    }
}

fn notation(text: &str) -> Result<CodeNotation, String> {
    match text {
        "auto" => Ok(CodeNotation::Auto),
        "integer" => Ok(CodeNotation::Integer),
        "string" => Ok(CodeNotation::String),
        other => {
            let help = suggest(other, ["auto", "integer", "string"]).unwrap_or_default();
            Err(format!("codes are not sent as `{other}`; {help}"))
        }
    }
}

fn limits(document: &Document, node: &Node) -> Result<Limits, ProfileError> {
    let table = document.table(node, "`limits`", &LIMITS)?;
    let default = Limits::default();
    let bytes = |key: &str, default: usize| -> Result<usize, ProfileError> {
        Ok(table.whole(key, 1024)?.and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or(default))
    };
    let rate = match table.get("requests_per_second").map(|node| (node, &node.kind)) {
        None => None,
        #[expect(clippy::cast_precision_loss, reason = "no rate is near 2^53")]
        Some((_, Kind::Whole(rate))) if *rate > 0 => Some(*rate as f64),
        Some((_, Kind::Number(rate))) if *rate > 0.0 && rate.is_finite() => Some(*rate),
        Some((node, _)) => return Err(document.wrong(&node.span, "`requests_per_second` is a number above 0")),
    };
    Ok(Limits {
        accounts: table.whole("accounts", 0)?,
        messages: table.whole("messages", 0)?,
        requests_per_second: rate,
        in_flight: table.whole("in_flight", 1)?.and_then(|number| usize::try_from(number).ok()),
        body_bytes: bytes("body_bytes", default.body_bytes)?,
        header_bytes: bytes("header_bytes", default.header_bytes)?,
    })
}

fn gaps(document: &Document, node: &Node, surroundings: &Surroundings<'_>) -> Result<Vec<Gap>, ProfileError> {
    let mut gaps = Vec::new();
    for entry in document.open(node, "`gaps`")?.entries {
        let capabilities = || CAPABILITIES.iter().map(|(name, _)| *name);
        let known = || capabilities().chain(surroundings.requirements.iter().map(String::as_str));
        if !known().any(|name| name == entry.key) {
            let mistake = document.at(&entry.span, format!("there is no requirement or capability `{}`", entry.key));
            let help = suggest(&entry.key, known()).unwrap_or_else(|| {
                let capabilities: Vec<&str> = capabilities().collect();
                format!(
                    "`conformance list requirements` shows the requirements; the capabilities are {}",
                    capabilities.join(", ")
                )
            });
            return Err(ProfileError::Mistake(Box::new(mistake.help(help))));
        }
        let Kind::Text(reason) = &entry.value.kind else {
            return Err(document.wrong(&entry.value.span, "a gap wants its reason as a text"));
        };
        if reason.trim().is_empty() {
            return Err(document.wrong(&entry.value.span, "a gap wants a reason"));
        }
        gaps.push(Gap { name: entry.key.clone(), reason: reason.trim().to_owned() });
    }
    Ok(gaps)
}
