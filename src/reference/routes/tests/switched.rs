//! Servers that take legitimate freedoms.

use super::{Bench, PASSWORD, PHONE, Person};
use crate::reference::variants::{CONFLICTS, Variant, VariantSet};
use rstest::rstest;
use serde_json::{Value, json};

/// Signup, verification, completion, sign-in, refresh, profile, reset and logout.
fn whole_story(bench: &Bench) {
    let person = bench.complete(PHONE, json!({"username": "ann", "email": "ann@example.test"}));
    let client = super::CLIENT;
    let body = json!({"grant_type": "password", "username": "ann", "password": PASSWORD,
        "client_id": client, "client_secret": "reference-client-secret"});
    let tokens = Person::from(&bench.ok("POST /auth/token", "", body));
    let tokens = Person::from(&bench.ok("POST /auth/refresh", &tokens.refresh, Value::Null));
    let body = json!({"firstName": "Ann", "experience": 3, "languages": ["en"]});
    let answer = bench.ok("PUT /auth/user", &tokens.access, body);
    assert_eq!(answer["firstName"], "Ann");
    assert_eq!(answer["verifiedPhone"], true);
    bench.advance(601);
    let tokens = Person::from(&bench.ok("POST /auth/refresh", &tokens.refresh, Value::Null));
    let reset = bench.reset(PHONE);
    bench.verify(&reset, PHONE);
    let new = json!({"password": "new"});
    bench.ok("PUT /auth/password-reset", &reset.access, new);
    assert!(!bench.works(&tokens.access) && !bench.works(&person.access));
    let tokens = Person::from(&bench.sign_in("ann", "new").1);
    assert_eq!(bench.reply("POST /auth/logout", &tokens.access, &Value::Null).status, 200);
    assert!(!bench.works(&tokens.access));
}

#[test]
fn every_variant_alone_tells_the_whole_story() {
    whole_story(&Bench::new());
    for variant in Variant::ALL {
        whole_story(&Bench::with(&[*variant]));
    }
}

#[test]
fn all_variants_without_a_conflict_go_together() {
    let later_of_each_pair = |variant: &Variant| CONFLICTS.iter().any(|(_, two)| two == variant);
    let earlier_of_each_pair = |variant: &Variant| CONFLICTS.iter().any(|(one, _)| one == variant);
    for left_out in [&later_of_each_pair as &dyn Fn(&Variant) -> bool, &earlier_of_each_pair] {
        let all = Variant::ALL.iter().copied();
        let set: Vec<Variant> = all.filter(|variant| !left_out(variant)).collect();
        let checked: VariantSet = set.iter().copied().collect();
        checked.check().unwrap();
        whole_story(&Bench::with(&set));
    }
}

#[test]
fn every_variant_acts_somewhere() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/reference");
    let mut sources = String::new();
    for folder in [folder.to_owned(), format!("{folder}/routes"), format!("{folder}/faults")] {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() && !path.ends_with("variants.rs") {
                sources += &std::fs::read_to_string(path).unwrap();
            }
        }
    }
    for variant in Variant::ALL {
        let used = format!("Variant::{variant:?})");
        assert!(sources.contains(&used), "{used} is asked for nowhere");
    }
}

#[test]
fn a_refresh_token_can_stay() {
    let bench = Bench::with(&[Variant::RefreshNotRotated, Variant::RefreshEndsOldAccess]);
    let person = bench.complete(PHONE, json!({}));
    for _ in 0..3 {
        let answer = bench.ok("POST /auth/refresh", &person.refresh, Value::Null);
        assert_eq!(answer["refresh_token"], person.refresh);
    }
    assert!(!bench.works(&person.access));
}

#[test]
fn a_replay_can_end_the_session() {
    let bench = Bench::with(&[Variant::ReplayEndsSession]);
    let person = bench.complete(PHONE, json!({}));
    let tokens = Person::from(&bench.ok("POST /auth/refresh", &person.refresh, Value::Null));
    assert!(bench.works(&tokens.access));
    assert_eq!(bench.status("POST /auth/refresh", &person.refresh, Value::Null), 401);
    assert!(!bench.works(&tokens.access));
}

#[rstest]
#[case(Variant::WaitsPerPhone, "auth_user_attempt_please_wait")]
#[case(Variant::LimitsPerPhone, "200")]
fn waits_can_outlast_a_session(#[case] variant: Variant, #[case] expected: &str) {
    let bench = Bench::with(&[variant]);
    bench.complete(PHONE, json!({}));
    let reset = bench.reset(PHONE);
    let body = json!({"session": reset.session});
    let (status, answer) = bench.call("POST /auth/verify/phone", &reset.access, body);
    let shown = answer["error"].as_str().map(str::to_owned);
    assert_eq!(shown.unwrap_or_else(|| status.to_string()), expected);
}

