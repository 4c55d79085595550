//! Every construct of the language, and what it becomes.

use serde_json::{Value, json};

use super::{good, read};
use crate::expect::Kind;
use crate::suite::{Action, Call, Claim, ClaimTest, Condition, Fresh, Payload, Recipe, Step, Suites, Template, Wait};

fn steps(suites: &Suites) -> &[Step] {
    &suites.suites[0].flows[0].steps
}

fn call(step: &Step) -> &Call {
    let Action::Call(call) = &step.action else { panic!("{step:?}") };
    call
}

fn source(template: &Template) -> &Value {
    template.source()
}

#[test]
fn a_suite_and_its_flow() {
    let suites = good("- { block: \"${alice.phone}\" }");
    let suite = &suites.suites[0];
    let flow = &suite.flows[0];
    assert_eq!((suite.id.as_str(), suite.about.as_str()), ("one", "One."));
    assert_eq!((flow.suite.as_str(), flow.id.as_str(), flow.about.as_str()), ("one", "go", "Go."));
    assert_eq!((flow.given[0].name.as_str(), flow.given[0].fixture.as_str()), ("alice", "account"));
    assert_eq!(flow.cases, None);
    assert_eq!(flow.place.to_string(), "one.yaml:4:5");
    let Action::Block { phone } = &flow.steps[0].action else { panic!("{flow:?}") };
    assert_eq!(source(phone), "${alice.phone}");
}

#[test]
fn a_call_with_everything() {
    let suites = good(
        r#"
- call: POST /auth/verify/email
  id: first
  about: Why.
  as: "${alice.access}"
  headers: { X-Foo: "bar ${alice.phone}" }
  send: { a: ["${alice.phone}", 1.5, null, true, 007] }
  link: "${alice.phone}"
  may-close: true
  expect: [EmailOut, auth_user_blocked, unauthorized]
  proves: [email-start-succeeds]
  also: [{ at: /sid, filled: true, proves: [email-start-succeeds], when: [{ accepted: first }] }]
  keep: { alice.sid: /sid, whole: "" }
  retry: { on: [auth_user_attempt_please_wait], after: "${alice.life}", at-most: 2 }
  when: [{ differ: ["${alice.phone}", 1] }]
"#,
    );
    let step = &steps(&suites)[0];
    assert_eq!((step.id.as_deref(), step.about.as_deref()), (Some("first"), Some("Why.")));
    assert!(matches!(step.when.as_slice(), [Condition::Differ(..)]));
    assert_eq!(step.place.to_string(), "one.yaml:8:9");
    let call = call(step);
    assert_eq!(call.operation, "POST /auth/verify/email");
    assert_eq!(call.bearer.as_ref().map(source), Some(&json!("${alice.access}")));
    assert_eq!((call.headers[0].0.as_str(), source(&call.headers[0].1)), ("X-Foo", &json!("bar ${alice.phone}")));
    let Payload::Json(body) = &call.payload else { panic!("{call:?}") };
    assert_eq!(source(body), &json!({"a": ["${alice.phone}", 1.5, null, true, "007"]}));
    assert_eq!(call.link.as_ref().map(source), Some(&json!("${alice.phone}")));
    assert!(call.may_close);
    let blocked = Kind::Error("auth_user_blocked".to_owned());
    assert_eq!(call.expect, [Kind::Model("EmailOut".to_owned()), blocked, Kind::Unauthorized]);
    assert_eq!(call.proves, ["email-start-succeeds"]);
    let [Claim { test: ClaimTest::Filled { at }, proves, when, place }] = call.also.as_slice() else {
        panic!("{call:?}")
    };
    assert_eq!((at.as_str(), proves.as_slice()), ("/sid", &["email-start-succeeds".to_owned()][..]));
    assert!(matches!(when.as_slice(), [Condition::Accepted(step)] if step == "first"));
    assert_eq!(place.to_string(), "one.yaml:18:16");
    let kept = [("alice.sid", "/sid"), ("whole", "")].map(|(name, at)| (name.to_owned(), at.to_owned()));
    assert_eq!(call.keep, kept);
    let retry = call.retry.as_ref().unwrap();
    assert_eq!((retry.on.as_slice(), retry.at_most), (&["auth_user_attempt_please_wait".to_owned()][..], 2));
    assert_eq!(source(&retry.after), "${alice.life}");
}

