//! Mistakes in requests.

use rstest::rstest;

use super::step_mistakes;

#[rstest]
#[case::unknown_operation(
    "- { call: POST /auth/tokn, expect: ok }",
    r#"error: unknown operation `POST /auth/tokn`
 --> one.yaml:8:17
  |
8 |       - { call: POST /auth/tokn, expect: ok }
  |                 ^^^^^^^^^^^^^^^
  |
  = help: did you mean `POST /auth/token`?"#
)]
#[case::undocumented_method(
    "- { call: DELETE /auth/user, expect: ok }",
    r#"error: unknown operation `DELETE /auth/user`
 --> one.yaml:8:17
  |
8 |       - { call: DELETE /auth/user, expect: ok }
  |                 ^^^^^^^^^^^^^^^^^
  |
  = help: did you mean `GET /auth/user`?"#
)]
#[case::missing_operation_kind(
    "- { call: 5, expect: ok }",
    r#"error: expected an operation, found a number
 --> one.yaml:8:17
  |
8 |       - { call: 5, expect: ok }
  |                 ^"#
)]
#[case::missing_expect(
    r#"- { call: POST /auth/logout, as: "${alice.access}" }"#,
    r#"error: missing key `expect` in a call
 --> one.yaml:8:9
  |
8 |       - { call: POST /auth/logout, as: "${alice.access}" }
  |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"#
)]
#[case::unknown_key(
    "- { call: POST /auth/logout, expect: ok, prove: [logout-succeeds] }",
    r#"error: unknown key `prove` in a call
 --> one.yaml:8:48
  |
8 |       - { call: POST /auth/logout, expect: ok, prove: [logout-succeeds] }
  |                                                ^^^^^
  |
  = help: did you mean `proves`?"#
)]
#[case::two_bodies(
    "- { call: POST /auth/refresh, send: {}, form: {}, expect: Token }",
    r#"error: expected one of `send` and `form` in a call, found both
 --> one.yaml:8:47
  |
8 |       - { call: POST /auth/refresh, send: {}, form: {}, expect: Token }
  |                                               ^^^^"#
)]
#[case::type_without_raw(
    "- { call: POST /auth/refresh, send: {}, type: text/plain, expect: Token }",
    r#"error: `type` belongs to `raw`
 --> one.yaml:8:47
  |
8 |       - { call: POST /auth/refresh, send: {}, type: text/plain, expect: Token }
  |                                               ^^^^
  |
  = help: `send` is JSON and `form` is urlencoded by themselves"#
)]
#[case::nested_form(
    "- { call: POST /auth/token, form: { a: { b: 1 } }, expect: Token }",
    r#"error: expected a flat value of the form field `a`, found a mapping
 --> one.yaml:8:46
  |
8 |       - { call: POST /auth/token, form: { a: { b: 1 } }, expect: Token }
  |                                              ^^^^^^^^"#
)]
#[case::reference_in_raw(
    r#"- { call: POST /auth/refresh, raw: "{${alice.access}", expect: Token }"#,
    r#"error: `raw` is sent as it is: no reference in it is replaced
 --> one.yaml:8:42
  |
8 |       - { call: POST /auth/refresh, raw: "{${alice.access}", expect: Token }
  |                                          ^^^^^^^^^^^^^^^^^^
  |
  = help: use `send` or `form`, or write the value itself"#
)]
#[case::header_name(
    r#"- { call: POST /auth/logout, headers: { "x y": "1" }, expect: ok }"#,
    r#"error: `x y` is no header name
 --> one.yaml:8:47
  |
8 |       - { call: POST /auth/logout, headers: { "x y": "1" }, expect: ok }
  |                                               ^^^^^"#
)]
#[case::header_of_a_number(
    "- { call: POST /auth/logout, headers: { x: 1 }, expect: ok }",
    r#"error: expected the text of a header, found a number
 --> one.yaml:8:50
  |
8 |       - { call: POST /auth/logout, headers: { x: 1 }, expect: ok }
  |                                                  ^
  |
  = help: quote it: `"1"`"#
)]
#[case::bearer_of_a_number(
    "- { call: POST /auth/logout, as: 12, expect: ok }",
    r#"error: expected a bearer token, which is text, found a number
 --> one.yaml:8:40
  |
8 |       - { call: POST /auth/logout, as: 12, expect: ok }
  |                                        ^^
  |
  = help: quote it: `"12"`"#
)]
#[case::may_close_false(
    "- { call: POST /auth/logout, may-close: false, expect: ok }",
    r#"error: expected `true`, found `false`
 --> one.yaml:8:47
  |
8 |       - { call: POST /auth/logout, may-close: false, expect: ok }
  |                                               ^^^^^
  |
  = help: leave the key out"#
)]
fn shows_what_is_wrong_with_a_call(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(step_mistakes(text), expected);
}

#[rstest]
#[case::unknown_kind(
    "- { call: POST /auth/refresh, expect: Tokn }",
    r#"error: unknown kind of answer `Tokn`
 --> one.yaml:8:45
  |
