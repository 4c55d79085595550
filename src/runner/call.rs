//! Turns a call of a flow into a request, sends it, and keeps what came back as it came.

use std::collections::BTreeSet;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;
use url::Url;

use super::act;
use super::bindings::Bindings;
use super::elapsed_ms;
use super::instance::Instance;
use super::reading::start;
use super::wire::Sending;
use crate::contract::{Contract, Operation};
use crate::exchange::{Body, Exchange, Outcome, Request};
use crate::suite::template::as_text;
use crate::suite::{Call, Payload};
use crate::target::{Target, Text};

/// How often a 429 is waited out before it is taken as it is.
pub(super) const THROTTLED_AT_MOST: usize = 8;
/// The longest that one 429 makes the tool wait; where it asks for more, it is taken as it is.
const THROTTLE_LIMIT: Duration = Duration::from_secs(60);
/// What a 429 makes the tool wait that does not say how long.
const UNSTATED: Duration = Duration::from_secs(1);
/// How much of a request's body is kept whole.
const KEPT_OF_REQUEST_BYTES: usize = 16 * 1024;

/// A request, ready to be sent.
#[derive(Debug, Clone)]
pub struct Prepared {
    operation: String,
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: Option<Bytes>,
    may_close: bool,
    own_connection: bool,
    /// Whether the moment for it has come already, as for all of a race.
    pub at_once: bool,
    /// The body as JSON, for what it teaches about secrets.
    pub fields: Option<Value>,
    /// The bearer token that is sent.
    pub bearer: Option<String>,
    /// The mailed link that is followed.
    pub link: Option<String>,
}

/// A wait that the target asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Throttle {
    /// Seconds waited.
    pub seconds: f64,
}

/// What came of sending.
#[derive(Debug)]
pub struct Sent {
    /// The request and the last answer.
    pub exchange: Exchange,
    /// Each wait that the target asked for before.
    pub throttles: Vec<Throttle>,
    /// Why there was no connection before, once for each time that it was tried again.
    pub reconnected: Vec<String>,
}

/// Resolves a call.
///
/// # Errors
/// What it refers to that was never obtained, or why it cannot be sent.
pub fn prepare(call: &Call, bindings: &Bindings, target: &Target, contract: &Contract) -> Result<Prepared, String> {
    let base = &target.base;
    let missing = |name: String| format!("`${{{name}}}` was never obtained");
    let (method, path) = call.operation.split_once(' ').unwrap_or(("GET", call.operation.as_str()));
    let link = call.link.as_ref().map(|link| bindings.resolve(link).map(|link| as_text(&link)));
    let link = link.transpose().map_err(missing)?;
    let url = match &link {
        None => format!("{}{path}", base.as_str().trim_end_matches('/')),
        Some(link) => link_url(link, base, path)?,
    };
    let own = target_headers(target, &url);
    let mut headers = Vec::with_capacity(own.len() + call.headers.len() + 3);
    headers.push(("accept".to_owned(), contract.accept(&call.operation).to_owned()));
    headers.extend(own);
    let (body, fields, content_type) = match &call.payload {
        Payload::None => (None, None, None),
        Payload::Json(template) => {
            let value = bindings.resolve(template).map_err(missing)?;
            (Some(value.to_string().into_bytes().into()), Some(value), Some("application/json".to_owned()))
        }
        Payload::Form(template) => {
            let value = bindings.resolve(template).map_err(missing)?;
            let form = "application/x-www-form-urlencoded".to_owned();
            (Some(encode_form(&value).into_bytes().into()), Some(value), Some(form))
        }
        Payload::Raw { bytes, content_type } => (Some(Bytes::from_owner(bytes.clone())), None, content_type.clone()),
    };
    headers.extend(content_type.map(|content_type| ("content-type".to_owned(), content_type)));
    let mut bearer = None;
    if let Some(template) = &call.bearer {
        let token = as_text(&bindings.resolve(template).map_err(missing)?);
        headers.push(("authorization".to_owned(), format!("Bearer {token}")));
        bearer = Some(token);
    }
    for (name, template) in &call.headers {
        let value = as_text(&bindings.resolve(template).map_err(missing)?);
        let name = name.to_ascii_lowercase();
        headers.retain(|(known, _)| *known != name);
        headers.push((name, value));
    }
    let (operation, method) = (call.operation.clone(), method.to_owned());
    let Call { may_close, own_connection, .. } = *call;
    let at_once = false;
    Ok(Prepared { operation, method, url, headers, body, may_close, own_connection, at_once, fields, bearer, link })
}

/// The headers that the profile gives for the target, which no other host is sent.
pub(super) fn target_headers(target: &Target, url: &str) -> Vec<(String, String)> {
    if target.headers.is_empty() {
        return Vec::new();
    }
    let own = Url::parse(url).is_ok_and(|url| url.origin() == target.base.origin());
    let value = |text: &Text| match text {
        Text::Plain(text) => act::fill_secrets(text, &target.secrets),
        Text::Secret(secret) => secret.reveal().to_owned(),
    };
    let headers = target.headers.iter().filter(|_| own);
    headers.map(|header| (header.name.clone(), value(&header.value))).collect()
}

