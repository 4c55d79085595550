//! Mistakes in claims and conditions.

use rstest::rstest;

use super::step_mistakes;

#[rstest]
#[case::no_proves(
    "- check: [{ same: [1, 1] }]",
    r#"error: missing key `proves` in an assertion
 --> one.yaml:8:17
  |
8 |       - check: [{ same: [1, 1] }]
  |                 ^^^^^^^^^^^^^^^^"#
)]
#[case::no_test(
    "- check: [{ proves: [tokens-unique] }]",
    r#"error: expected one of `expect`, `at`, `same`, `differ`, `accepted-at-most` in an assertion
 --> one.yaml:8:17
  |
8 |       - check: [{ proves: [tokens-unique] }]
  |                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^"#
)]
#[case::two_tests(
    "- check: [{ same: [1, 1], differ: [1, 2], proves: [tokens-unique] }]",
    r#"error: expected one of `same` and `differ` in an assertion, found both
 --> one.yaml:8:33
  |
8 |       - check: [{ same: [1, 1], differ: [1, 2], proves: [tokens-unique] }]
  |                                 ^^^^^^"#
)]
#[case::answer_in_a_check(
    "- check: [{ at: /phone, is: 1, proves: [tokens-unique] }]",
    r#"error: `at` says nothing about kept values
 --> one.yaml:8:19
  |
8 |       - check: [{ at: /phone, is: 1, proves: [tokens-unique] }]
  |                   ^^
  |
  = help: expected one of `same`, `differ`"#
)]
#[case::accepted_outside_a_race(
    "- { call: GET /auth/user, expect: open, also: [{ accepted-at-most: 1, proves: [profile-read] }] }",
    r#"error: `accepted-at-most` says nothing about the answer to one request
 --> one.yaml:8:56
  |
8 |       - { call: GET /auth/user, expect: open, also: [{ accepted-at-most: 1, proves: [profile-read] }] }
  |                                                        ^^^^^^^^^^^^^^^^
  |
  = help: expected one of `expect`, `at`, `same`, `differ`"#
)]
#[case::within_without_a_race(
    "- { call: GET /auth/user, expect: open, also: [{ expect: ok, within: /time_repeat, proves: [profile-read] }] }",
    r#"error: `within` belongs to `accepted-at-most`
 --> one.yaml:8:68
  |
8 |       - { call: GET /auth/user, expect: open, also: [{ expect: ok, within: /time_repeat, proves: [profile-read] }] }
  |                                                                    ^^^^^^"#
)]
#[case::value_without_a_place(
    "- { call: GET /auth/user, expect: open, also: [{ is: 1, proves: [profile-read] }] }",
    r#"error: missing key `at` in an assertion: `is` looks at one place of the body
 --> one.yaml:8:56
  |
8 |       - { call: GET /auth/user, expect: open, also: [{ is: 1, proves: [profile-read] }] }
  |                                                        ^^
  |
  = help: `at: ""` is the whole body"#
)]
#[case::place_without_a_value(
    "- { call: GET /auth/user, expect: open, also: [{ at: /phone, proves: [profile-read] }] }",
    r#"error: expected one of `is`, `isnt`, `in`, `holds`, `like`, `above`, `filled` in an assertion
 --> one.yaml:8:54
  |
8 |       - { call: GET /auth/user, expect: open, also: [{ at: /phone, proves: [profile-read] }] }
  |                                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"#
)]
#[case::two_values(
    "- { call: GET /auth/user, expect: open, also: [{ at: /phone, is: 1, isnt: 2, proves: [profile-read] }] }",
    r#"error: expected one of `is` and `isnt` in an assertion, found both
 --> one.yaml:8:75
  |
8 |       - { call: GET /auth/user, expect: open, also: [{ at: /phone, is: 1, isnt: 2, proves: [profile-read] }] }
  |                                                                           ^^^^"#
)]
#[case::no_pointer(
    "- { call: GET /auth/user, expect: open, also: [{ at: phone, is: 1, proves: [profile-read] }] }",
    r#"error: `phone` is no JSON Pointer
 --> one.yaml:8:60
  |
8 |       - { call: GET /auth/user, expect: open, also: [{ at: phone, is: 1, proves: [profile-read] }] }
  |                                                            ^^^^^
  |
  = help: write `/phone`, or `""` for the whole body"#
)]
#[case::except_without_is(
    r#"- { call: GET /auth/user, expect: open, also: [{ at: "", isnt: 1, except: [/a], proves: [profile-read] }] }"#,
    r#"error: `except` belongs to `is`
 --> one.yaml:8:73
  |
