//! The normal form of an answer: what differs from run to run becomes a typed placeholder, what has no order is sorted.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::{Map, Value};

use crate::exchange::{Body, Request};

/// What stands for a value that the flow itself had sent.
const AS_SENT: &str = "[as sent]";
/// Integers from here on are moments: seconds or milliseconds since the Unix epoch.
const MOMENT: i64 = 1_000_000_000;
/// Sent integers below are too common to be told from others.
const COMMON: i64 = 1_000;
/// Waits are rounded up to so many seconds, for a wait is a little shorter when it is asked for than when it began.
const WAIT: u64 = 10;
/// Longer texts without form are cut here, in characters.
const LONGEST: usize = 2_000;
/// Characters of a UUID.
const UUID_DIGITS: usize = 36;
/// From this length on, letters mixed with digits are an opaque id.
const OPAQUE: usize = 20;

/// Headers of a connection or a moment, which say nothing of the API.
const LEFT_OUT: [&str; 12] = [
    "age",
    "alt-svc",
    "cf-ray",
    "connection",
    "content-length",
    "date",
    "etag",
    "expires",
    "keep-alive",
    "last-modified",
    "server-timing",
    "transfer-encoding",
];
/// Headers whose numbers mean something.
const LITERAL: [&str; 5] = ["allow", "cache-control", "content-type", "location", "www-authenticate"];
/// Headers that list names in no order.
const LISTS: [&str; 2] = ["allow", "vary"];