/// Sends a prepared request; a 429 is waited out and judges nothing. One that names an error of the catalogue is no limit
/// of a gateway, but an answer of the API under another status than the documented one, and asking again changes nothing.
pub async fn send(prepared: &Prepared, instance: &Instance, contract: &Contract) -> Sent {
    let (mut throttles, mut reconnected) = (Vec::new(), Vec::new());
    let Prepared { method, url, headers, body, .. } = prepared;
    let Prepared { may_close, own_connection, at_once, .. } = *prepared;
    let mut sending = Sending { method, url, headers, body: body.as_ref(), may_close, own_connection, at_once };
    loop {
        let sent = instance.wire.send(sending).await;
        reconnected.extend(sent.reconnected);
        if let Outcome::Answer(answer) = &sent.outcome {
            instance.learn_date(&answer.headers);
            if answer.status == 429
                && throttles.len() < THROTTLED_AT_MOST
                && contract.error_named(answer.json()).is_none()
                && let Some(wait) = retry_after(&answer.headers)
            {
                // It is meant for all of this tool's requests, not for this one alone.
                instance.wire.hold(wait, sent.started);
                sending.at_once = false;
                throttles.push(Throttle { seconds: wait.as_secs_f64() });
                continue;
            }
        }
        let request = Request {
            operation: prepared.operation.clone(),
            method: method.clone(),
            url: url.clone(),
            headers: headers.clone(),
            body: body.as_ref().map(|sent| kept_of_request(sent)),
        };
        let at_ms = instance.now_ms();
        let exchange =
            Exchange { request, outcome: sent.outcome, sightings: Vec::new(), elapsed_ms: sent.elapsed_ms, at_ms };
        return Sent { exchange, throttles, reconnected };
    }
}

/// Asks an operation that wants nothing but a token, once, and only to be polite: what it answers judges nothing. Gives
/// the status, and milliseconds; where there is no answer, nobody asks again in this run.
pub async fn aside(operation: &Operation, token: &str, instance: &Instance) -> (Option<u16>, f64) {
    let Target { base, .. } = &instance.target;
    let url = format!("{}{}", base.as_str().trim_end_matches('/'), operation.path);
    let mut headers = vec![("accept".to_owned(), operation.success.accept().to_owned())];
    headers.extend(target_headers(&instance.target, &url));
    headers.push(("authorization".to_owned(), format!("Bearer {token}")));
    let sending =
        Sending { method: &operation.method, url: &url, headers: &headers, may_close: true, ..Sending::default() };
    let (answer, started) = instance.wire.aside(sending).await;
    let elapsed_ms = elapsed_ms(started);
    match answer {
        Ok(answer) => {
            if answer.status == 429 {
                retry_after(&answer.headers).into_iter().for_each(|wait| instance.wire.hold(wait, started));
            }
            (Some(answer.status), elapsed_ms)
        }
        Err(_) => {
            instance.leave_sessions_open();
            (None, elapsed_ms)
        }
    }
}

/// The kinds of secret in a request, and their values: passwords and the like by the names of fields.
pub fn secrets<'a>(
    fields: &'a Value,
    sensitive: &'a std::collections::BTreeMap<String, String>,
) -> impl Iterator<Item = (&'a str, String)> {
    let fields = fields.as_object();
    sensitive.iter().filter_map(move |(name, kind)| match fields?.get(name)? {
        Value::String(text) if text.len() >= 4 => Some((kind.as_str(), text.clone())),
        _ => None,
    })
}

/// Every UUID-shaped piece of a link.
pub fn uuids(link: &str) -> BTreeSet<String> {
    link.split(|c: char| !c.is_ascii_hexdigit() && c != '-')
        .filter(|piece| matches!(piece.len(), 32 | 36) && uuid::Uuid::try_parse(piece).is_ok())
        .map(str::to_owned)
        .collect()
}

/// A link with nothing where its last UUID stood.
pub fn without_uuid(link: &str) -> String {
    let places = uuids(link).into_iter().filter_map(|uuid| Some((link.rfind(&uuid)?, uuid.len())));
    match places.max() {
        Some((at, length)) => format!("{}{}", &link[..at], &link[at + length..]),
        None => link.to_owned(),
    }
}

