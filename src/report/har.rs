//! HTTP Archive 1.2: every exchange, as it was stored (secrets are placeholders), for a browser's developer tools.
//!
//! A flow is a page. The time of an entry is the target's time, as far as it is known.

use serde_json::{Value, json};

use crate::exchange::{Body, Exchange, Outcome, Request, Response};
use crate::judge::result::{FlowResult, RunResult};

/// A size that is not known.
const UNKNOWN: i64 = -1;

/// A run as an archive.
pub fn render(result: &RunResult) -> String {
    let archive = json!({
        "log": {
            "version": "1.2",
            "creator": { "name": "conformance", "version": result.tool },
            "pages": result.flows.iter().map(page).collect::<Vec<_>>(),
            "entries": result.flows.iter().flat_map(entries).collect::<Vec<_>>(),
            "comment": format!("{}: {}", result.conclusion.word(), result.summary),
        },
    });
    let mut text = serde_json::to_string_pretty(&archive).expect("an archive is plain data with string keys");
    text.push('\n');
    text
}

fn exchanges(flow: &FlowResult) -> impl Iterator<Item = (&str, &Exchange)> {
    flow.steps.iter().flat_map(|step| step.exchanges.iter().map(|exchange| (step.step.as_str(), exchange)))
}

fn page(flow: &FlowResult) -> Value {
    let started = exchanges(flow).next().map_or_else(|| moment(0), |(_, first)| start(first));
    json!({
        "startedDateTime": started,
        "id": flow.id,
        "title": format!("{} / {}: {}", flow.suite, flow.id, flow.verdict),
        "pageTimings": { "onLoad": flow.elapsed_ms.max(0.0) },
        "comment": flow.about,
    })
}

fn entries(flow: &FlowResult) -> Vec<Value> {
    exchanges(flow).map(|(step, exchange)| entry(&flow.id, step, exchange)).collect()
}

fn entry(flow: &str, step: &str, exchange: &Exchange) -> Value {
    let elapsed = exchange.elapsed_ms.max(0.0);
    json!({
        "pageref": flow,
        "startedDateTime": start(exchange),
        "time": elapsed,
        "request": request(&exchange.request),
        "response": match &exchange.outcome {
            Outcome::Answer(answer) => response(answer),
            Outcome::Failure(failure) => none(&failure.message),
        },
        "cache": {},
        "timings": { "send": 0, "wait": elapsed, "receive": 0 },
        "comment": format!("step {step}"),
    })
}

/// When the request was sent: the exchange knows when its answer was there.
fn start(exchange: &Exchange) -> String {
    moment(exchange.at_ms.saturating_sub(exchange.elapsed_ms.max(0.0) as i64))
}

fn moment(milliseconds: i64) -> String {
    let moment = jiff::Timestamp::from_millisecond(milliseconds).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    moment.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

fn request(request: &Request) -> Value {
    let url = uri(&request.url);
    let query: Vec<_> =
        url::Url::parse(&request.url).map(|url| url.query_pairs().into_owned().collect()).unwrap_or_default();
    let mut shown = json!({
        "method": request.method,
        "url": url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": pairs(&request.headers),
        "queryString": pairs(&query),
        "headersSize": UNKNOWN,
        "bodySize": request.body.as_ref().map_or(0, size),
    });
    if let Some(body) = &request.body {
        let kind = request.header("content-type").unwrap_or("application/octet-stream");
        shown["postData"] = json!({ "mimeType": kind, "text": text(body) });
    }
    shown
}

fn response(response: &Response) -> Value {
    let size = size(response.body());
    json!({
        "status": response.status,
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": pairs(&response.headers),
        "content": {
            "size": size,
            "mimeType": response.header("content-type").unwrap_or("application/octet-stream"),
            "text": text(response.body()),
        },
        "redirectURL": response.header("location").unwrap_or_default(),
        "headersSize": UNKNOWN,
        "bodySize": size,
    })
}

/// No answer: status 0, as browsers write it.
fn none(why: &str) -> Value {
    json!({
        "status": 0,
        "statusText": "",
        "httpVersion": "",
        "cookies": [],
        "headers": [],
        "content": { "size": 0, "mimeType": "x-unknown" },
        "redirectURL": "",
        "headersSize": UNKNOWN,
        "bodySize": UNKNOWN,
        "_error": why,
        "comment": why,
    })
}

fn pairs(pairs: &[(String, String)]) -> Vec<Value> {
    pairs.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect()
}

fn size(body: &Body) -> i64 {
    let bytes = match body {
        Body::Text(text) => text.len(),
        Body::Binary { bytes, .. } | Body::Shortened { bytes, .. } => *bytes,
    };
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

fn text(body: &Body) -> &str {
    match body {
        Body::Text(text) => text,
        Body::Binary { lossy, .. } => lossy,
        Body::Shortened { start, .. } => start,
    }
}

/// A URL in which everything that a URI cannot hold is percent-encoded: a placeholder has brackets and a space.
/// One that is a placeholder as a whole gets a scheme of its own.
fn uri(text: &str) -> String {
    let after_host = match text.split_once("://") {
        Some((scheme, rest)) => scheme.len() + 3 + rest.find(['/', '?', '#']).unwrap_or(rest.len()),
        None => return format!("redacted:{}", encoded(text)),
    };
    let (host, rest) = text.split_at(after_host);
    format!("{host}{}", encoded(rest))
}

fn encoded(text: &str) -> String {
    let kept = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=%".contains(&byte);
    text.bytes().map(|byte| if kept(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::{sample, schemas};
    use super::*;

    #[test]
    fn holds_every_verdict() {
        insta::assert_snapshot!("har", render(&sample::every_verdict()));
    }

    #[test]
    fn is_valid() {
        let validator = schemas::har();
        for result in [sample::every_verdict(), sample::clean()] {
            let archive: Value = serde_json::from_str(&render(&result)).unwrap();
            assert_eq!(schemas::violations(&validator, &archive), Vec::<String>::new());
        }
    }

    #[rstest]
    #[case("https://h:1/a?b=c%20d", "https://h:1/a?b=c%20d")]
    #[case("http://[::1]:80/a?code=[link 1]", "http://[::1]:80/a?code=%5Blink%201%5D")]
    #[case("[link 1]", "redacted:%5Blink%201%5D")]
    #[case("http://h", "http://h")]
    fn every_url_is_a_uri(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(uri(text), expected);
    }
}
