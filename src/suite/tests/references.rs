//! Mistakes in values and references.

use rstest::rstest;

use super::{good, step_mistakes};

#[rstest]
#[case::unknown_name(
    r#"- block: "${alic.phone}""#,
    r#"error: nothing before this is named `alic`
 --> one.yaml:8:17
  |
8 |       - block: "${alic.phone}"
  |                 ^^^^^^^^^^^^^
  |
  = help: did you mean `alice`?"#
)]
#[case::unknown_field(
    r#"- block: "${alice.phon}""#,
    r#"error: `alice` has no field `phon`
 --> one.yaml:8:17
  |
8 |       - block: "${alice.phon}"
  |                 ^^^^^^^^^^^^^
  |
  = help: did you mean `phone`?"#
)]
#[case::whole_record(
    r#"- block: "${alice}""#,
    r#"error: `alice` is a record
 --> one.yaml:8:17
  |
8 |       - block: "${alice}"
  |                 ^^^^^^^^
  |
  = help: refer to one of its fields: `alice.access`, `alice.life`, `alice.phone`"#
)]
#[case::before_it_is_kept(
    r#"- { call: POST /auth/refresh, as: "${fresh}", expect: Token, keep: { fresh: /access_token } }"#,
    r#"error: nothing before this is named `fresh`
 --> one.yaml:8:42
  |
8 |       - { call: POST /auth/refresh, as: "${fresh}", expect: Token, keep: { fresh: /access_token } }
  |                                          ^^^^^^^^
  |
  = help: expected one of `alice`, `client`"#
)]
#[case::inside_a_body(
    r#"- { call: POST /auth/logout, send: { a: [1, { b: "x ${alice.phone} ${bob.phone}" }] }, expect: ok }"#,
    r#"error: nothing before this is named `bob`
 --> one.yaml:8:74
  |
8 |       - { call: POST /auth/logout, send: { a: [1, { b: "x ${alice.phone} ${bob.phone}" }] }, expect: ok }
  |                                                                          ^^^^^^^^^^^^
  |
  = help: expected one of `alice`, `client`"#
)]
#[case::of_a_code(
    r#"- code: { phone: "${alice.phone}", keep: v }
- block: "${v.digits}""#,
    r#"error: `v` has no field `digits`
 --> one.yaml:9:17
  |
9 |       - block: "${v.digits}"
  |                 ^^^^^^^^^^^
  |
  = help: expected one of `code`, `text`, `wrong`"#
)]
#[case::of_a_mail(
    r#"- mail: { email: a@b.c, keep: m }
- block: "${m.url}""#,
    r#"error: `m` has no field `url`
 --> one.yaml:9:17
  |
9 |       - block: "${m.url}"
  |                 ^^^^^^^^
  |
  = help: expected one of `emptied`, `forged`, `garbled`, `link`"#
)]
#[case::of_the_client(
    r#"- block: "${client.name}""#,
    r#"error: `client` has no field `name`
 --> one.yaml:8:17
  |
8 |       - block: "${client.name}"
  |                 ^^^^^^^^^^^^^^
  |
  = help: expected one of `id`, `secret`"#
)]
#[case::field_of_a_value(
    r#"- make: { a: { fresh: phone } }
- make: { a.b: { fresh: phone } }"#,
    r#"error: `a` is a value and has no field `b`
 --> one.yaml:9:17
  |
9 |       - make: { a.b: { fresh: phone } }
  |                 ^^^"#
)]
#[case::unclosed(
    r#"- block: "${alice.phone""#,
    r#"error: `${` is not closed
 --> one.yaml:8:17
  |
8 |       - block: "${alice.phone"
  |                 ^^
  |
  = help: write `${name.field}`"#
)]
#[case::computed(
    r#"- block: "${alice.phone + 1}""#,
    r#"error: `${alice.phone + 1}` is no reference
 --> one.yaml:8:17
  |
8 |       - block: "${alice.phone + 1}"
  |                 ^^^^^^^^^^^^^^^^^^
  |
  = help: write `${name.field}`: it refers, it does not compute"#
)]
#[case::empty(
    r#"- block: "${}""#,
    r#"error: `${}` is no reference
 --> one.yaml:8:17
  |
8 |       - block: "${}"
  |                 ^^^
  |
  = help: write `${name.field}`: it refers, it does not compute"#
)]
#[case::in_a_key(
    r#"- { call: POST /auth/logout, send: { "${alice.phone}": 1 }, expect: ok }"#,
    r#"error: the key `${alice.phone}` holds a reference
 --> one.yaml:8:44
  |
