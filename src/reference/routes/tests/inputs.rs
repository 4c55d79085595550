//! Input that is wrong, in form or in content.

use super::{Bench, PASSWORD, PHONE};
use rstest::rstest;
use serde_json::{Value, json};

#[rstest]
#[case("{", "application/json", 422)]
#[case("[]", "application/json", 422)]
#[case("", "application/json", 422)]
#[case("{}", "application/json", 422)]
#[case("{\"grant_type\": \"create\"}", "text/plain", 415)]
#[case("{\"grant_type\": \"create\"}", "application/json; charset=utf-8", 200)]
#[case("grant_type=create", "application/x-www-form-urlencoded", 200)]
#[case("grant_type=other", "application/x-www-form-urlencoded", 422)]
fn bodies_of_a_guest(#[case] body: &str, #[case] media_type: &str, #[case] status: u16) {
    let headers = [("content-type", media_type)];
    let reply = Bench::new().raw("POST /auth/guest", &headers, body.as_bytes());
    assert_eq!(reply.status, status);
}

#[test]
fn signs_in_by_form() {
    let bench = Bench::new();
    bench.complete(PHONE, json!({}));
    let body = format!("grant_type=password&username=%2B{}&password=Tr0ub4dor%263", &PHONE[1..]);
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let reply = bench.raw("POST /auth/token", &headers, body.as_bytes());
    assert_eq!(reply.status, 200);
}

#[rstest]
#[case(json!({"type": "client"}), "grant_type")]
#[case(json!({"grant_type": "delete", "type": "client"}), "grant_type")]
#[case(json!({"grant_type": 1, "type": "client"}), "grant_type")]
#[case(json!({"grant_type": "create"}), "type")]
#[case(json!({"grant_type": "create", "type": "guest"}), "type")]
#[case(json!({"grant_type": "create", "type": null}), "type")]
#[case(json!({"grant_type": "create", "type": "client", "phone": "0501234567"}), "phone")]
#[case(json!({"grant_type": "create", "type": "client", "phone": 971_500_000_001_u64}), "phone")]
#[case(json!({"grant_type": "create", "type": "client", "email": "a"}), "email")]
#[case(json!({"grant_type": "create", "type": "client", "client_id": "a"}), "client_id")]
#[case(json!({"grant_type": "create", "type": "client", "timezone": 4}), "timezone")]
fn a_signup_names_the_field(#[case] body: Value, #[case] field: &str) {
    let (status, answer) = Bench::new().call("POST /auth/signup", "", body);
    assert_eq!(status, 422);
    assert_eq!(answer["detail"][0]["loc"], json!(["body", field]));
    assert!(answer["detail"][0]["msg"].is_string());
    assert!(answer["detail"][0]["type"].is_string());
}

#[rstest]
#[case(json!({"birthDate": "2000-13-45"}))]
#[case(json!({"birthDate": 20_000_708}))]
#[case(json!({"experience": "three"}))]
#[case(json!({"experience": true}))]
#[case(json!({"experience": 1.5}))]
#[case(json!({"languages": "en"}))]
#[case(json!({"languages": [1]}))]
#[case(json!({"requiresParking": "maybe"}))]
#[case(json!({"requiresParking": 1}))]
#[case(json!({"firstName": []}))]
#[case(json!({"gender": {}}))]
fn a_profile_refuses_malformed_values(#[case] body: Value) {
    let bench = Bench::new();
    let person = bench.signup(PHONE);
    let before = bench.profile(&person.access);
    assert_eq!(bench.status("PUT /auth/user", &person.access, body), 422);
    assert_eq!(bench.profile(&person.access), before);
}

#[rstest]
#[case(json!({"username": PHONE}))]
#[case(json!({"password": PASSWORD}))]
#[case(json!({"username": 1, "password": 2}))]
#[case(json!({"username": PHONE, "password": PASSWORD, "grant_type": "implicit"}))]
fn token_refuses_bad_input(#[case] body: Value) {
    let bench = Bench::new();
    bench.complete(PHONE, json!({}));
    let (status, answer) = bench.call("POST /auth/token", "", body);
    assert_eq!(status, 422);
    assert!(!answer.to_string().contains(PASSWORD));
}

#[test]
fn an_empty_body_will_do_where_nothing_is_required() {
    let bench = Bench::new();
    let person = bench.signup(PHONE);
    let session = bench.reply("POST /auth/verify/phone", &person.access, &Value::Null);
    assert_eq!(session.status, 200);
    let profile = bench.reply("PUT /auth/user", &person.access, &Value::Null);
    assert_eq!(profile.status, 200);
}
