//! Replaces secrets by stable placeholders before anything is stored, and notes where an answer held one.
//!
//! A secret is what a profile declares, what the schemas mark as sensitive, and what a source of codes
//! or mails yields. Equal values get equal placeholders, so equality can be judged without the values.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};
use serde_json::Value;

use super::starts::Starts;
use crate::exchange::{HASH_BEGINNINGS, HASH_KIND, Sighting, SightingForm};
use crate::target::Target;

/// Shorter secrets (codes) are only replaced where they stand apart: four digits are anywhere.
const SHORT: usize = 8;

/// The placeholders of a run, shared by its flows.
#[derive(Debug, Default)]
pub struct Placeholders(Mutex<Numbered>);

#[derive(Debug, Default)]
struct Numbered {
    by_value: HashMap<(String, String), String>,
    counts: HashMap<String, usize>,
    /// Where the numbers begin.
    before: usize,
}

/// How far the numbers of two parts of a run are apart: no part meets so many secrets.
const NUMBERS_OF_A_PART: usize = 1_000_000;

impl Placeholders {
    /// Placeholders of one part of a run, which differ from those of the other parts.
    pub fn of_part(number: usize) -> Self {
        Self(Mutex::new(Numbered { before: number * NUMBERS_OF_A_PART, ..Numbered::default() }))
    }

    fn of(&self, kind: &str, value: &str) -> String {
        let mut numbered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(placeholder) = numbered.by_value.get(&(kind.to_owned(), value.to_owned())) {
            return placeholder.clone();
        }
        let before = numbered.before;
        let count = numbered.counts.entry(kind.to_owned()).or_insert(before);
        *count += 1;
        let placeholder = format!("[{kind} {count}]");
        numbered.by_value.insert((kind.to_owned(), value.to_owned()), placeholder.clone());
        placeholder
    }
}

#[derive(Debug, Clone)]
struct Known {
    kind: String,
    value: String,
    placeholder: String,
    encoded: Vec<String>,
}

/// The secrets that one flow has met.
#[derive(Debug)]
pub struct Redactor {
    placeholders: Arc<Placeholders>,
    known: Vec<Known>,
    own: HashSet<String>,
    /// Of every form of the secrets that are not short.
    starts: Starts,
}

impl Redactor {
    /// A redactor that knows nothing yet.
    pub fn new(placeholders: Arc<Placeholders>) -> Self {
        Self { placeholders, known: Vec::new(), own: HashSet::new(), starts: Starts::default() }
    }

    /// Learns a secret. An empty one is none.
    pub fn learn(&mut self, kind: &str, value: &str) {
        if value.is_empty() || self.known.iter().any(|known| known.value == value && known.kind == kind) {
            return;
        }
        let placeholder = self.placeholders.of(kind, value);
        let encoded = if value.len() < SHORT { Vec::new() } else { encodings(value) };
        if value.len() >= SHORT {
            std::iter::once(value).chain(encoded.iter().map(String::as_str)).for_each(|form| self.starts.add(form));
        }
        self.known.push(Known { kind: kind.to_owned(), value: value.to_owned(), placeholder, encoded });
        // Longer ones first, so that one that holds another is replaced whole.
        self.known.sort_by_key(|known| std::cmp::Reverse(known.value.len()));
    }

    /// Learns every secret that a profile declares.
    pub fn learn_declared(&mut self, target: &Target) {
        target.declared_secrets().iter().for_each(|(kind, secret)| self.learn(kind, secret.reveal()));
    }

    /// Notes the texts of a request that are no secrets: where a target gives one back, digits in it that are those
    /// of a code are there by chance.
    pub fn own(&mut self, fields: &Value, sensitive: &std::collections::BTreeMap<String, String>) {
        match fields {
            Value::Object(fields) => {
                fields
                    .iter()
                    .filter(|(name, _)| !sensitive.contains_key(*name))
                    .for_each(|(_, field)| self.own(field, sensitive));
            }
            Value::Array(items) => items.iter().for_each(|item| self.own(item, sensitive)),
            Value::String(text) => {
                self.own.insert(text.clone());
            }
            _ => {}
        }
    }