8 |       - { call: POST /auth/logout, send: { "${alice.phone}": 1 }, expect: ok }
  |                                            ^^^^^^^^^^^^^^^^
  |
  = help: references stand in values only"#
)]
#[case::number_that_was_a_phone(
    "- { call: POST /auth/signup, send: { phone: +971500000001 }, expect: UserSignupOut }",
    r#"error: `+971500000001` without quotes is a number to YAML
 --> one.yaml:8:51
  |
8 |       - { call: POST /auth/signup, send: { phone: +971500000001 }, expect: UserSignupOut }
  |                                                   ^^^^^^^^^^^^^
  |
  = help: quote it: `"+971500000001"`"#
)]
#[case::duplicate_key_in_a_body(
    "- { call: POST /auth/signup, send: { a: { b: 1, b: 2 } }, expect: UserSignupOut }",
    r#"error: the key `b` is here twice
 --> one.yaml:8:55
  |
8 |       - { call: POST /auth/signup, send: { a: { b: 1, b: 2 } }, expect: UserSignupOut }
  |                                                       ^
  |
  = help: the first one is in line 8"#
)]
#[case::anchor_and_alias(
    "- { call: POST /auth/signup, send: { a: &x 1, b: *x }, expect: UserSignupOut }",
    r#"error: anchors are not part of the language
 --> one.yaml:8:47
  |
8 |       - { call: POST /auth/signup, send: { a: &x 1, b: *x }, expect: UserSignupOut }
  |                                               ^^
  |
  = help: write the value where it is needed; shared beginnings are fixtures

error: aliases are not part of the language
 --> one.yaml:8:56
  |
8 |       - { call: POST /auth/signup, send: { a: &x 1, b: *x }, expect: UserSignupOut }
  |                                                        ^^
  |
  = help: write the value where it is needed; shared beginnings are fixtures"#
)]
fn shows_references_to_nothing(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(step_mistakes(text), expected);
}
#[test]
fn a_step_that_cannot_be_read_brings_no_other_mistakes() {
    let shown = step_mistakes("- { cal: POST /auth/refresh, keep: { new: /access_token } }\n- block: \"${new}\"");
    assert_eq!(shown.matches("error: ").count(), 1, "{shown}");
}

#[test]
fn a_repetition_may_ask_for_what_its_later_steps_bring() {
    let suites = good(
        r#"
- repeat:
    at-most: 3
    until: { answered: [again, auth_bad_credentials] }
    steps:
      - { block: "1", when: [{ known: "${new}" }, { accepted: again }] }
      - { id: again, call: POST /auth/refresh, expect: [Token, unauthorized], keep: { new: /access_token } }
"#,
    );
    assert_eq!(suites.suites.len(), 1);
}

#[test]
fn what_a_repetition_asks_for_must_come_in_it() {
    let shown = step_mistakes(
        r#"
- repeat:
    at-most: 3
    until: { known: "${new}" }
    steps:
      - { block: "1", when: [{ accepted: later }] }
- { id: later, call: POST /auth/refresh, expect: Token, keep: { new: /access_token } }
"#,
    );
    assert!(shown.contains("nothing before this is named `new`\n  --> one.yaml:10:"), "{shown}");
    assert!(shown.contains("no step before this one has the id `later`\n  --> one.yaml:12:"), "{shown}");
}

#[test]
fn a_record_grows_by_dotted_names() {
    good(
        r#"
- { call: POST /auth/refresh, expect: Token, keep: { alice.refresh: /refresh_token, other.access: /access_token } }
- { block: "${alice.refresh} ${alice.phone} ${other.access}" }
- { check: [{ differ: ["${other.access}", "${alice.access}"], proves: [tokens-unique] }] }
"#,
    );
}

#[rstest]
#[case::kind(
    "- { call: POST /auth/refresh, as: \"${alice.access}\", expect: Tokn, keep: { a: /x }, proves: [refresh-works] }\n- block: \"${a}\""
)]
#[case::operation(
    "- { call: POST /auth/refrsh, expect: Token, keep: { a: /x }, proves: [refresh-works] }\n- block: \"${a}\""
)]
#[case::pointer("- { call: POST /auth/refresh, expect: Token, keep: { a: x } }\n- block: \"${a}\"")]
#[case::recipe("- make: { a: { fresh: fone } }\n- block: \"${a}\"")]
#[case::code("- code: { fone: \"1\", phone: \"${alice.phone}\", keep: a }\n- block: \"${a.code}\"")]
fn one_mistake_brings_no_other(#[case] text: &str) {
    let shown = step_mistakes(text);
    assert_eq!(shown.matches("error: ").count(), 1, "{shown}");
}
