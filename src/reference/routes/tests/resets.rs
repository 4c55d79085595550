//! Resetting and changing a password.

use super::{Bench, PASSWORD, PHONE, Person};
use rstest::rstest;
use serde_json::{Value, json};

const PUT: &str = "PUT /auth/password-reset";

#[test]
fn a_reset_needs_its_phone_verified() {
    let bench = Bench::new();
    let person = bench.complete(PHONE, json!({}));
    let reset = bench.reset(PHONE);
    let new = json!({"password": "new"});
    assert_eq!(bench.status(PUT, &reset.access, new.clone()), 401);
    for (name, body) in [
        ("GET /auth/user", Value::Null),
        ("PUT /auth/user", json!({"firstName": "Eve"})),
        ("PUT /auth/complete", json!({"firstName": "Eve"})),
    ] {
        assert_eq!(bench.status(name, &reset.access, body), 401, "{name}");
    }
    assert_eq!(bench.sign_in(PHONE, PASSWORD).0, 200);
    let refreshed = Person::from(&bench.ok("POST /auth/refresh", &reset.refresh, Value::Null));
    assert_eq!(bench.status(PUT, &refreshed.access, new.clone()), 401);
    bench.verify(&reset, PHONE);
    let tokens = Person::from(&bench.ok(PUT, &refreshed.access, new.clone()));
    assert!(bench.works(&tokens.access));
    assert_eq!(bench.sign_in(PHONE, PASSWORD).0, 401);
    assert_eq!(bench.sign_in(PHONE, "new").0, 200);
    assert!(!bench.works(&person.access));
    assert_eq!(bench.status("POST /auth/refresh", &person.refresh, Value::Null), 401);
    assert_eq!(bench.status(PUT, &refreshed.access, new), 401);
}

#[rstest]
#[case(json!({"password": "new", "old_password": PASSWORD}), 200)]
#[case(json!({"password": "new", "old_password": "wrong"}), 422)]
#[case(json!({"password": "new"}), 422)]
#[case(json!({"old_password": PASSWORD}), 422)]
#[case(json!({}), 422)]
fn a_change_takes_the_old_password(#[case] body: Value, #[case] status: u16) {
    let bench = Bench::new();
    let person = bench.complete(PHONE, json!({}));
    let other = Person::from(&bench.sign_in(PHONE, PASSWORD).1);
    assert_eq!(bench.status(PUT, &person.access, body), status);
    assert_eq!(bench.works(&other.access), status != 200);
    assert!(bench.works(&person.access));
    let expected = if status == 200 { 401 } else { 200 };
    assert_eq!(bench.sign_in(PHONE, PASSWORD).0, expected);
}

#[test]
fn an_unknown_phone_cannot_be_reset() {
    let bench = Bench::new();
    bench.signup(PHONE);
    for body in [
        json!({"grant_type": "reset", "phone": PHONE}),
        json!({"grant_type": "reset", "phone": "+971500000005"}),
        json!({"grant_type": "reset"}),
    ] {
        assert_eq!(bench.status("POST /auth/password-reset", "", body), 422);
    }
}
