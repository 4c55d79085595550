use std::sync::Arc;

use data_encoding::BASE64_NOPAD;
use rstest::rstest;
use serde_json::json;

use super::*;
use crate::runner::secrets::Secrets;

#[rstest]
#[case::first("0421-k2j4h5", true)]
#[case::last("k2j4h5_0421", true)]
#[case::between("k2-0421-h5", false)]
#[case::of_a_longer_number("04210-k2j4", false)]
#[case::beside_letters("0421k2j4h5", false)]
#[case::alone("0421", false)]
fn a_code_is_seen_at_an_end(#[case] text: &str, #[case] seen: bool) {
    assert_eq!(at_an_end(text, "0421"), seen);
}

fn redactor() -> Redactor {
    let mut secrets = Secrets::new(Arc::default());
    secrets.learn("code", "0421");
    secrets.learn("password", "Kq7!secret\"word");
    secrets.learn("access_token", "tok-abcdefgh");
    secrets.redactor()
}

fn seen(headers: &[(String, String)], body: &str) -> Vec<Sighting> {
    redactor().sightings(headers, body, serde_json::from_str(body).ok().as_ref())
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
    let mut redacted = body.to_owned();
    redactor().body(&mut redacted, serde_json::from_str(body).ok().as_mut());
    assert_eq!(redacted, wanted);
}

#[test]
fn a_secret_within_a_longer_text_in_base64_leaves_nothing_of_itself() {
    for before in ["", "a", "ab", "abc", "user:"] {
        for after in ["", "z", "zz", "zzz"] {
            let encoded = BASE64_NOPAD.encode(format!("{before}tok-abcdefgh{after}").as_bytes());
            let mut shown = encoded.clone();
            redactor().text(&mut shown);
            assert!(shown.contains("[access_token 1]"), "{encoded}: {shown}");
            let left = shown.replace("[access_token 1]", "");
            assert!(left.len() <= encoded.len() - 12, "{encoded}: {shown}");
        }
    }
}

#[rstest]
#[case::long_alone(r#"{"password":"tok-abcdefgh", "x" : null}"#, r#"{"password":"[access_token 1]", "x" : null}"#)]
#[case::short(r#"{"sms": "0421", "password": "tok-abcdefgh"}"#, r#"{"sms":"[code 1]","password":"[access_token 1]"}"#)]
#[case::number(r#"{"sms":421}"#, r#"{"sms":"[code 1]"}"#)]
#[case::number_in_a_list(r#"{"sms":["x", 421]}"#, r#"{"sms":["x","[code 1]"]}"#)]
#[case::bare_number("421", "\"[code 1]\"")]
#[case::escaped(r#"{"password":"\u0074ok-abcdefgh"}"#, r#"{"password":"[access_token 1]"}"#)]
#[case::no_json("password=tok-abcdefgh&sms=0421", "password=[access_token 1]&sms=[code 1]")]
fn requests_show_no_secret(#[case] body: &str, #[case] wanted: &str) {
    let mut redacted = body.to_owned();
    redactor().request(&mut redacted);
    assert_eq!(redacted, wanted);
}

#[test]
fn what_was_sent_hides_a_code_in_that_text_alone() {
    let mut secrets = Secrets::new(Arc::default());
    secrets.learn("code", "0421");
    secrets.own(&json!(["", "my 0421"]), &std::collections::BTreeMap::new());
    let redactor = secrets.redactor();
    let headers = [("x-debug".to_owned(), "0421".to_owned())];
    let body = json!({"sent": "my 0421", "text": "it is 0421"});
    let places = |body: &str, json: Option<&Value>| -> Vec<String> {
        redactor.sightings(&headers, body, json).into_iter().map(|sighting| sighting.place).collect()
    };
    assert_eq!(places(&body.to_string(), Some(&body)), ["header x-debug", "/text"]);
    assert_eq!(places("0421", None), ["header x-debug", "body"]);
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
    let places: Vec<_> = seen(&[], &body).into_iter().map(|sighting| sighting.place).collect();
    assert_eq!(places, ["/sid", "/token"]);
}

#[test]
fn a_sighting_says_where_and_how() {
    let headers = vec![("x-debug".to_owned(), "0421".to_owned()), ("content-length".to_owned(), "421".to_owned())];
    let body = json!({"code": 421, "text": ["it is 0421"], "id": "x0421"}).to_string();
    let places: Vec<_> = seen(&headers, &body).into_iter().map(|s| (s.place, s.form)).collect();
    let wanted =
        [("header x-debug", SightingForm::Short), ("/code", SightingForm::Number), ("/text/0", SightingForm::Part)];
    assert_eq!(places, wanted.map(|(place, form)| (place.to_owned(), form)));
}