#[test]
fn bodies_and_kinds() {
    let suites = good(
        r#"
- { call: POST /auth/token, form: { a: "${alice.phone}", b: 1, c: true }, expect: open }
- { call: POST /auth/token, raw: "{oops", type: application/json, expect: refused, proves: [token-by-username] }
- { call: POST /auth/token, raw: "", expect: validation, proves: [token-by-username] }
- { call: POST /auth/logout, expect: ok }
- { call: POST /auth/token, send: null, expect: auth_bad_client_credentials, proves: [token-by-username] }
"#,
    );
    let calls: Vec<&Call> = steps(&suites).iter().map(call).collect();
    assert!(
        matches!(&calls[0].payload, Payload::Form(form) if *source(form) == json!({"a": "${alice.phone}", "b": 1, "c": true}))
    );
    assert!(
        matches!(&calls[1].payload, Payload::Raw { bytes, content_type: Some(kind) } if **bytes == *b"{oops" && kind == "application/json")
    );
    assert!(matches!(&calls[2].payload, Payload::Raw { bytes, content_type: None } if bytes.is_empty()));
    assert!(matches!(&calls[3].payload, Payload::None));
    assert!(matches!(&calls[4].payload, Payload::Json(body) if source(body).is_null()));
    let kinds: Vec<&Kind> = calls.iter().flat_map(|call| &call.expect).collect();
    let error = Kind::Error("auth_bad_client_credentials".to_owned());
    assert_eq!(kinds, [&Kind::Open, &Kind::Refused, &Kind::Validation, &Kind::Ok, &error]);
}

#[test]
fn values_that_are_made() {
    let suites = good(
        r#"
- make:
    a: { fresh: phone }
    b: { fresh: email }
    c: { fresh: username }
    d: { fresh: password }
    e: { fresh: uuid }
    f: { forge: "${a}" }
    g: { tamper: "${alice.access}" }
    h: { text: 1000 }
    i: { value: ["${h}", 1] }
"#,
    );
    let Action::Make(made) = &steps(&suites)[0].action else { panic!("{suites:?}") };
    let fresh: Vec<Fresh> = made
        .iter()
        .filter_map(|(_, recipe)| if let Recipe::Fresh(fresh) = recipe { Some(*fresh) } else { None })
        .collect();
    assert_eq!(fresh, [Fresh::Phone, Fresh::Email, Fresh::Username, Fresh::Password, Fresh::Uuid]);
    assert!(matches!(&made[5], (name, Recipe::Forge(of)) if name == "f" && source(of) == "${a}"));
    assert!(matches!(&made[6].1, Recipe::Tamper(of) if source(of) == "${alice.access}"));
    assert!(matches!(&made[7].1, Recipe::Text(1000)));
    assert!(matches!(&made[8].1, Recipe::Value(value) if *source(value) == json!(["${h}", 1])));
}

#[test]
fn codes_mails_and_waits() {
    let suites = good(
        r#"
- code: { phone: "${alice.phone}", keep: v }
- mail: { email: "a@b.c", keep: m }
- wait: { seconds: "${v.text}" }
- wait: { seconds: 30 }
- wait: { life: "${alice.life}", share: 0.9 }
- wait: { life: "${alice.life}", past: true }
- check: [{ differ: ["${v.code}", "${v.wrong}"], proves: [tokens-unique] }, { same: ["${m.link}", "${m.forged}"], proves: [tokens-unique] }]
"#,
    );
    let actions: Vec<&Action> = steps(&suites).iter().map(|step| &step.action).collect();
    assert!(
        matches!(actions[0], Action::Code { phone, keep, if_sent: false, proves } if source(phone) == "${alice.phone}" && keep == "v" && proves.is_empty())
    );
    assert!(matches!(actions[1], Action::Mail { email, keep, .. } if source(email) == "a@b.c" && keep == "m"));
    assert!(matches!(actions[2], Action::Wait(Wait::Seconds(seconds)) if source(seconds) == "${v.text}"));
    assert!(matches!(actions[3], Action::Wait(Wait::Seconds(seconds)) if source(seconds) == 30));
    assert!(matches!(actions[4], Action::Wait(Wait::Share { share, .. }) if (share - 0.9).abs() < f64::EPSILON));
    assert!(matches!(actions[5], Action::Wait(Wait::Past { life }) if source(life) == "${alice.life}"));
    let Action::Check(claims) = actions[6] else { panic!("{actions:?}") };
    assert!(matches!(claims[0].test, ClaimTest::Differ(..)));
    assert!(matches!(claims[1].test, ClaimTest::Same(..)));
}

#[test]
fn races_and_repetitions() {
    let suites = good(
        r#"
- together:
    - { call: POST /auth/refresh, as: "${alice.access}", expect: open }
    - { call: POST /auth/refresh, as: "${alice.access}", expect: open }
  also: [{ accepted-at-most: 1, within: /access_expire, proves: [refresh-works] }]
- repeat:
    at-most: 21
    until: { answered: [again, auth_bad_credentials] }
    proves: [refresh-works]
    steps:
      - { id: again, call: POST /auth/refresh, expect: open }
"#,
    );
    let Action::Together { calls, also } = &steps(&suites)[0].action else { panic!("{suites:?}") };
    assert_eq!(
        calls.iter().map(|call| call.place.to_string()).collect::<Vec<_>>(),
        ["one.yaml:9:13", "one.yaml:10:13"]
    );
    assert!(matches!(&also[0].test, ClaimTest::AcceptedAtMost { most: 1, within: Some(at) } if at == "/access_expire"));
    let Action::Repeat { at_most, steps, until, proves } = &steps(&suites)[1].action else { panic!("{suites:?}") };
    assert_eq!((*at_most, steps.len(), proves.as_slice()), (21, 1, &["refresh-works".to_owned()][..]));
    assert!(matches!(until, Condition::Answered { step, error } if step == "again" && error == "auth_bad_credentials"));
}