8 |       - { call: POST /auth/refresh, expect: Tokn }
  |                                             ^^^^
  |
  = help: did you mean `Token`?"#
)]
#[case::unknown_word(
    "- { call: POST /auth/logout, expect: fine }",
    r#"error: unknown kind of answer `fine`
 --> one.yaml:8:44
  |
8 |       - { call: POST /auth/logout, expect: fine }
  |                                            ^^^^
  |
  = help: expected one of `ok`, `refused`, `refused-input`, `validation`, `unauthorized`, `open`, `auth_bad_credentials`"#
)]
#[case::model_of_another_operation(
    "- { call: POST /auth/refresh, expect: MobileOut }",
    r#"error: `POST /auth/refresh` does not answer with `MobileOut`
 --> one.yaml:8:45
  |
8 |       - { call: POST /auth/refresh, expect: MobileOut }
  |                                             ^^^^^^^^^
  |
  = help: expected `Token`"#
)]
#[case::model_where_the_body_is_free(
    "- { call: POST /auth/logout, expect: Token }",
    r#"error: `POST /auth/logout` does not answer with `Token`
 --> one.yaml:8:44
  |
8 |       - { call: POST /auth/logout, expect: Token }
  |                                            ^^^^^
  |
  = help: its success body is free: expected `ok`"#
)]
#[case::error_of_another_operation(
    "- { call: PUT /auth/user, expect: auth_user_blocked, proves: [profile-write-answered] }",
    r#"error: `auth_user_blocked` is not documented at `PUT /auth/user`
 --> one.yaml:8:41
  |
8 |       - { call: PUT /auth/user, expect: auth_user_blocked, proves: [profile-write-answered] }
  |                                         ^^^^^^^^^^^^^^^^^
  |
  = help: expected one of `coach_validation_field_error`, `auth_bad_credentials`"#
)]
#[case::unknown_error(
    "- { call: POST /auth/refresh, expect: auth_bad_credential, proves: [refresh-works] }",
    r#"error: unknown kind of answer `auth_bad_credential`
 --> one.yaml:8:45
  |
8 |       - { call: POST /auth/refresh, expect: auth_bad_credential, proves: [refresh-works] }
  |                                             ^^^^^^^^^^^^^^^^^^^
  |
  = help: did you mean `auth_bad_credentials`?"#
)]
#[case::client_error_without_client(
    "- { call: POST /auth/logout, expect: auth_bad_client_credentials, proves: [logout-succeeds] }",
    r#"error: `auth_bad_client_credentials` is not documented at `POST /auth/logout`
 --> one.yaml:8:44
  |
8 |       - { call: POST /auth/logout, expect: auth_bad_client_credentials, proves: [logout-succeeds] }
  |                                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: did you mean `auth_bad_credentials`?"#
)]
#[case::unauthorized_without_bearer(
    "- { call: POST /auth/signup, expect: unauthorized, proves: [signup-succeeds] }",
    r#"error: `POST /auth/signup` takes no bearer token to refuse
 --> one.yaml:8:44
  |
8 |       - { call: POST /auth/signup, expect: unauthorized, proves: [signup-succeeds] }
  |                                            ^^^^^^^^^^^^"#
)]
#[case::refusal_without_proves(
    "- { call: POST /auth/refresh, expect: [refused, validation] }",
    r#"error: an expected refusal without `proves` shows nothing
 --> one.yaml:8:45
  |
8 |       - { call: POST /auth/refresh, expect: [refused, validation] }
  |                                             ^^^^^^^^^^^^^^^^^^^^^
  |
  = help: name the requirement that it shows: `proves: [...]`"#
)]
#[case::empty_list(
    "- { call: POST /auth/refresh, expect: [] }",
    r#"error: expected a list of kinds of answer, found an empty list
 --> one.yaml:8:45
  |
8 |       - { call: POST /auth/refresh, expect: [] }
  |                                             ^^"#
)]
#[case::number(
    "- { call: POST /auth/refresh, expect: 401 }",
    r#"error: expected a kind of answer, found a number
 --> one.yaml:8:45
  |
8 |       - { call: POST /auth/refresh, expect: 401 }
  |                                             ^^^"#
)]
fn shows_what_is_wrong_with_expect(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(step_mistakes(text), expected);
}

#[rstest]
#[case::unknown_requirement(
    "- { call: POST /auth/refresh, expect: Token, proves: [refresh-work] }",
    r#"error: unknown requirement `refresh-work`
 --> one.yaml:8:61
  |
8 |       - { call: POST /auth/refresh, expect: Token, proves: [refresh-work] }
  |                                                             ^^^^^^^^^^^^
  |
  = help: did you mean `refresh-works`?"#
)]
#[case::requirement_twice(
    "- { call: POST /auth/refresh, expect: Token, proves: [refresh-works, refresh-works] }",
    r#"error: `refresh-works` is here twice
 --> one.yaml:8:76
  |
