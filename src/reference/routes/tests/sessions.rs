//! Tokens: issuing, expiry, refresh, logout.

use super::{Bench, PASSWORD, PHONE, Person};
use rstest::rstest;
use serde_json::{Value, json};

const BEARER_OPERATIONS: [&str; 9] = [
    "POST /auth/logout",
    "PUT /auth/password-reset",
    "POST /auth/verify/phone",
    "PUT /auth/verify/phone",
    "POST /auth/verify/phone/check",
    "POST /auth/verify/email",
    "PUT /auth/complete",
    "GET /auth/user",
    "PUT /auth/user",
];

#[test]
fn every_bearer_operation_refuses_a_bad_token() {
    let bench = Bench::new();
    let person = bench.signup(PHONE);
    for name in BEARER_OPERATIONS.into_iter().chain(["POST /auth/refresh"]) {
        let other_kind = if name == "POST /auth/refresh" { &person.access } else { &person.refresh };
        for value in [
            String::new(),
            "Bearer".to_owned(),
            "Bearer never-issued".to_owned(),
            format!("Basic {}", person.access),
            format!("Bearer {other_kind}"),
        ] {
            let headers = [("authorization", value.as_str())];
            let headers = if value.is_empty() { &[] } else { &headers[..] };
            let reply = bench.raw(name, headers, b"");
            assert_eq!(reply.status, 401, "{name} {value}");
            let challenge = ("www-authenticate", "Bearer".to_owned());
            assert!(reply.headers.contains(&challenge), "{name}");
        }
    }
}

#[test]
fn tokens_end_when_they_say() {
    let bench = Bench::new();
    let person = bench.complete(PHONE, json!({}));
    bench.advance(3_600 * 9 / 10);
    assert!(bench.works(&person.access));
    bench.advance(3_600 / 10 + 1);
    assert!(!bench.works(&person.access));
    let tokens = Person::from(&bench.ok("POST /auth/refresh", &person.refresh, Value::Null));
    assert!(bench.works(&tokens.access));
    bench.advance(30 * 24 * 3_600);
    assert_eq!(bench.status("POST /auth/refresh", &tokens.refresh, Value::Null), 401);
}

#[test]
fn a_refresh_rotates() {
    let bench = Bench::new();
    let person = bench.complete(PHONE, json!({}));
    let tokens = Person::from(&bench.ok("POST /auth/refresh", &person.refresh, Value::Null));
    assert!(bench.works(&tokens.access));
    assert_ne!(tokens.refresh, person.refresh);
    let again = bench.error("POST /auth/refresh", &person.refresh, Value::Null);
    assert_eq!(again, "auth_bad_credentials");
    assert_eq!(bench.status("POST /auth/refresh", &tokens.refresh, Value::Null), 200);
}

#[test]
fn a_logout_ends_its_session_only() {
    let bench = Bench::new();
    let person = bench.complete(PHONE, json!({}));
    let other = Person::from(&bench.sign_in(PHONE, PASSWORD).1);
    bench.ok("POST /auth/logout", &other.access, Value::Null);
    assert!(!bench.works(&other.access));
    assert_eq!(bench.status("POST /auth/refresh", &other.refresh, Value::Null), 401);
    assert!(bench.works(&person.access));
}

#[test]
fn answers_with_tokens_are_not_stored() {
    let bench = Bench::new();
    let body = json!({"grant_type": "create"});
    let reply = bench.reply("POST /auth/guest", "", &body);
    let no_store = ("cache-control", "no-store".to_owned());
    assert!(reply.headers.contains(&no_store));
}

#[rstest]
#[case("GET /auth/token", 405)]
#[case("DELETE /auth/user", 405)]
#[case("PATCH /auth/user", 405)]
#[case("POST /auth/complete", 405)]
#[case("OPTIONS /auth/user", 204)]
#[case("HEAD /auth/token", 405)]
#[case("HEAD /auth/verify/email", 405)]
#[case("HEAD /auth/user", 401)]
#[case("GET /auth/nothing", 404)]
#[case("GET /auth/user/", 404)]
#[case("GET /elsewhere", 404)]
#[case("GET /_test/nothing", 404)]
fn methods_and_paths(#[case] name: &str, #[case] status: u16) {
    assert_eq!(Bench::new().raw(name, &[], b"").status, status);
}
