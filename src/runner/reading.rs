//! What is kept of an answer: its text where it can be read, its beginning where it is long, or why it is no usable
//! answer. Nothing is decompressed, and what is kept of a whole run is bounded.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::http::RawAnswer;
use super::odd_json::{tamed, without_halves};
use crate::exchange::{Body, FailureKind, Outcome, Response, TransportFailure};
use crate::pointer;

/// How much is kept of what is not kept whole.
const KEPT_START_BYTES: usize = 1024;
/// An answer shorter than this is kept in any case: it has room for two tokens as long as common servers take them in a
/// header (8 KiB).
const SMALL_BYTES: usize = 20 * 1024;
/// Room for all longer answers of a run together.
const ROOM_BYTES: usize = 2 * 1024 * 1024;
/// So many names that stand twice are noted of one answer.
const REPEATED: usize = 10;

/// The room that is left for long answers.
#[derive(Debug)]
pub struct Room(AtomicUsize);

impl Default for Room {
    fn default() -> Self {
        Self(AtomicUsize::new(ROOM_BYTES))
    }
}

impl Room {
    fn take(&self, bytes: usize) -> bool {
        bytes <= SMALL_BYTES
            || self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(bytes)).is_ok()
    }
}

/// What came of a request that was answered.
pub fn outcome(answer: RawAnswer, room: &Room) -> Outcome {
    match response(answer, room) {
        Ok(response) => Outcome::Answer(response),
        Err(failure) => Outcome::Failure(failure),
    }
}

fn response(answer: RawAnswer, room: &Room) -> Result<Response, TransportFailure> {
    let RawAnswer { status, headers, body, length, .. } = answer;
    let size = body.len() + headers.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
    let coding = headers.iter().find(|(name, _)| name == "content-encoding").map(|(_, value)| value.trim());
    if let Some(coding) = coding.filter(|coding| !coding.eq_ignore_ascii_case("identity") && !body.is_empty()) {
        let coding: String = coding.chars().take(40).collect();
        return Err(unreadable(format!(
            "its body is coded (`content-encoding: {coding}`) although the request takes `identity` only; nothing is \
             decoded"
        )));
    }
    if length > body.len() {
        // Whether something was refused, the status tells; what it was accepted with, only the body could.
        if (200..300).contains(&status) {
            let message = format!("status {status}, and its body of {length} bytes is longer than what is looked at");
            return Err(TransportFailure { kind: FailureKind::TooLarge, message });
        }
        let body = Body::Shortened { bytes: length, start: start(&body) };
        return Ok(Response::new(status, headers, body));
    }
    if !room.take(size) {
        let message = format!(
            "status {status}, and with it the long answers of this run are more than {} MiB",
            ROOM_BYTES / 1024 / 1024
        );
        return Err(TransportFailure { kind: FailureKind::TooLarge, message });
    }
    let text = match String::from_utf8(body) {
        Ok(text) => text,
        Err(error) => {
            let bytes = error.as_bytes();
            let body = Body::Binary { bytes: bytes.len(), lossy: start(bytes) };
            return Ok(Response::new(status, headers, body));
        }
    };
    let text = without_halves(text);
    let (text, json) = match parsed(&text) {
        Ok(json) => (text, json),
        // A refusal may repeat the input that it is about, however odd.
        Err(_) if (400..500).contains(&status) => {
            let tamed = tamed(&text);
            let json = parsed(&tamed).unwrap_or_default();
            (tamed, json)
        }
        Err(limit) => return Err(unreadable(format!("status {status}, and its body is JSON that {limit}"))),
    };
    Ok(match json {
        // What stands under a name before the last time is nowhere looked at, so it must not be shown either: it could be
        // a secret that nobody knows.
        Some((json, repeated)) => {
            let text = if repeated.is_empty() { text } else { json.to_string() };
            Response::of_json(status, headers, (text, json), repeated)
        }
        None => Response::new(status, headers, Body::Text(text)),
    })
}