    /// Drops what was sent as plain text, too: an answer that gives it back repeats no secret.
    pub fn drop_own(&mut self) {
        self.known.retain(|known| !self.own.contains(&known.value));
    }

    /// Whether a value is known as a secret of any kind.
    pub fn knows(&self, value: &str) -> bool {
        self.known.iter().any(|known| known.value == value)
    }

    /// Learns the secrets in a JSON object by the names of its keys.
    pub fn learn_fields(&mut self, body: &Value, sensitive: &std::collections::BTreeMap<String, String>) {
        let Value::Object(fields) = body else { return };
        for (name, kind) in sensitive {
            if let Some(Value::String(value)) = fields.get(name) {
                self.learn(kind, value);
            }
        }
    }

    /// A JSON value with every secret replaced, numbers that are a whole code included where `numbers`.
    pub fn value(&self, value: &Value, numbers: bool) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(text)),
            Value::Array(items) => items.iter().map(|item| self.value(item, numbers)).collect(),
            Value::Object(fields) => {
                Value::Object(fields.iter().map(|(key, field)| (key.clone(), self.value(field, numbers))).collect())
            }
            Value::Number(number) if numbers => {
                let digits = number.to_string();
                match self.known.iter().find(|known| known.kind.ends_with("code") && same_digits(&known.value, &digits))
                {
                    Some(known) => Value::String(known.placeholder.clone()),
                    None => value.clone(),
                }
            }
            other => other.clone(),
        }
    }

    /// A text with every secret replaced.
    pub fn text(&self, text: &str) -> String {
        let mut redacted = text.to_owned();
        let long = self.starts.any_in(text);
        for known in self.known.iter().filter(|known| long || known.value.len() < SHORT) {
            if known.value.len() < SHORT {
                if self.own.contains(text) {
                    continue;
                }
                redacted = replace_apart(&redacted, &known.value, &known.placeholder);
                continue;
            }
            for form in std::iter::once(&known.value).chain(&known.encoded) {
                if redacted.contains(form.as_str()) {
                    redacted = redacted.replace(form.as_str(), &known.placeholder);
                }
            }
        }
        redacted
    }

    /// A body that is JSON, redacted leaf by leaf where that is needed, so that it stays what it was.
    pub fn body(&self, text: &str) -> String {
        let long = self.starts.any_in(text)
            && self.known.iter().any(|known| known.value.len() >= SHORT && known.stands_in(text));
        let short = self.known.iter().any(|known| known.value.len() < SHORT && text.contains(&known.value));
        if !long && !short {
            return text.to_owned();
        }
        match serde_json::from_str::<Value>(text) {
            Ok(value) => self.value(&value, false).to_string(),
            Err(_) => self.text(text),
        }
    }

    /// Where an answer holds secrets.
    pub fn sightings(&self, headers: &[(String, String)], body: &str) -> Vec<Sighting> {
        let mut found = Vec::new();
        let headers: Vec<(&String, &String, bool)> = headers
            .iter()
            .filter(|(name, _)| !PLAIN_HEADERS.contains(&name.as_str()))
            .map(|(name, value)| (name, value, self.starts.any_in(value)))
            .collect();
        for known in &self.known {
            for &(name, value, long) in &headers {
                if (long || known.value.len() < SHORT)
                    && let Some(form) = known.form_in(value)
                {
                    found.push(known.sighting(format!("header {name}"), form));
                }
            }
        }
        found.extend(hashed_claims(body));
        let long = self.starts.any_in(body);
        let there = |known: &&Known| (long || known.value.len() < SHORT) && known.stands_in(body);
        let digits: Vec<&Known> = self.known.iter().filter(|known| there(known) || known.kind == "code").collect();
        if digits.is_empty() || body.is_empty() {
            return found;
        }
        match serde_json::from_str::<Value>(body) {
            Ok(value) => walk(&value, &mut String::new(), &mut |place, leaf| {
                let own = leaf.as_str().is_some_and(|text| self.own.contains(text));
                let known = digits.iter().filter(|known| !own || known.value.len() >= SHORT);
                let hidden = leaf.as_str().map(decoded).unwrap_or_default();
                found.extend(known.filter_map(|known| {
                    let inside =
                        || hidden.iter().any(|text| known.form_in(text).is_some()).then_some(SightingForm::Part);
                    Some(known.sighting(place.to_owned(), known.form_at(leaf).or_else(inside)?))
                }));
            }),
            Err(_) => found.extend(
                digits.iter().filter_map(|known| Some(known.sighting("body".to_owned(), known.form_in(body)?))),
            ),
        }
        found
    }
}