static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| regex(r"\[([a-z_]+) [0-9]+\]"));
static UUID: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"));
static TIME: LazyLock<Regex> =
    LazyLock::new(|| regex(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+(Z|[+-][0-9]{2}:?[0-9]{2})?"));
static DATE: LazyLock<Regex> = LazyLock::new(|| regex(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b"));
static EMAIL: LazyLock<Regex> = LazyLock::new(|| regex(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"));
static PHONE: LazyLock<Regex> = LazyLock::new(|| regex(r"\+[0-9]{8,15}\b"));
static WORD: LazyLock<Regex> = LazyLock::new(|| regex(r"[A-Za-z0-9_+/-]{20,}=*"));
static WAITING: LazyLock<Regex> = LazyLock::new(|| regex(r"\b([0-9]{1,6})(?:[.][0-9]+)? (seconds?|s)\b"));
static DIGITS: LazyLock<Regex> = LazyLock::new(|| regex(r"[0-9]+"));
static COOKIE: LazyLock<Regex> = LazyLock::new(|| regex(r"^([^=;]+)=[^;]*"));

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is constant, and a test uses it")
}

/// What a flow sent: where it comes back, it was made up for this run.
#[derive(Debug, Default)]
pub(super) struct Sent {
    texts: HashSet<String>,
    numbers: HashSet<i64>,
}

impl Sent {
    /// Everything that the bodies of these requests hold.
    pub(super) fn new<'a>(requests: impl Iterator<Item = &'a Request>) -> Self {
        let mut sent = Self::default();
        for text in requests.filter_map(|request| request.body.as_ref()?.text()) {
            match serde_json::from_str(text) {
                Ok(value) => sent.learn(&value),
                Err(_) => sent.texts.extend(
                    url::form_urlencoded::parse(text.as_bytes())
                        .map(|(_, value)| value.into_owned())
                        .filter(|value| !value.is_empty()),
                ),
            }
        }
        sent
    }

    fn learn(&mut self, value: &Value) {
        match value {
            Value::String(text) if !text.is_empty() => {
                self.texts.insert(text.clone());
            }
            Value::Number(number) => self.numbers.extend(number.as_i64().filter(|number| *number >= COMMON)),
            Value::Array(items) => items.iter().for_each(|item| self.learn(item)),
            Value::Object(fields) => fields.values().for_each(|field| self.learn(field)),
            Value::String(_) | Value::Null | Value::Bool(_) => {}
        }
    }

    /// The normal form of a body.
    pub(super) fn body(&self, body: &Body) -> Value {
        match body {
            Body::Text(text) if text.is_empty() => Value::Null,
            Body::Text(text) => match serde_json::from_str(text) {
                // An empty body and the JSON value null are not the same answer.
                Ok(Value::Null) => Value::from("[null]"),
                Ok(value) => self.value(value),
                Err(_) => Value::String(normal(text).chars().take(LONGEST).collect()),
            },
            Body::Binary { .. } => Value::from("[bytes]"),
            Body::Shortened { .. } => Value::from("[a long body]"),
        }
    }

    fn value(&self, value: Value) -> Value {
        match value {
            Value::String(text) if self.texts.contains(&text) => Value::from(AS_SENT),
            Value::String(text) => Value::String(normal(&text)),
            Value::Number(number) => match number.as_i64() {
                Some(integer) if integer >= MOMENT => Value::from("[moment]"),
                Some(integer) if self.numbers.contains(&integer) => Value::from(AS_SENT),
                _ => Value::Number(number),
            },
            Value::Array(items) => items.into_iter().map(|item| self.value(item)).collect(),
            Value::Object(fields) => {
                let mut fields: Vec<_> = fields.into_iter().collect();
                fields.sort_by(|left, right| left.0.cmp(&right.0));
                Value::Object(fields.into_iter().map(|(key, field)| (key, self.value(field))).collect())
            }
            other => other,
        }
    }
}

/// The headers of an answer by name, those that repeat joined.
pub(super) fn headers(headers: &[(String, String)]) -> Value {
    let mut sorted: Vec<&(String, String)> =
        headers.iter().filter(|(name, _)| !LEFT_OUT.contains(&name.as_str())).collect();
    sorted.sort_by(|left, right| left.0.cmp(&right.0));
    let mut shown: Map<String, Value> = Map::new();
    for (name, value) in sorted {
        let value = header(name, value);
        match shown.get_mut(name) {
            Some(Value::String(known)) => known.push_str(&format!(", {value}")),
            _ => {
                shown.insert(name.clone(), Value::String(value));
            }
        }
    }
    Value::Object(shown)
}

fn header(name: &str, value: &str) -> String {
    if name == "set-cookie" {
        return COOKIE.replace(value, "$1=[value]").into_owned();
    }
    if LISTS.contains(&name) {
        let mut names: Vec<&str> = value.split(',').map(str::trim).collect();
        names.sort_unstable();
        return names.join(", ");
    }
    let value = normal(value);
    if LITERAL.contains(&name) { value } else { DIGITS.replace_all(&value, "[n]").into_owned() }
}

/// A text without what differs from run to run.
fn normal(text: &str) -> String {
    // All that is replaced has a digit in it, but for addresses and identifiers that happen to have none.
    if text.len() < UUID_DIGITS && !text.bytes().any(|byte| byte.is_ascii_digit() || byte == b'@') {
        return text.to_owned();
    }
    let mut text = PLACEHOLDER.replace_all(text, "[$1]").into_owned();
    for (pattern, placeholder) in
        [(&UUID, "[uuid]"), (&TIME, "[time]"), (&DATE, "[date]"), (&EMAIL, "[email]"), (&PHONE, "[phone]")]
    {
        text = pattern.replace_all(&text, placeholder).into_owned();
    }
    let text = WORD.replace_all(&text, |word: &Captures<'_>| match is_opaque(&word[0]) {
        true => "[opaque]".to_owned(),
        false => word[0].to_owned(),
    });
    WAITING.replace_all(&text, |wait: &Captures<'_>| format!("{} {}", rounded(&wait[1]), &wait[2])).into_owned()
}

fn is_opaque(word: &str) -> bool {
    word.len() >= OPAQUE
        && word.bytes().any(|byte| byte.is_ascii_digit())
        && word.bytes().any(|byte| byte.is_ascii_alphabetic())
}

fn rounded(digits: &str) -> String {
    digits.parse::<u64>().map_or_else(|_| digits.to_owned(), |seconds| (seconds.div_ceil(WAIT) * WAIT).to_string())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case::plain("Invalid code", "Invalid code")]
    #[case::secret("a [access_token 12]!", "a [access_token]!")]
    #[case::uuid("id 2F9445B3-5266-45cd-8a85-d5c3fff69781.", "id [uuid].")]
    #[case::time("since 2026-11-26T16:02:51.5Z", "since [time]")]
    #[case::date("born 1990-01-31", "born [date]")]
    #[case::email("to c0ab@example.com, please", "to [email], please")]
    #[case::phone("call +971500000001", "call [phone]")]
    #[case::opaque("https://m.test/a?s=Zm9vYmFyYmF6cXV4MTIz", "https://m.test/a?s=[opaque]")]
    #[case::long_word("incomprehensibilities-and-more", "incomprehensibilities-and-more")]
    #[case::wait("Please wait 57 seconds for next request", "Please wait 60 seconds for next request")]
    #[case::wait_with_a_fraction(
        "Please wait 57.306 seconds for next request",
        "Please wait 60 seconds for next request"
    )]
    #[case::whole_wait("wait 600 seconds", "wait 600 seconds")]
    #[case::number("at most 1000 characters", "at most 1000 characters")]
    fn texts(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(normal(text), expected);
    }

    #[test]
    fn bodies() {
        let request = |body: &str| Request {
            operation: String::new(),
            method: "POST".to_owned(),
            url: String::new(),
            headers: Vec::new(),
            body: Some(Body::Text(body.to_owned())),
        };
        let requests = [request(r#"{"name":"Ann","tags":["x1"],"n":12345,"small":5}"#), request("user=b%20c&e=")];
        let sent = Sent::new(requests.iter());
        let body = |text: &str| sent.body(&Body::Text(text.to_owned()));
        let answer = r#"{"z":1,"a":{"y":"Ann","x":["x1","b c","x2"]},"at":1764172800,"n":12345,"small":5,"e":""}"#;
        let expected = r#"{"a":{"x":["[as sent]","[as sent]","x2"],"y":"[as sent]"},"at":"[moment]","e":"","n":"[as sent]","small":5,"z":1}"#;
        assert_eq!(body(answer).to_string(), expected);
        assert_eq!((body(""), body("null")), (Value::Null, json!("[null]")));
        assert_eq!(body("<p>[code 3]</p>"), json!("<p>[code]</p>"));
        assert_eq!(sent.body(&Body::Binary { bytes: 3, lossy: "x".to_owned() }), json!("[bytes]"));
    }

    #[test]
    fn header_lists() {
        let given = [
            ("x-rate-limit", "97"),
            ("allow", "PUT, GET"),
            ("date", "Thu"),
            ("content-type", "application/json; charset=utf-8"),
            ("set-cookie", "a=1; Path=/"),
            ("set-cookie", "b=2"),
        ];
        let given: Vec<_> = given.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let expected = json!({
            "allow": "GET, PUT", "content-type": "application/json; charset=utf-8",
            "set-cookie": "a=[value]; Path=/, b=[value]", "x-rate-limit": "[n]",
        });
        assert_eq!(headers(&given), expected);
    }
}