/// The URL of a mailed link: a link to the documented path is followed at the target, whatever host
/// the mail names (a deployment behind a gateway mails its public name). A query alone is put behind the documented path.
fn link_url(link: &str, base: &Url, path: &str) -> Result<String, String> {
    if link.starts_with('?') {
        return Ok(format!("{}{path}{link}", base.as_str().trim_end_matches('/')));
    }
    let url = base.join(link).map_err(|error| format!("the link is no URL: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("the link has the scheme `{}`", url.scheme()));
    }
    let foreign = url.origin() != base.origin();
    if foreign && url.path().trim_end_matches('/').ends_with(path) {
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        return Ok(format!("{}{path}{query}", base.as_str().trim_end_matches('/')));
    }
    Ok(url.to_string())
}

fn encode_form(value: &Value) -> String {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    for (name, field) in value.as_object().into_iter().flatten() {
        form.append_pair(name, &as_text(field));
    }
    form.finish()
}

/// How long the target wants to be left alone: seconds or a moment (RFC 9110 section 10.2.3), a little where it does not
/// say. `None` where that is longer than this tool waits; asking earlier would be rude, and in vain.
pub(super) fn retry_after(headers: &[(String, String)]) -> Option<Duration> {
    let stated = headers.iter().find(|(name, _)| name == "retry-after").map(|(_, value)| value.trim());
    let until = |date: &str| {
        let moment = jiff::fmt::rfc2822::parse(date).ok()?.timestamp();
        // A moment that has passed is no wait.
        Some(Duration::try_from(moment.duration_since(jiff::Timestamp::now())).unwrap_or_default())
    };
    let wait = stated.and_then(|stated| stated.parse().ok().map(Duration::from_secs).or_else(|| until(stated)));
    Some(wait.unwrap_or(UNSTATED)).filter(|wait| *wait <= THROTTLE_LIMIT)
}

fn kept_of_request(bytes: &[u8]) -> Body {
    match std::str::from_utf8(bytes) {
        Ok(text) if bytes.len() <= KEPT_OF_REQUEST_BYTES => Body::Text(text.to_owned()),
        Ok(_) => Body::Shortened { bytes: bytes.len(), start: start(bytes) },
        Err(_) => Body::Binary { bytes: bytes.len(), lossy: start(bytes) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("http://t.test/api/v1/auth/verify/email?code=1", "http://t.test/api/v1/auth/verify/email?code=1")]
    #[case("https://public.test/auth/verify/email?c=1&d=2", "http://t.test/api/v1/auth/verify/email?c=1&d=2")]
    #[case("?c=1", "http://t.test/api/v1/auth/verify/email?c=1")]
    #[case("/api/v1/auth/verify/email?c=1", "http://t.test/api/v1/auth/verify/email?c=1")]
    #[case("https://app.test/welcome?c=1", "https://app.test/welcome?c=1")]
    fn a_link_is_followed_at_the_target(#[case] link: &str, #[case] wanted: &str) {
        let base = Url::parse("http://t.test/api/v1").expect("a URL");
        assert_eq!(link_url(link, &base, "/auth/verify/email").as_deref(), Ok(wanted));
    }

    #[rstest]
    #[case::seconds(Some("7"), Some(7))]
    #[case::not_stated(None, Some(1))]
    #[case::nonsense(Some("soon"), Some(1))]
    #[case::past(Some("Wed, 21 Oct 2015 07:28:00 GMT"), Some(0))]
    #[case::too_long(Some("3600"), None)]
    #[case::much_too_long(Some("Wed, 21 Oct 2099 07:28:00 GMT"), None)]
    fn a_target_says_how_long_it_is_to_be_left_alone(#[case] stated: Option<&str>, #[case] seconds: Option<u64>) {
        let headers: Vec<_> = stated.iter().map(|value| ("retry-after".to_owned(), (*value).to_owned())).collect();
        assert_eq!(retry_after(&headers), seconds.map(Duration::from_secs));
    }

    #[test]
    fn the_uuids_of_a_link_are_found() {
        let link = "http://x/v?u=cf6e0f9c-ae94-4d72-8faf-cdc90394c261&code=cf6e0f9cae944d728fafcdc90394c262&n=17";
        assert_eq!(uuids(link).len(), 2);
    }

    #[rstest]
    #[case::the_last(
        "/v?u=cf6e0f9c-ae94-4d72-8faf-cdc90394c261&c=cf6e0f9cae944d728fafcdc90394c262&n=1",
        "/v?u=cf6e0f9c-ae94-4d72-8faf-cdc90394c261&c=&n=1"
    )]
    #[case::of_a_path("/v/cf6e0f9c-ae94-4d72-8faf-cdc90394c261", "/v/")]
    #[case::twice(
        "/v?u=cf6e0f9c-ae94-4d72-8faf-cdc90394c261&c=cf6e0f9c-ae94-4d72-8faf-cdc90394c261",
        "/v?u=cf6e0f9c-ae94-4d72-8faf-cdc90394c261&c="
    )]
    #[case::none("/v?code=17", "/v?code=17")]
    fn the_last_uuid_of_a_link_is_left_out(#[case] link: &str, #[case] left: &str) {
        assert_eq!(without_uuid(link), left);
    }
}