/// Headers whose numbers mean something else.
const PLAIN_HEADERS: [&str; 5] = ["content-length", "date", "expires", "last-modified", "age"];

impl Known {
    fn stands_in(&self, text: &str) -> bool {
        text.contains(&self.value) || self.encoded.iter().any(|form| text.contains(form.as_str()))
    }

    fn form_in(&self, text: &str) -> Option<SightingForm> {
        if text == self.value {
            return Some(SightingForm::Whole);
        }
        let found = if self.value.len() < SHORT { stands_apart(text, &self.value) } else { self.stands_in(text) };
        found.then_some(SightingForm::Part)
    }

    fn form_at(&self, leaf: &Value) -> Option<SightingForm> {
        match leaf {
            Value::String(text) => self.form_in(text),
            // Small numbers are anywhere, and a code that lost two zeros is one.
            Value::Number(number) if same_digits(&self.value, &number.to_string()) && number.to_string().len() > 2 => {
                Some(SightingForm::Number)
            }
            _ => None,
        }
    }

    fn sighting(&self, place: String, form: SightingForm) -> Sighting {
        Sighting { kind: self.kind.clone(), placeholder: self.placeholder.clone(), place, form }
    }
}

/// Every form in which a value may be written down that differs from the value: percent-encoded, JSON-escaped, as
/// escapes, hexadecimal, and base64, also where it begins within a longer text.
fn encodings(value: &str) -> Vec<String> {
    let bytes = value.as_bytes();
    let percent: String = url::form_urlencoded::byte_serialize(bytes).collect();
    let json = serde_json::to_string(value).unwrap_or_default();
    let json = json.strip_prefix('"').and_then(|json| json.strip_suffix('"')).unwrap_or_default().to_owned();
    let units = |digits: fn(u16) -> String| value.encode_utf16().map(digits).collect::<String>();
    let every = |shown: fn(&u8) -> String| bytes.iter().map(shown).collect::<String>();
    let mut forms = vec![
        percent.to_lowercase(),
        percent.replace('+', "%20"),
        percent,
        json.replace('/', "\\/"),
        serde_json::to_string(&json).unwrap_or_default().trim_matches('"').to_owned(),
        json,
        value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;"),
        units(|unit| format!("\\u{unit:04x}")),
        units(|unit| format!("\\u{unit:04X}")),
        every(|byte| format!("%{byte:02X}")),
        every(|byte| format!("%{byte:02x}")),
        HEXLOWER.encode(bytes),
        HEXUPPER.encode(bytes),
    ];
    // The characters that a value decides wherever it begins in what is encoded, without those that its neighbours do.
    for shift in 0..3 {
        let mut shifted = vec![0; shift];
        shifted.extend(bytes);
        let whole = shifted.len() * 8 / 6;
        let start = (shift * 8).div_ceil(6);
        for encoded in [BASE64_NOPAD.encode(&shifted), BASE64URL_NOPAD.encode(&shifted)] {
            forms.extend(encoded.get(start..whole).filter(|part| part.len() >= SHORT).map(str::to_owned));
            if shift == 0 {
                forms.push(encoded);
            }
        }
    }
    forms.retain(|form| form != value && !form.is_empty());
    // Longer ones first, so that one that holds another is replaced whole.
    forms.sort_by(|left, right| right.len().cmp(&left.len()).then_with(|| left.cmp(right)));
    forms.dedup();
    forms
}