8 |       - { call: POST /auth/refresh, expect: Token, proves: [refresh-works, refresh-works] }
  |                                                                            ^^^^^^^^^^^^^"#
)]
#[case::requirement_of_an_operation_not_called(
    "- { call: POST /auth/logout, expect: ok, proves: [refresh-works] }",
    r#"error: `refresh-works` is about `POST /auth/refresh`, which is not called here
 --> one.yaml:8:57
  |
8 |       - { call: POST /auth/logout, expect: ok, proves: [refresh-works] }
  |                                                         ^^^^^^^^^^^^^"#
)]
#[case::proves_is_no_list(
    "- { call: POST /auth/refresh, expect: Token, proves: refresh-works }",
    r#"error: expected a list of requirement ids, found text
 --> one.yaml:8:60
  |
8 |       - { call: POST /auth/refresh, expect: Token, proves: refresh-works }
  |                                                            ^^^^^^^^^^^^^"#
)]
#[case::no_pointer(
    "- { call: POST /auth/refresh, expect: Token, keep: { a: $.user.name } }",
    r#"error: `$.user.name` is no JSON Pointer
 --> one.yaml:8:63
  |
8 |       - { call: POST /auth/refresh, expect: Token, keep: { a: $.user.name } }
  |                                                               ^^^^^^^^^^^
  |
  = help: write `/user/name`, or `""` for the whole body"#
)]
#[case::broken_escape(
    "- { call: POST /auth/refresh, expect: Token, keep: { a: /a~2 } }",
    r#"error: `/a~2` is no JSON Pointer
 --> one.yaml:8:63
  |
8 |       - { call: POST /auth/refresh, expect: Token, keep: { a: /a~2 } }
  |                                                               ^^^^
  |
  = help: `~` is written `~0`, and `/` inside a key `~1`"#
)]
#[case::client_is_taken(
    "- { call: POST /auth/refresh, expect: Token, keep: { client: /access_token } }",
    r#"error: the name `client` is taken
 --> one.yaml:8:60
  |
8 |       - { call: POST /auth/refresh, expect: Token, keep: { client: /access_token } }
  |                                                            ^^^^^^
  |
  = help: it holds the client credentials of the target"#
)]
#[case::record_is_taken(
    "- { call: POST /auth/refresh, expect: Token, keep: { alice: /access_token } }",
    r#"error: `alice` is a record already
 --> one.yaml:8:60
  |
8 |       - { call: POST /auth/refresh, expect: Token, keep: { alice: /access_token } }
  |                                                            ^^^^^
  |
  = help: name a field of it, such as `alice.field`, or take another name"#
)]
#[case::deep_name(
    "- { call: POST /auth/refresh, expect: Token, keep: { alice.a.b: /access_token } }",
    r#"error: `alice.a.b` is no name
 --> one.yaml:8:60
  |
8 |       - { call: POST /auth/refresh, expect: Token, keep: { alice.a.b: /access_token } }
  |                                                            ^^^^^^^^^
  |
  = help: letters, digits and `_`, with one dot before a field of a record"#
)]
#[case::retry_without_on(
    "- { call: POST /auth/verify/email, expect: EmailOut, retry: { after: 5, at-most: 1 } }",
    r#"error: missing key `on` in `retry`
 --> one.yaml:8:67
  |
8 |       - { call: POST /auth/verify/email, expect: EmailOut, retry: { after: 5, at-most: 1 } }
  |                                                                   ^^^^^^^^^^^^^^^^^^^^^^^^"#
)]
#[case::retry_on_an_error_of_another_operation(
    "- { call: POST /auth/verify/email, expect: EmailOut, retry: { on: [auth_user_phone_invalid_code], after: 5, at-most: 1 } }",
    r#"error: `auth_user_phone_invalid_code` is not documented at `POST /auth/verify/email`
 --> one.yaml:8:74
  |
8 |       - { call: POST /auth/verify/email, expect: EmailOut, retry: { on: [auth_user_phone_invalid_code], after: 5, at-most: 1 } }
  |                                                                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: expected one of `auth_user_email_already_verified`, `auth_user_blocked`, `auth_user_attempt_please_wait`, `auth_bad_credentials`"#
)]
#[case::retry_never(
    "- { call: POST /auth/verify/email, expect: EmailOut, retry: { on: [auth_user_attempt_please_wait], after: 5, at-most: 0 } }",
    r#"error: expected 1 or more, found 0
 --> one.yaml:8:125
  |
8 |       - { call: POST /auth/verify/email, expect: EmailOut, retry: { on: [auth_user_attempt_please_wait], after: 5, at-most: 0 } }
  |                                                                                                                             ^"#
)]
#[case::retry_after_text(
    "- { call: POST /auth/verify/email, expect: EmailOut, retry: { on: [auth_user_attempt_please_wait], after: 5s, at-most: 1 } }",
    r#"error: expected seconds, a number or one reference, found `5s`
 --> one.yaml:8:113
  |
8 |       - { call: POST /auth/verify/email, expect: EmailOut, retry: { on: [auth_user_attempt_please_wait], after: 5s, at-most: 1 } }
  |                                                                                                                 ^^"#
)]
fn shows_what_is_wrong_with_proves_keep_and_retry(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(step_mistakes(text), expected);
}