fn unreadable(message: String) -> TransportFailure {
    TransportFailure { kind: FailureKind::Unreadable, message }
}

/// The beginning of a body as text.
pub fn start(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(KEPT_START_BYTES)]).into_owned()
}

/// A JSON object or array, and JSON Pointers to the names that stand more than once in an object; nothing where the text is
/// neither.
///
/// The error is what in JSON is beyond what this tool reads, in words.
fn parsed(text: &str) -> Result<Option<(Value, Vec<String>)>, String> {
    if !text.trim_start().starts_with(['{', '[']) {
        return Ok(None);
    }
    let mut names = Names { at: String::new(), repeated: Vec::new() };
    let mut json = serde_json::Deserializer::from_str(text);
    match Here(&mut names).deserialize(&mut json).and_then(|value| json.end().map(|()| value)) {
        Ok(value) => Ok(Some((value, names.repeated))),
        Err(error) => {
            let message = error.to_string();
            let place = format!("(line {}, column {})", error.line(), error.column());
            if message.starts_with("recursion limit exceeded") {
                Err(format!("is nested deeper than 128 levels {place}"))
            } else if message.starts_with("number out of range") {
                Err(format!("holds a number that is out of range {place}"))
            } else {
                Ok(None)
            }
        }
    }
}

struct Names {
    at: String,
    repeated: Vec<String>,
}

/// Reads one value.
struct Here<'n>(&'n mut Names);