#[test]
fn a_decoy_unlocks_nothing() {
    let bench = Bench::with(&[Variant::UnknownPhoneAtResetDecoy, Variant::ResetTokenReadsAfterVerification]);
    let reset = bench.reset(PHONE);
    bench.verify(&reset, PHONE);
    for (name, body) in [
        ("PUT /auth/password-reset", json!({"password": "new"})),
        ("GET /auth/user", Value::Null),
        ("PUT /auth/complete", json!({"password": "new"})),
    ] {
        assert_eq!(bench.status(name, &reset.access, body), 401, "{name}");
    }
    assert_eq!(bench.sign_in(PHONE, "new").0, 401);
}

#[test]
fn a_fresh_signup_with_a_known_phone_is_never_completed() {
    let bench = Bench::with(&[Variant::KnownPhoneAtSignupFresh]);
    let owner = bench.complete(PHONE, json!({}));
    let other = bench.signup(PHONE);
    bench.verify(&other, PHONE);
    let body = json!({"password": "new"});
    assert_eq!(bench.status("PUT /auth/complete", &other.access, body), 422);
    assert_eq!(bench.sign_in(PHONE, PASSWORD).0, 200);
    assert_ne!(bench.profile(&owner.access)["id"], bench.profile(&other.access)["id"]);
}

#[test]
fn a_signup_with_a_known_phone_can_complete_an_account_of_its_own() {
    let bench = Bench::with(&[Variant::KnownPhoneAtSignupCompletes]);
    let owner = bench.complete(PHONE, json!({}));
    let other = bench.complete(PHONE, json!({"password": "another one"}));
    assert_ne!(bench.profile(&owner.access)["id"], bench.profile(&other.access)["id"]);
    assert_eq!(bench.sign_in(PHONE, PASSWORD).0, 200);
}

#[test]
fn success_can_clear_the_waits() {
    let bench = Bench::with(&[Variant::WaitsPerPhone, Variant::SuccessClearsCounts]);
    bench.complete(PHONE, json!({}));
    let reset = bench.reset(PHONE);
    bench.verify(&reset, PHONE);
}

#[rstest]
#[case(&[], "auth_user_phone_already_verified")]
#[case(&[Variant::WaitBeforeVerified], "auth_user_attempt_please_wait")]
fn whoever_is_verified_can_have_to_wait_to_hear_it(#[case] variants: &[Variant], #[case] soon: &str) {
    let bench = Bench::with(variants);
    let person = bench.signup(PHONE);
    bench.verify(&person, PHONE);
    let again = || bench.error("POST /auth/verify/phone", &person.access, json!({"session": person.session}));
    assert_eq!(again(), soon);
    bench.advance(61);
    assert_eq!(again(), "auth_user_phone_already_verified");
}

#[test]
fn a_mail_can_wait_for_the_code_before_it() {
    let bench = Bench::with(&[Variant::MailWaitsForCodes]);
    let person = bench.complete(PHONE, json!({"email": "ada@example.test"}));
    assert_eq!(bench.error("POST /auth/verify/email", &person.access, json!({})), "auth_user_attempt_please_wait");
    bench.advance(60);
    bench.ok("POST /auth/verify/email", &person.access, json!({}));
}

#[test]
fn a_reset_can_wait_longer_than_a_signup() {
    let bench = Bench::with(&[Variant::ResetWaitsLonger]);
    bench.complete(PHONE, json!({}));
    let reset = bench.reset(PHONE);
    bench.verify(&reset, PHONE);
    let again = || bench.error("POST /auth/verify/phone", &reset.access, json!({"session": reset.session}));
    bench.advance(61);
    assert_eq!(again(), "auth_user_attempt_please_wait");
    bench.advance(60);
    assert_eq!(again(), "auth_user_phone_already_verified");
}

#[test]
fn a_verified_blocked_user_can_hear_of_that_first() {
    for (variants, expected) in
        [(&[][..], "auth_user_blocked"), (&[Variant::VerifiedBeforeBlocked], "auth_user_phone_already_verified")]
    {
        let bench = Bench::with(variants);
        let person = bench.signup(PHONE);
        bench.verify(&person, PHONE);
        bench.ok("POST /_test/users/block", "", json!({"phone": PHONE}));
        let body = json!({"session": person.session});
        let error = bench.error("POST /auth/verify/phone", &person.access, body);
        assert_eq!(error, expected);
    }
}