/// What stands in a text as base64, whole or between dots, as in a JSON Web Token.
fn decoded(text: &str) -> Vec<String> {
    let decode = |part: &str| {
        let part = part.trim_end_matches('=');
        let bytes = BASE64URL_NOPAD.decode(part.as_bytes()).or_else(|_| BASE64_NOPAD.decode(part.as_bytes())).ok()?;
        String::from_utf8(bytes).ok().filter(|text| !text.chars().any(char::is_control))
    };
    text.split('.').filter(|part| part.len() >= SHORT).filter_map(decode).collect()
}

/// Where a JSON Web Token of the body has a claim that begins like a password hash.
fn hashed_claims(body: &str) -> Vec<Sighting> {
    let mut found = Vec::new();
    let Ok(value) = serde_json::from_str::<Value>(body) else { return found };
    walk(&value, &mut String::new(), &mut |place, leaf| {
        let texts = leaf.as_str().filter(|text| text.contains('.')).map(decoded).unwrap_or_default();
        for claims in texts.iter().filter_map(|text| serde_json::from_str::<Value>(text).ok()) {
            walk(&claims, &mut String::new(), &mut |_, claim| {
                let hashed = |text: &str| HASH_BEGINNINGS.iter().any(|beginning| text.starts_with(beginning));
                if claim.as_str().is_some_and(hashed) {
                    found.push(Sighting {
                        kind: HASH_KIND.to_owned(),
                        placeholder: format!("[{HASH_KIND}]"),
                        place: place.to_owned(),
                        form: SightingForm::Part,
                    });
                }
            });
        }
    });
    found
}

fn same_digits(code: &str, number: &str) -> bool {
    code.bytes().all(|byte| byte.is_ascii_digit()) && code.trim_start_matches('0') == number && number.len() > 1
}

fn walk(value: &Value, place: &mut String, visit: &mut impl FnMut(&str, &Value)) {
    let length = place.len();
    match value {
        Value::Object(fields) => {
            for (key, field) in fields {
                place.push('/');
                place.push_str(&key.replace('~', "~0").replace('/', "~1"));
                walk(field, place, visit);
                place.truncate(length);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                place.push_str(&format!("/{index}"));
                walk(item, place, visit);
                place.truncate(length);
            }
        }
        leaf => visit(place, leaf),
    }
}

/// Whether a piece of a text stands for itself. Digits beside a hyphen are a part of a UUID, a date or another id.
fn apart(text: &str, start: usize, length: usize) -> bool {
    let word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    !text[..start].ends_with(word) && !text[start + length..].starts_with(word)
}

fn stands_apart(text: &str, value: &str) -> bool {
    text.match_indices(value).any(|(start, _)| apart(text, start, value.len()))
}