#[test]
fn a_race_can_be_asked_for_by_its_id() {
    let suites = good(
        r#"
- id: both
  together:
    - { call: POST /auth/refresh, as: "${alice.access}", expect: open }
    - { call: POST /auth/refresh, as: "${alice.access}", expect: open }
- { call: POST /auth/logout, expect: open, when: [{ accepted: both }] }
"#,
    );
    assert!(matches!(steps(&suites)[1].when.as_slice(), [Condition::Accepted(step)] if step == "both"));
}

#[test]
fn claims_about_an_answer() {
    let suites = good(
        r#"
- call: GET /auth/user
  as: "${alice.access}"
  expect: UserProfileOut
  also:
    - { expect: [UserProfileOut, refused], proves: [profile-read] }
    - { at: /phone, is: "${alice.phone}", except: [/a, "/*Url"], proves: [profile-read] }
    - { at: "", isnt: { a: 1 }, proves: [profile-read] }
    - { at: /a~1b, in: [1, "${alice.phone}"], proves: [profile-read] }
    - { at: "", holds: { phone: "${alice.phone}" }, proves: [profile-read] }
    - { at: /n, above: 0, proves: [profile-read] }
"#,
    );
    let tests: Vec<&ClaimTest> = call(&steps(&suites)[0]).also.iter().map(|claim| &claim.test).collect();
    assert!(matches!(tests[0], ClaimTest::Answer(kinds) if kinds.len() == 2));
    assert!(matches!(tests[1], ClaimTest::Is { at, except, .. } if at == "/phone" && *except == ["/a", "/*Url"]));
    assert!(matches!(tests[2], ClaimTest::Isnt { at, value } if at.is_empty() && *source(value) == json!({"a": 1})));
    assert!(matches!(tests[3], ClaimTest::In { at, values } if at == "/a~1b" && values.len() == 2));
    assert!(matches!(tests[4], ClaimTest::Holds { value, .. } if *source(value) == json!({"phone": "${alice.phone}"})));
    assert!(matches!(tests[5], ClaimTest::Above { bound, .. } if *bound == 0.0));
}

#[test]
fn conditions() {
    let suites = good(
        r#"
- { id: first, call: POST /auth/logout, expect: open }
- block: "1"
  when:
    - { same: [1, "${alice.phone}"] }
    - { accepted: first }
    - { refused: first }
    - { answered: [first, auth_bad_credentials] }
    - { known: "${alice.life}" }
    - { begins: ["${alice.phone}", "0"] }
    - { due: "${alice.life}", within: 60 }
    - { lasts: "${alice.life}" }
"#,
    );
    let when = &steps(&suites)[1].when;
    assert!(matches!(&when[0], Condition::Same(left, right) if source(left) == 1 && source(right) == "${alice.phone}"));
    assert!(matches!(&when[1], Condition::Accepted(step) if step == "first"));
    assert!(matches!(&when[2], Condition::Refused(step) if step == "first"));
    assert!(matches!(&when[3], Condition::Answered { step, .. } if step == "first"));
    assert!(matches!(&when[4], Condition::Known(value) if source(value) == "${alice.life}"));
    assert!(matches!(&when[5], Condition::Begins(value, start) if source(value) == "${alice.phone}" && start == "0"));
    assert!(matches!(&when[6], Condition::Due { within, .. } if source(within) == 60));
    assert!(matches!(&when[7], Condition::Lasts(life) if source(life) == "${alice.life}"));
}

#[test]
fn a_stage() {
    let stages = r#"stages:
  - id: refresh
    about: A live token.
    given: {}
    before:
      - make: { code: { fresh: phone } }
    twin: { call: POST /auth/refresh, send: { code: "${code}" }, expect: Token, keep: { a: /access_token } }
    spends: [code]
    after:
      - { call: POST /auth/logout, as: "${a}", expect: ok }
"#;
    let one = super::flow("- { block: \"1\" }");
    let suites = read(&[("fixtures.yaml", super::FIXTURES), ("one.yaml", &one), ("stages.yaml", stages)]);
    let suites = suites.unwrap_or_else(|errors| panic!("{errors}"));
    let stage = &suites.stages[0];
    assert_eq!((stage.id.as_str(), stage.before.len(), stage.after.len()), ("refresh", 1, 1));
    assert_eq!(stage.spends, ["code"]);
    assert_eq!(stage.twin.operation, "POST /auth/refresh");
    assert_eq!(
        (stage.place.to_string(), stage.twin.place.to_string()),
        ("stages.yaml:2:5".into(), "stages.yaml:7:11".into())
    );
}