8 |       - { call: GET /auth/user, expect: open, also: [{ at: "", isnt: 1, except: [/a], proves: [profile-read] }] }
  |                                                                         ^^^^^^"#
)]
#[case::except_no_pattern(
    r#"- { call: GET /auth/user, expect: open, also: [{ at: "", is: 1, except: ["/*a*"], proves: [profile-read] }] }"#,
    r#"error: `/*a*` is no pattern of JSON Pointers
 --> one.yaml:8:80
  |
8 |       - { call: GET /auth/user, expect: open, also: [{ at: "", is: 1, except: ["/*a*"], proves: [profile-read] }] }
  |                                                                                ^^^^^^
  |
  = help: write `/key`, with one `*` for any text"#
)]
#[case::in_no_list(
    r#"- { call: GET /auth/user, expect: open, also: [{ at: "", in: 1, proves: [profile-read] }] }"#,
    r#"error: expected a list of allowed values, found a number
 --> one.yaml:8:68
  |
8 |       - { call: GET /auth/user, expect: open, also: [{ at: "", in: 1, proves: [profile-read] }] }
  |                                                                    ^"#
)]
#[case::holds_no_mapping(
    r#"- { call: GET /auth/user, expect: open, also: [{ at: "", holds: [1], proves: [profile-read] }] }"#,
    r#"error: expected keys and values that are there, a mapping, found a list
 --> one.yaml:8:71
  |
8 |       - { call: GET /auth/user, expect: open, also: [{ at: "", holds: [1], proves: [profile-read] }] }
  |                                                                       ^^^"#
)]
#[case::above_text(
    r#"- { call: GET /auth/user, expect: open, also: [{ at: "", above: "0", proves: [profile-read] }] }"#,
    r#"error: expected a number, found text
 --> one.yaml:8:71
  |
8 |       - { call: GET /auth/user, expect: open, also: [{ at: "", above: "0", proves: [profile-read] }] }
  |                                                                       ^^^"#
)]
#[case::filled_false(
    r#"- { call: GET /auth/user, expect: open, also: [{ at: "", filled: false, proves: [profile-read] }] }"#,
    r#"error: expected `true`, found `false`
 --> one.yaml:8:72
  |
8 |       - { call: GET /auth/user, expect: open, also: [{ at: "", filled: false, proves: [profile-read] }] }
  |                                                                        ^^^^^
  |
  = help: leave the key out"#
)]
#[case::three_values(
    "- check: [{ same: [1, 1, 1], proves: [tokens-unique] }]",
    r#"error: expected two values to compare, found 3 values
 --> one.yaml:8:25
  |
8 |       - check: [{ same: [1, 1, 1], proves: [tokens-unique] }]
  |                         ^^^^^^^^^"#
)]
#[case::answer_of_another_operation(
    "- { call: GET /auth/user, expect: open, also: [{ expect: Token, proves: [profile-read] }] }",
    r#"error: `GET /auth/user` does not answer with `Token`
 --> one.yaml:8:64
  |
8 |       - { call: GET /auth/user, expect: open, also: [{ expect: Token, proves: [profile-read] }] }
  |                                                                ^^^^^
  |
  = help: expected `UserProfileOut`"#
)]
#[case::unknown_key(
    "- check: [{ sme: [1, 1], proves: [tokens-unique] }]",
    r#"error: unknown key `sme` in an assertion
 --> one.yaml:8:19
  |
8 |       - check: [{ sme: [1, 1], proves: [tokens-unique] }]
  |                   ^^^
  |
  = help: did you mean `same`?"#
)]
#[case::text(
    "- check: [same]",
    r#"error: expected an assertion, which is a mapping, found text
 --> one.yaml:8:17
  |
8 |       - check: [same]
  |                 ^^^^"#
)]
fn shows_what_is_wrong_with_a_claim(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(step_mistakes(text), expected);
}

#[rstest]
#[case::no_list(
    r#"- { block: "${alice.phone}", when: { same: [1, 1] } }"#,
    r#"error: expected a list of conditions, found a mapping
 --> one.yaml:8:42
  |
8 |       - { block: "${alice.phone}", when: { same: [1, 1] } }
  |                                          ^^^^^^^^^^^^^^^^"#
)]
#[case::unknown(
    r#"- { block: "${alice.phone}", when: [{ acepted: first }] }"#,
    r#"error: unknown key `acepted` in a condition
 --> one.yaml:8:45
  |
8 |       - { block: "${alice.phone}", when: [{ acepted: first }] }
  |                                             ^^^^^^^
  |
  = help: did you mean `accepted`?"#
)]
#[case::two(
    r#"- { block: "${alice.phone}", when: [{ same: [1, 1], differ: [1, 1] }] }"#,
    r#"error: expected one of `same` and `differ` in a condition, found both
 --> one.yaml:8:59
  |
