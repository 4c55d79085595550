//! Bodies to field values: JSON or a form, complete or refused.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::errors::{Problem, Refusal};
use super::faults;
use super::request::Request;
use super::switches::Switches;
use super::variants::Variant;

/// The values that came with a request.
#[derive(Debug, Default)]
pub(super) struct Input {
    pub(super) values: Map<String, Value>,
    /// They came from a form, where everything is text.
    pub(super) form: bool,
}

/// Reads the body; `forms` says whether this operation takes form input.
pub(super) fn read(request: &Request, switches: Switches, forms: bool) -> Result<Input, Refusal> {
    if request.body.is_empty() {
        return Ok(Input::default());
    }
    let media_type = request.media_type();
    if request.names_parameter() && switches.fault(&faults::CHARSET_REFUSED) {
        return Err(Refusal::UnsupportedMedia);
    }
    match media_type.as_deref() {
        None | Some("application/json") => json(&request.body, switches),
        Some(named) if named.starts_with("application/") && named.ends_with("+json") => json(&request.body, switches),
        Some("application/x-www-form-urlencoded") if forms => form(&request.body, switches),
        Some(_) if switches.variant(Variant::WrongMediaTypeInvalid) => {
            Err(Refusal::invalid(Problem::body("media_type", "Input should be JSON")))
        }
        Some(_) => Err(Refusal::UnsupportedMedia),
    }
}

fn json(body: &[u8], switches: Switches) -> Result<Input, Refusal> {
    let invalid = |_| Refusal::invalid(Problem::body("json_invalid", "JSON decode error"));
    if switches.variant(Variant::DuplicateKeysRefused) {
        serde_json::from_slice::<Distinct>(body).map_err(invalid)?;
    }
    let parsed = serde_json::from_slice(body);
    let value = if parsed.is_err() && switches.fault(&faults::MALFORMED_JSON_MENDED) {
        mended(body)
    } else {
        parsed.map_err(invalid)?
    };
    match value {
        Value::Object(values) => Ok(Input { values, form: false }),
        Value::Array(items) if switches.fault(&faults::ARRAY_BODY_TAKEN) => {
            let objects = items.into_iter().filter_map(|item| match item {
                Value::Object(values) => Some(values),
                _ => None,
            });
            let values = objects.into_iter().next().unwrap_or_default();
            Ok(Input { values, form: false })
        }
        _ => Err(Refusal::invalid(Problem::body("model_attributes_type", "Input should be a valid object"))),
    }
}

/// What the longest beginning of malformed JSON would be with its end put right.
fn mended(body: &[u8]) -> Value {
    let text = String::from_utf8_lossy(body).replace('\'', "\"");
    let starts = text.char_indices().rev().map(|(end, _)| &text[..end]);
    let mut candidates = std::iter::once(text.as_str()).chain(starts).flat_map(|start| {
        let start = start.trim_end_matches([',', ' ']);
        ["", "}", "\"}"].map(|end| format!("{start}{end}"))
    });
    let found = candidates.find_map(|text| serde_json::from_str(&text).ok());
    found.unwrap_or_default()
}

/// A field given more than once becomes an array of its values.
fn form(body: &[u8], switches: Switches) -> Result<Input, Refusal> {
    let mut values: Map<String, Value> = Map::new();
    for pair in body.split(|byte| *byte == b'&') {
        if pair.is_empty() {
            continue;
        }
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let decoded = |half: Option<&[u8]>| {
            let half = half.unwrap_or_default();
            if switches.fault(&faults::TOKEN_FORM_NOT_DECODED) {
                return Some(String::from_utf8_lossy(half).into_owned());
            }
            percent_decoded(half)
        };
        let (Some(name), Some(value)) = (decoded(halves.next()), decoded(halves.next())) else {
            if switches.fault(&faults::UNDECODABLE_FORM_500) {
                return Err(Refusal::Crash);
            }
            let problem = Problem::body("form_invalid", "Form decode error");
            return Err(Refusal::invalid(problem));
        };
        let value = Value::String(value);
        match values.get_mut(&name) {
            None => {
                values.insert(name, value);
            }
            Some(Value::Array(items)) => items.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
    Ok(Input { values, form: true })
}

fn percent_decoded(text: &[u8]) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || char::from(*rest.next()?).to_digit(16);
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            byte => *byte,
        });
    }
    String::from_utf8(bytes).ok()
}

/// Any JSON value none of whose objects repeats a key.
struct Distinct;

impl<'de> Deserialize<'de> for Distinct {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DistinctVisitor)
    }
}

struct DistinctVisitor;

impl<'de> Visitor<'de> for DistinctVisitor {
    type Value = Distinct;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Distinct, E> {
        Ok(Distinct)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Distinct, E> {
        Ok(Distinct)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Distinct, E> {
        Ok(Distinct)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Distinct, E> {
        Ok(Distinct)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Distinct, E> {
        Ok(Distinct)
    }

    fn visit_str<E>(self, _: &str) -> Result<Distinct, E> {
        Ok(Distinct)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Distinct, A::Error> {
        while items.next_element::<Distinct>()?.is_some() {}
        Ok(Distinct)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Distinct, A::Error> {
        let mut keys = HashSet::new();
        while let Some((key, Distinct)) = entries.next_entry::<String, Distinct>()? {
            if !keys.insert(key) {
                return Err(A::Error::custom("repeated key"));
            }
        }
        Ok(Distinct)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case(b"{}", true)]
    #[case(b"{\"a\": 1, \"a\": 2}", true)]
    #[case(b"[]", false)]
    #[case(b"3", false)]
    #[case(b"null", false)]
    #[case(b"{", false)]
    #[case(b"{\"a\": 1,}", false)]
    #[case(b"{\"a\": NaN}", false)]
    #[case(b"\xef\xbb\xbf{}", false)]
    #[case(b"{\"a\": \"\xff\"}", false)]
    #[case(b"{\"a\": \"\\ud800\"}", false)]
    fn json_bodies(#[case] body: &[u8], #[case] taken: bool) {
        assert_eq!(json(body, Switches::default()).is_ok(), taken);
    }

    #[test]
    fn deep_nesting_is_refused() {
        let body = format!("{{\"a\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(json(body.as_bytes(), Switches::default()).is_err());
    }

    #[test]
    fn repeated_keys_can_be_refused() {
        let strict = Switches::new([Variant::DuplicateKeysRefused].into_iter().collect(), None);
        assert!(json(br#"{"a": {"b": 1, "b": 2}}"#, strict).is_err());
        assert!(json(br#"{"a": {"b": [1, null, 2.5, -1, true, "x"]}}"#, strict).is_ok());
    }

    #[test]
    fn forms_are_decoded() {
        let input = form(b"a=1+%2B2&b=%C3%A9&b=&c", Switches::default()).unwrap();
        let expected = json!({"a": "1 +2", "b": ["é", ""], "c": ""});
        assert_eq!(Value::Object(input.values), expected);
        assert!(form(b"a=%ff", Switches::default()).is_err());
        assert!(form(b"a=%f", Switches::default()).is_err());
    }
}
