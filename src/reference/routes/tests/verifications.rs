//! Phone and email verification.

use super::{Bench, PASSWORD, PHONE, Person};
use rstest::rstest;
use serde_json::{Value, json};

const POST: &str = "POST /auth/verify/phone";
const PUT: &str = "PUT /auth/verify/phone";

#[test]
fn the_right_code_verifies_once() {
    let bench = Bench::new();
    let person = bench.signup(PHONE);
    let sid = bench.sid(&person);
    let code = bench.last_code(PHONE);
    let body = json!({"sid": sid, "code": code});
    let answer = bench.ok(PUT, &person.access, body.clone());
    assert!(answer["status"].is_string());
    assert_eq!(bench.profile(&person.access)["verifiedPhone"], true);
    let again = bench.error(PUT, &person.access, body);
    assert_eq!(again, "auth_user_phone_invalid_code");
    let session = json!({"session": person.session});
    let error = bench.error(POST, &person.access, session);
    assert_eq!(error, "auth_user_phone_already_verified");
}

#[test]
fn an_integer_code_is_filled_up() {
    let bench = Bench::new();
    let leading = (0..10_000).find_map(|number| {
        let phone = format!("+9715{number:07}");
        let person = bench.signup(&phone);
        let sid = bench.sid(&person);
        let code = bench.last_code(&phone);
        code.starts_with('0').then_some((person, sid, code))
    });
    let (person, sid, code) = leading.unwrap();
    let number: u32 = code.parse().unwrap();
    bench.ok(PUT, &person.access, json!({"sid": sid, "code": number}));
}

#[test]
fn a_code_has_one_attempt() {
    let bench = Bench::new();
    let person = bench.signup(PHONE);
    let sid = bench.sid(&person);
    let wrong = json!({"sid": sid, "code": bench.wrong_code(PHONE)});
    assert_eq!(bench.error(PUT, &person.access, wrong), "auth_user_phone_invalid_code");
    let right = json!({"sid": sid, "code": bench.last_code(PHONE)});
    assert_eq!(bench.error(PUT, &person.access, right), "auth_user_phone_invalid_code");
    assert_eq!(bench.profile(&person.access)["verifiedPhone"], false);
}

#[rstest]
#[case(json!(""), "auth_user_phone_empty_code")]
#[case(json!(null), "auth_user_phone_empty_code")]
#[case(json!("abcd"), "422")]
#[case(json!([]), "422")]
fn odd_codes_leave_the_attempt(#[case] code: Value, #[case] error: &str) {
    let bench = Bench::new();
    let person = bench.signup(PHONE);
    let sid = bench.sid(&person);
    let body = json!({"sid": sid, "code": code});
    assert_eq!(bench.error(PUT, &person.access, body), error);
    let right = json!({"sid": sid, "code": bench.last_code(PHONE)});
    bench.ok(PUT, &person.access, right);
}

#[test]
fn a_code_expires_and_a_newer_one_takes_its_place() {
    let bench = Bench::new();
    let person = bench.signup(PHONE);
    let first = bench.sid(&person);
    let code = bench.last_code(PHONE);
    bench.advance(60);
    let second = bench.sid(&person);
    assert_ne!(first, second);
    let body = json!({"sid": first, "code": code});
    assert_eq!(bench.status(PUT, &person.access, body), 400);
    bench.advance(601);
    let body = json!({"sid": second, "code": bench.last_code(PHONE)});
    assert_eq!(bench.status(PUT, &person.access, body), 400);
}

#[test]
fn sending_waits_and_ends() {
    let bench = Bench::new();
    let person = bench.signup(PHONE);
    let body = json!({"session": person.session});
    for _ in 0..5 {
        bench.sid(&person);
        let (_, answer) = bench.call(POST, &person.access, body.clone());
        assert_eq!(answer["message"], "Please wait 60 seconds for next request");
        bench.advance(60);
    }
    let error = bench.error(POST, &person.access, body);
    assert_eq!(error, "auth_user_attempt_retry_blocked");
}