impl<'de> DeserializeSeed<'de> for Here<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Here<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let length = self.0.at.len();
        let mut list = Vec::new();
        loop {
            self.0.at.push_str(&format!("/{}", list.len()));
            let item = items.next_element_seed(Here(self.0))?;
            self.0.at.truncate(length);
            match item {
                Some(item) => list.push(item),
                None => return Ok(list.into()),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let length = self.0.at.len();
        let mut object = Map::new();
        while let Some(name) = fields.next_key::<String>()? {
            pointer::push(&mut self.0.at, &name);
            let value = fields.next_value_seed(Here(self.0))?;
            let again = object.insert(name, value).is_some();
            if again && self.0.repeated.len() < REPEATED && !self.0.repeated.contains(&self.0.at) {
                self.0.repeated.push(self.0.at.clone());
            }
            self.0.at.truncate(length);
        }
        Ok(object.into())
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn answer(status: u16, headers: &[(&str, &str)], body: &[u8]) -> RawAnswer {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        RawAnswer { status, headers, body: body.to_vec(), length: body.len(), http1: true, from: None }
    }

    fn failed(outcome: Outcome) -> TransportFailure {
        match outcome {
            Outcome::Failure(failure) => failure,
            Outcome::Answer(answer) => panic!("{answer:?}"),
        }
    }

    #[rstest]
    #[case::none(r#"{"a":1,"b":{"a":2}}"#, &[])]
    #[case::twice(r#"{"a":1,"a":2,"a":3}"#, &["/a"])]
    #[case::escaped(r#"{"a":1,"\u0061":2}"#, &["/a"])]
    #[case::below(r#"[{"x":{"a/b":1,"a/b":1}},{"y":1,"y":2}]"#, &["/0/x/a~1b", "/1/y"])]
    #[case::no_json(r#"{"a":1,"a":"#, &[])]
    #[case::no_object("17", &[])]
    fn names_that_stand_twice_are_noted(#[case] text: &str, #[case] pointers: &[&str]) {
        let repeated = parsed(text).expect("nothing beyond measure").map(|(_, repeated)| repeated);
        assert_eq!(repeated.unwrap_or_default(), pointers);
    }

    #[rstest]
    #[case(r#"{"z":[1,-2,2.5,true,null,"\u00e9\n"],"a":{"":{}},"b":18446744073709551615}"#)]
    #[case(r#" [ [], {"x": 1e3}, -0.0 ] "#)]
    #[case(r#"{"a":1,"b":2,"a":{"c":3}}"#)]
    fn json_is_what_it_is_to_everybody(#[case] text: &str) {
        let (json, _) = parsed(text).expect("nothing beyond measure").expect("JSON");
        assert_eq!(json.to_string(), serde_json::from_str::<Value>(text).expect("JSON").to_string());
    }

    #[test]
    fn a_refusal_that_repeats_odd_input_is_read_all_the_same() {
        let deep = format!("{}{}", "[{\"b\":".repeat(2_000) + "1", "}]".repeat(2_000));
        let number = "9".repeat(400);
        let text = format!(r#"{{"detail":[{{"input":{deep}}},{{"input":{number},"msg":"é"}}]}}"#);
        let Outcome::Answer(kept) = outcome(answer(422, &[], text.as_bytes()), &Room::default()) else {
            panic!("no answer")
        };
        let json = kept.json().expect("JSON");
        assert_eq!(json.pointer("/detail/1/msg"), Some(&Value::from("é")));
    }

    #[test]
    fn of_a_name_that_stands_twice_only_the_last_value_is_kept() {
        let Outcome::Answer(kept) = outcome(answer(200, &[], br#"{"a":"secret","a":null}"#), &Room::default()) else {
            panic!("no answer")
        };
        assert_eq!((kept.body(), &kept.repeated), (&Body::Text(r#"{"a":null}"#.to_owned()), &vec!["/a".to_owned()]));
    }

    #[rstest]
    #[case::coded(answer(200, &[("content-encoding", "gzip")], b"\x1f\x8b"), FailureKind::Unreadable, "coded (`content-encoding: gzip`)")]
    #[case::deep(answer(200, &[], "[".repeat(9_000).as_bytes()), FailureKind::Unreadable, "nested deeper than 128 levels (line 1, column 128)")]
    #[case::huge_number(answer(200, &[], br#"{"a":1e999}"#), FailureKind::Unreadable, "number that is out of range (line 1, column 10)")]
    #[case::long(RawAnswer { length: 99, ..answer(200, &[], b"{}") }, FailureKind::TooLarge, "its body of 99 bytes")]
    fn what_cannot_be_read_is_no_usable_answer(
        #[case] answer: RawAnswer,
        #[case] kind: FailureKind,
        #[case] words: &str,
    ) {
        let failure = failed(outcome(answer, &Room::default()));
        assert_eq!(failure.kind, kind);
        assert!(failure.message.contains(words), "{}", failure.message);
    }

    #[rstest]
    #[case::identity(answer(200, &[("content-encoding", "identity")], b"{}"), Body::Text("{}".to_owned()))]
    #[case::coded_nothing(answer(204, &[("content-encoding", "br")], b""), Body::Text(String::new()))]
    #[case::long_integer(answer(200, &[], b"{\"a\":123456789012345678901234567890}"), Body::Text("{\"a\":123456789012345678901234567890}".to_owned()))]
    #[case::latin(answer(200, &[], b"caf\xe9"), Body::Binary { bytes: 4, lossy: "caf\u{fffd}".to_owned() })]
    #[case::long_refusal(RawAnswer { length: 99, ..answer(400, &[], b"ab") }, Body::Shortened { bytes: 99, start: "ab".to_owned() })]
    fn the_rest_is_kept_as_it_is(#[case] answer: RawAnswer, #[case] body: Body) {
        let Outcome::Answer(kept) = outcome(answer, &Room::default()) else { panic!("no answer") };
        assert_eq!(kept.body(), &body);
    }

    #[test]
    fn the_room_for_long_answers_ends_and_short_ones_still_fit() {
        let room = Room(AtomicUsize::new(35_000));
        let long = || answer(200, &[], "x".repeat(21_000).as_bytes());
        assert!(matches!(outcome(long(), &room), Outcome::Answer(_)));
        assert_eq!(failed(outcome(long(), &room)).kind, FailureKind::TooLarge);
        assert!(matches!(outcome(answer(200, &[], b"{}"), &room), Outcome::Answer(_)));
    }
}