8 |       - { block: "${alice.phone}", when: [{ same: [1, 1], differ: [1, 1] }] }
  |                                                           ^^^^^^"#
)]
#[case::unknown_step(
    r#"- { id: first, call: POST /auth/logout, expect: open }
- { block: "${alice.phone}", when: [{ accepted: frist }] }"#,
    r#"error: no step before this one has the id `frist`
 --> one.yaml:9:55
  |
9 |       - { block: "${alice.phone}", when: [{ accepted: frist }] }
  |                                                       ^^^^^
  |
  = help: did you mean `first`?"#
)]
#[case::later_step(
    r#"- { block: "${alice.phone}", when: [{ accepted: later }] }
- { id: later, call: POST /auth/logout, expect: open }"#,
    r#"error: no step before this one has the id `later`
 --> one.yaml:8:55
  |
8 |       - { block: "${alice.phone}", when: [{ accepted: later }] }
  |                                                       ^^^^^
  |
  = help: give the step an `id`"#
)]
#[case::step_without_request(
    r#"- { id: first, block: "${alice.phone}" }
- { block: "${alice.phone}", when: [{ refused: first }] }"#,
    r#"error: the step `first` sends no request
 --> one.yaml:9:54
  |
9 |       - { block: "${alice.phone}", when: [{ refused: first }] }
  |                                                      ^^^^^"#
)]
#[case::error_of_another_operation(
    r#"- { id: first, call: POST /auth/logout, expect: open }
- { block: "${alice.phone}", when: [{ answered: [first, auth_user_blocked] }] }"#,
    r#"error: `auth_user_blocked` is not documented at `POST /auth/logout`
 --> one.yaml:9:63
  |
9 |       - { block: "${alice.phone}", when: [{ answered: [first, auth_user_blocked] }] }
  |                                                               ^^^^^^^^^^^^^^^^^
  |
  = help: expected `auth_bad_credentials`"#
)]
#[case::begins_with_a_number(
    r#"- { block: "${alice.phone}", when: [{ begins: ["${alice.phone}", 0] }] }"#,
    r#"error: expected text that a value begins with, found a number
 --> one.yaml:8:72
  |
8 |       - { block: "${alice.phone}", when: [{ begins: ["${alice.phone}", 0] }] }
  |                                                                        ^
  |
  = help: quote it: `"0"`"#
)]
#[case::due_without_within(
    r#"- { block: "${alice.phone}", when: [{ due: "${alice.life}" }] }"#,
    r#"error: missing key `within` in a condition
 --> one.yaml:8:43
  |
8 |       - { block: "${alice.phone}", when: [{ due: "${alice.life}" }] }
  |                                           ^^^^^^^^^^^^^^^^^^^^^^^^"#
)]
#[case::within_without_due(
    r#"- { block: "${alice.phone}", when: [{ same: [1, 1], within: 5 }] }"#,
    r#"error: `within` belongs to `due`
 --> one.yaml:8:59
  |
8 |       - { block: "${alice.phone}", when: [{ same: [1, 1], within: 5 }] }
  |                                                           ^^^^^^"#
)]
#[case::lasts_for_a_number(
    r#"- { block: "${alice.phone}", when: [{ lasts: 60 }] }"#,
    r#"error: expected a stated life, a reference such as `${alice.phone}`, found a number
 --> one.yaml:8:52
  |
8 |       - { block: "${alice.phone}", when: [{ lasts: 60 }] }
  |                                                    ^^"#
)]
#[case::within_with_lasts(
    r#"- { block: "${alice.phone}", when: [{ lasts: "${alice.life}", within: 5 }] }"#,
    r#"error: `within` belongs to `due`
 --> one.yaml:8:69
  |
8 |       - { block: "${alice.phone}", when: [{ lasts: "${alice.life}", within: 5 }] }
  |                                                                     ^^^^^^"#
)]
#[case::known_text(
    r#"- { block: "${alice.phone}", when: [{ known: phone }] }"#,
    r#"error: expected one reference such as `${alice.phone}`, found `phone`
 --> one.yaml:8:52
  |
8 |       - { block: "${alice.phone}", when: [{ known: phone }] }
  |                                                    ^^^^^"#
)]
#[case::known_never_bound(
    r#"- { block: "${alice.phone}", when: [{ known: "${phone}" }] }"#,
    r#"error: nothing before this is named `phone`
 --> one.yaml:8:53
  |
8 |       - { block: "${alice.phone}", when: [{ known: "${phone}" }] }
  |                                                     ^^^^^^^^
  |
  = help: expected one of `alice`, `client`"#
)]
fn shows_what_is_wrong_with_a_condition(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(step_mistakes(text), expected);
}