#[test]
fn guessing_ends() {
    let bench = Bench::new();
    let person = bench.signup(PHONE);
    let sid = bench.sid(&person);
    let wrong = json!({"sid": sid, "code": bench.wrong_code(PHONE)});
    for _ in 0..5 {
        let error = bench.error(PUT, &person.access, wrong.clone());
        assert_eq!(error, "auth_user_phone_invalid_code");
    }
    let (status, answer) = bench.call(PUT, &person.access, wrong);
    assert_eq!((status, &answer["error"]), (401, &json!("auth_user_attempt_blocked")));
}

#[test]
fn sessions_and_sids_of_others_are_no_use() {
    let bench = Bench::new();
    let (one, two) = (bench.signup(PHONE), bench.signup("+971500000002"));
    let body = json!({"session": one.session});
    assert_eq!(bench.error(POST, &two.access, body), "422");
    let body = json!({"session": "never issued"});
    assert_eq!(bench.error(POST, &two.access, body), "422");
    let sid = bench.sid(&one);
    let body = json!({"sid": sid, "code": bench.last_code(PHONE)});
    assert_eq!(bench.status(PUT, &two.access, body.clone()), 400);
    assert_eq!(bench.profile(&two.access)["verifiedPhone"], false);
    bench.ok(PUT, &one.access, body);
}

#[test]
fn a_blocked_user_hears_so() {
    let bench = Bench::new();
    let person = bench.signup(PHONE);
    let sid = bench.sid(&person);
    bench.ok("POST /_test/users/block", "", json!({"phone": PHONE}));
    let session = json!({"session": person.session});
    assert_eq!(bench.error(POST, &person.access, session), "auth_user_blocked");
    let code = json!({"sid": sid, "code": bench.last_code(PHONE)});
    assert_eq!(bench.error(PUT, &person.access, code), "auth_user_blocked");
    let email = bench.error("POST /auth/verify/email", &person.access, Value::Null);
    assert_eq!(email, "auth_user_blocked");
}

#[test]
fn a_mailed_link_verifies() {
    let bench = Bench::new();
    let person = bench.complete(PHONE, json!({"email": "ann@example.test"}));
    let post = || bench.call("POST /auth/verify/email", &person.access, Value::Null);
    assert_eq!(post().0, 200);
    assert_eq!(post().1["error"], "auth_user_attempt_please_wait");
    let link = bench.last_link();
    assert_eq!(bench.status("GET /auth/verify/email", "", Value::Null), 422);
    let made_up = "GET /auth/verify/email?code=00000000-0000-4000-8000-000000000000";
    assert_eq!(bench.status(made_up, "", Value::Null), 422);
    assert_eq!(bench.profile(&person.access)["verifiedEmail"], false);
    bench.ok(&format!("GET {link}"), "", Value::Null);
    assert_eq!(bench.profile(&person.access)["verifiedEmail"], true);
    assert_eq!(post().1["error"], "auth_user_email_already_verified");
}

#[test]
fn a_mailed_link_is_its_owners() {
    let bench = Bench::new();
    let person = bench.complete(PHONE, json!({"email": "ann@example.test"}));
    let other = bench.complete("+971500000002", json!({"email": "bob@example.test"}));
    bench.ok("POST /auth/verify/email", &person.access, Value::Null);
    let link = format!("GET {}", bench.last_link());
    assert_eq!(bench.status(&link, &other.access, Value::Null), 422);
    for person in [&person, &other] {
        assert_eq!(bench.profile(&person.access)["verifiedEmail"], false);
    }
    bench.advance(600);
    assert_eq!(bench.status(&link, &person.access, Value::Null), 422);
    let tokens = Person::from(&bench.sign_in(PHONE, PASSWORD).1);
    assert_eq!(bench.profile(&tokens.access)["verifiedEmail"], false);
}