fn replace_apart(text: &str, value: &str, placeholder: &str) -> String {
    let mut replaced = String::new();
    let mut from = 0;
    for (start, _) in text.match_indices(value) {
        // Not inside a placeholder, such as `[code 12]`.
        let inside = text[..start].rfind('[').is_some_and(|open| !text[open..start].contains(']'));
        if start >= from && apart(text, start, value.len()) && !inside {
            replaced.push_str(&text[from..start]);
            replaced.push_str(placeholder);
            from = start + value.len();
        }
    }
    replaced.push_str(&text[from..]);
    replaced
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    fn redactor() -> Redactor {
        let mut redactor = Redactor::new(Arc::default());
        redactor.learn("code", "0421");
        redactor.learn("password", "Kq7!secret\"word");
        redactor.learn("access_token", "tok-abcdefgh");
        redactor
    }

    #[rstest]
    #[case(r#"{"a":"tok-abcdefgh","n":421}"#, r#"{"a":"[access_token 1]","n":421}"#)]
    #[case(r#"{"m":"code 0421."}"#, r#"{"m":"code [code 1]."}"#)]
    #[case(r#"{"m":"10421"}"#, r#"{"m":"10421"}"#)]
    #[case(r#"{"id":"2e29d28a-6adc-0421-9047-0c1d2e3f4a5b"}"#, r#"{"id":"2e29d28a-6adc-0421-9047-0c1d2e3f4a5b"}"#)]
    #[case(r#"{"day":"0421-07-08"}"#, r#"{"day":"0421-07-08"}"#)]
    #[case("oops Kq7%21secret%22word", "oops [password 1]")]
    #[case("S3E3IXNlY3JldCJ3b3Jk", "[password 1]")]
    #[case("746F6B2D6162636465666768", "[access_token 1]")]
    #[case("\\u0074\\u006f\\u006b\\u002d\\u0061\\u0062\\u0063\\u0064\\u0065\\u0066\\u0067\\u0068", "[access_token 1]")]
    fn secrets_become_placeholders_in_every_form(#[case] body: &str, #[case] wanted: &str) {
        assert_eq!(redactor().body(body), wanted);
    }

    #[test]
    fn a_secret_within_a_longer_text_in_base64_leaves_nothing_of_itself() {
        for before in ["", "a", "ab", "abc", "user:"] {
            for after in ["", "z", "zz", "zzz"] {
                let encoded = BASE64_NOPAD.encode(format!("{before}tok-abcdefgh{after}").as_bytes());
                let shown = redactor().text(&encoded);
                assert!(shown.contains("[access_token 1]"), "{encoded}: {shown}");
                let left = shown.replace("[access_token 1]", "");
                assert!(left.len() <= encoded.len() - 12, "{encoded}: {shown}");
            }
        }
    }

    #[test]
    fn equal_values_have_equal_placeholders_in_every_flow() {
        let shared = Arc::new(Placeholders::default());
        let mut one = Redactor::new(shared.clone());
        one.learn("sid", "sid-000001");
        let mut two = Redactor::new(shared);
        two.learn("sid", "sid-000002");
        two.learn("sid", "sid-000001");
        assert_eq!(
            (one.text("sid-000001"), two.text("sid-000001 sid-000002")),
            ("[sid 1]".into(), "[sid 1] [sid 2]".into())
        );
    }

    #[test]
    fn a_secret_is_seen_inside_base64() {
        let sid = BASE64_NOPAD.encode(b"+97150:0421:ab12");
        let token = format!(
            "{}.{}.sig",
            BASE64URL_NOPAD.encode(br#"{"alg":"HS256"}"#),
            BASE64URL_NOPAD.encode(br#"{"otp":"0421"}"#)
        );
        let body = json!({ "sid": sid, "token": token, "other": BASE64_NOPAD.encode(b"1042199 and more") }).to_string();
        let places: Vec<_> = redactor().sightings(&[], &body).into_iter().map(|sighting| sighting.place).collect();
        assert_eq!(places, ["/sid", "/token"]);
    }

    #[test]
    fn a_sighting_says_where_and_how() {
        let headers = vec![("x-debug".to_owned(), "0421".to_owned()), ("content-length".to_owned(), "421".to_owned())];
        let body = json!({"code": 421, "text": ["it is 0421"], "id": "x0421"}).to_string();
        let places: Vec<_> = redactor().sightings(&headers, &body).into_iter().map(|s| (s.place, s.form)).collect();
        let wanted =
            [("header x-debug", SightingForm::Whole), ("/code", SightingForm::Number), ("/text/0", SightingForm::Part)];
        assert_eq!(places, wanted.map(|(place, form)| (place.to_owned(), form)));
    }
}
