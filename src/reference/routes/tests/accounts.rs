//! Signup, guest, completion and the profile.

use super::{Bench, CLIENT, PASSWORD, PHONE};
use rstest::rstest;
use serde_json::{Value, json};

#[test]
fn a_signup_answers_with_every_key() {
    let bench = Bench::new();
    let body = json!({"grant_type": "create", "phone": PHONE, "type": "coach",
        "email": "a@example.test"});
    let answer = bench.ok("POST /auth/signup", "", body);
    let keys: Vec<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = [
        "access_token",
        "refresh_token",
        "token_type",
        "access_expire",
        "refresh_expire",
        "scopes",
        "type",
        "phone",
        "email",
        "verifed_phone",
        "verifed_email",
        "session",
    ];
    assert_eq!(keys, expected);
    assert_eq!(answer["type"], "coach");
    assert_eq!(answer["phone"], PHONE);
    assert_eq!(answer["email"], "a@example.test");
    assert_eq!(answer["access_expire"], 3_600);
}

#[test]
fn a_profile_has_every_key() {
    let bench = Bench::new();
    let person = bench.signup(PHONE);
    let profile = bench.profile(&person.access);
    assert_eq!(profile.as_object().unwrap().len(), 26);
    assert_eq!(profile["timezone"], "Asia/Dubai");
    assert_eq!(profile["verifiedPhone"], false);
    assert_eq!(profile, bench.profile(&person.access));
}

#[test]
fn guests_are_accounts_of_their_own() {
    let bench = Bench::new();
    let enter = || bench.ok("POST /auth/guest", "", json!({"grant_type": "create"}));
    let (one, two) = (enter(), enter());
    let id = |answer: &Value| bench.profile(answer["access_token"].as_str().unwrap())["id"].clone();
    assert_eq!(one["type"], "guest");
    assert_ne!(id(&one), id(&two));
    let token = one["access_token"].as_str().unwrap();
    assert_eq!(bench.status("PUT /auth/complete", token, json!({"password": "x"})), 422);
    assert_eq!(bench.status("POST /auth/verify/phone", token, json!({})), 422);
}

#[test]
fn completion_needs_the_phone_verified() {
    let bench = Bench::new();
    let person = bench.signup(PHONE);
    let body = json!({"password": PASSWORD, "username": "ann"});
    assert_eq!(bench.status("PUT /auth/complete", &person.access, body.clone()), 422);
    assert_eq!(bench.sign_in(PHONE, PASSWORD).0, 401);
    bench.verify(&person, PHONE);
    let tokens = bench.ok("PUT /auth/complete", &person.access, body);
    assert!(bench.works(tokens["access_token"].as_str().unwrap()));
    assert_eq!(bench.profile(&person.access)["username"], "ann");
    assert_eq!(bench.profile(&person.access)["verifiedPhone"], true);
}

#[rstest]
#[case("ann")]
#[case(PHONE)]
#[case("ann@example.test")]
fn signs_in_by_any_name(#[case] name: &str) {
    let bench = Bench::new();
    bench.complete(PHONE, json!({"username": "ann", "email": "ann@example.test"}));
    assert_eq!(bench.sign_in(name, PASSWORD).0, 200);
    let wrong = bench.sign_in(name, "wrong");
    assert_eq!(wrong, bench.sign_in("nobody", PASSWORD));
    assert_eq!(wrong.1["error"], "auth_bad_credentials");
}

#[rstest]
#[case(json!({"username": "ann"}))]
#[case(json!({"email": "ANN@example.test"}))]
fn names_belong_to_one_account(#[case] body: Value) {
    let bench = Bench::new();
    bench.complete(PHONE, json!({"username": "ann", "email": "ann@example.test"}));
    let other = bench.complete("+971500000002", json!({}));
    assert_eq!(bench.status("PUT /auth/complete", &other.access, body), 422);
}

#[test]
fn a_known_phone_gives_no_access() {
    let bench = Bench::new();
    let first = bench.signup("+971500000009");
    bench.complete(PHONE, json!({}));
    let body = json!({"grant_type": "create", "phone": PHONE, "type": "client"});
    assert_eq!(bench.status("POST /auth/signup", "", body), 422);
    let second = bench.signup("+971500000009");
    bench.verify(&first, "+971500000009");
    bench.ok("PUT /auth/complete", &first.access, json!({"password": PASSWORD}));
    bench.verify(&second, "+971500000009");
    let body = json!({"password": "other"});
    assert_eq!(bench.status("PUT /auth/complete", &second.access, body), 422);
    assert_eq!(bench.sign_in("+971500000009", PASSWORD).0, 200);
}

#[rstest]
#[case(json!({"password": "new"}), 422)]
#[case(json!({"password": "new", "oldPassword": "wrong"}), 422)]
#[case(json!({"password": "new", "oldPassword": PASSWORD}), 200)]
#[case(json!({"firstName": "Ann"}), 200)]
fn replacing_a_password_takes_the_old_one(#[case] body: Value, #[case] status: u16) {
    let bench = Bench::new();
    let person = bench.complete(PHONE, json!({}));
    let replaces = status == 200 && body.get("password").is_some();
    assert_eq!(bench.status("PUT /auth/complete", &person.access, body), status);
    let (old, new) = if replaces { (401, 200) } else { (200, 401) };
    assert_eq!(bench.sign_in(PHONE, PASSWORD).0, old);
    assert_eq!(bench.sign_in(PHONE, "new").0, new);
}

#[test]
fn a_profile_keeps_what_was_written() {
    let bench = Bench::new();
    let person = bench.complete(PHONE, json!({"lastName": "Lee"}));
    let before = bench.profile(&person.access);
    let given = json!({"gender": "female", "birthDate": "2000-07-08",
        "firstName": "Ann \u{1F600} <b>'\"\u{0}", "description": "x".repeat(1_000),
        "languages": ["en", "ar"], "experience": 3, "requiresParking": true});
    let mut sent = given.clone();
    sent["id"] = json!("00000000-0000-4000-8000-000000000000");
    sent["type"] = json!("studio");
    sent["verifiedEmail"] = json!(true);
    sent["verified"] = json!(true);
    let answer = bench.ok("PUT /auth/user", &person.access, sent);
    assert_eq!(answer, bench.profile(&person.access));
    for (name, value) in given.as_object().unwrap() {
        assert_eq!(&answer[name], value, "{name}");
    }
    for name in ["id", "type", "verifiedEmail", "verified", "lastName", "timezone"] {
        assert_eq!(answer[name], before[name], "{name}");
    }
}

#[test]
fn client_credentials_are_checked() {
    let bench = Bench::new();
    bench.complete(PHONE, json!({}));
    let other = "00000000-0000-4000-8000-000000000000";
    for (path, body) in [
        ("POST /auth/token", json!({"username": PHONE, "password": PASSWORD})),
        ("POST /auth/guest", json!({"grant_type": "create"})),
        ("POST /auth/signup", json!({"grant_type": "create", "type": "client"})),
        ("POST /auth/password-reset", json!({"grant_type": "reset", "phone": PHONE})),
    ] {
        for (id, secret, expected) in [
            (other, None, "auth_bad_client_credentials"),
            (CLIENT, Some("wrong"), "auth_bad_client_credentials"),
            ("no uuid", None, "422"),
        ] {
            let mut body = body.clone();
            body["client_id"] = json!(id);
            body["client_secret"] = json!(secret);
            assert_eq!(bench.error(path, "", body), expected, "{path} {id}");
        }
        assert_eq!(bench.status(path, "", body), 200, "{path}");
    }
}
