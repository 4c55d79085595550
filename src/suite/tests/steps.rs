//! Mistakes in steps.

use rstest::rstest;

use super::step_mistakes;

#[rstest]
#[case::nothing(
    "- { about: Nothing happens. }",
    r#"error: this step does nothing
 --> one.yaml:8:9
  |
8 |       - { about: Nothing happens. }
  |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: expected one of `call`, `together`, `repeat`, `wait`, `code`, `mail`, `block`, `make`, `check`"#
)]
#[case::misspelt_action(
    r#"- { blok: "${alice.phone}" }"#,
    r#"error: unknown key `blok` in a step
 --> one.yaml:8:11
  |
8 |       - { blok: "${alice.phone}" }
  |           ^^^^
  |
  = help: did you mean `block`?"#
)]
#[case::two_actions(
    r#"- { wait: { seconds: 1 }, block: "${alice.phone}" }"#,
    r#"error: a step does one thing, found `wait` and `block`
 --> one.yaml:8:33
  |
8 |       - { wait: { seconds: 1 }, block: "${alice.phone}" }
  |                                 ^^^^^
  |
  = help: make them two steps"#
)]
#[case::text(
    "- block",
    r#"error: expected a step, which is a mapping, found text
 --> one.yaml:8:9
  |
8 |       - block
  |         ^^^^^"#
)]
#[case::unknown_key(
    r#"- { block: "${alice.phone}", abuot: Why. }"#,
    r#"error: unknown key `abuot` in a step
 --> one.yaml:8:36
  |
8 |       - { block: "${alice.phone}", abuot: Why. }
  |                                    ^^^^^
  |
  = help: did you mean `about`?"#
)]
#[case::id_in_capitals(
    r#"- { id: FirstStep, block: "${alice.phone}" }"#,
    r#"error: the id `FirstStep` is not kebab-case
 --> one.yaml:8:15
  |
8 |       - { id: FirstStep, block: "${alice.phone}" }
  |               ^^^^^^^^^
  |
  = help: write `firststep`"#
)]
#[case::id_with_underscore(
    r#"- { id: first_step, block: "${alice.phone}" }"#,
    r#"error: the id `first_step` is not kebab-case
 --> one.yaml:8:15
  |
8 |       - { id: first_step, block: "${alice.phone}" }
  |               ^^^^^^^^^^
  |
  = help: write `first-step`"#
)]
#[case::id_twice(
    r#"- { id: first, block: "${alice.phone}" }
- { id: first, block: "${alice.phone}" }"#,
    r#"error: the step id `first` is here twice
 --> one.yaml:9:15
  |
9 |       - { id: first, block: "${alice.phone}" }
  |               ^^^^^
  |
  = help: the first one is in line 8"#
)]
#[case::keep_on_a_block(
    r#"- { block: "${alice.phone}", keep: { a: /a } }"#,
    r#"error: unknown key `keep` in a step
 --> one.yaml:8:36
  |
8 |       - { block: "${alice.phone}", keep: { a: /a } }
  |                                    ^^^^
  |
  = help: expected one of `block`, `id`, `about`, `when`"#
)]
fn shows_what_is_wrong_with_a_step(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(step_mistakes(text), expected);
}

#[rstest]
#[case::race_of_one(
    "- together: [{ call: GET /auth/user, expect: open }]",
    r#"error: expected two calls or more to send together, found one
 --> one.yaml:8:19
  |
8 |       - together: [{ call: GET /auth/user, expect: open }]
  |                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"#
)]
#[case::race_that_keeps(
    "- together: [{ call: GET /auth/user, expect: open, keep: { a: /a } }, { call: GET /auth/user, expect: open }]",
    r#"error: unknown key `keep` in a call of `together`
 --> one.yaml:8:58
  |
8 |       - together: [{ call: GET /auth/user, expect: open, keep: { a: /a } }, { call: GET /auth/user, expect: open }]
  |                                                          ^^^^
  |
  = help: expected one of `call`, `as`, `headers`, `send`, `form`, `raw`, `type`, `link`, `may-close`, `expect`, `proves`, `also`"#
)]
#[case::race_that_expects(
    "- together: [{ call: GET /auth/user, expect: UserProfileOut }, { call: GET /auth/user, expect: open }]",
    r#"error: what one call of `together` expects is never judged: expected `open`
 --> one.yaml:8:52
  |
8 |       - together: [{ call: GET /auth/user, expect: UserProfileOut }, { call: GET /auth/user, expect: open }]
  |                                                    ^^^^^^^^^^^^^^
  |
  = help: write `also` beside `together`, or look at what became of it in a step that follows"#
)]
#[case::race_that_proves(
    "- together: [{ call: GET /auth/user, expect: open, proves: [profile-read] }, { call: GET /auth/user, expect: open }]",
    r#"error: `proves` is never judged for one call of `together`
 --> one.yaml:8:58
  |
8 |       - together: [{ call: GET /auth/user, expect: open, proves: [profile-read] }, { call: GET /auth/user, expect: open }]
  |                                                          ^^^^^^
  |
  = help: write `also` beside `together`, or look at what became of it in a step that follows"#
)]
#[case::race_that_looks_at_one_answer(
    r#"- together: [{ call: GET /auth/user, expect: open, also: [{ at: /a, is: 1, proves: [profile-read] }] }, { call: POST /auth/guest, expect: open }]"#,
    r#"error: `also` is never judged for one call of `together`
 --> one.yaml:8:58
  |
8 |       - together: [{ call: GET /auth/user, expect: open, also: [{ at: /a, is: 1, proves: [profile-read] }] }, { call: POST /auth/gues...
  |                                                          ^^^^
  |
  = help: write `also` beside `together`, or look at what became of it in a step that follows"#
)]
#[case::race_claim_about_a_body(
    r#"- together: [{ call: GET /auth/user, expect: open }, { call: GET /auth/user, expect: open }]
  also: [{ at: /a, is: 1, proves: [profile-read] }]"#,
    r#"error: `at` says nothing about requests sent together
 --> one.yaml:9:18
  |
9 |         also: [{ at: /a, is: 1, proves: [profile-read] }]
  |                  ^^
  |
  = help: expected one of `accepted-at-most`, `same`, `differ`"#
)]
#[case::repeat_never(
    r#"- repeat: { at-most: 0, until: { known: "${alice.phone}" }, steps: [{ block: "${alice.phone}" }] }"#,
    r#"error: expected 1 or more, found 0
 --> one.yaml:8:28
  |
8 |       - repeat: { at-most: 0, until: { known: "${alice.phone}" }, steps: [{ block: "${alice.phone}" }] }
  |                            ^"#
)]
#[case::repeat_without_end(
    r#"- repeat: { at-most: 2, steps: [{ block: "${alice.phone}" }] }"#,
    r#"error: missing key `until` in `repeat`
 --> one.yaml:8:17
  |
8 |       - repeat: { at-most: 2, steps: [{ block: "${alice.phone}" }] }
  |                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"#
)]
#[case::repeat_nothing(
    r#"- repeat: { at-most: 2, until: { known: "${alice.phone}" }, steps: [] }"#,
    r#"error: expected a list of steps, found an empty list
 --> one.yaml:8:74
  |
8 |       - repeat: { at-most: 2, until: { known: "${alice.phone}" }, steps: [] }
  |                                                                          ^^"#
)]
#[case::repeat_half(
    r#"- repeat: { at-most: 1.5, until: { known: "${alice.phone}" }, steps: [{ block: "${alice.phone}" }] }"#,
    r#"error: expected a whole number, found 1.5
 --> one.yaml:8:28
  |
8 |       - repeat: { at-most: 1.5, until: { known: "${alice.phone}" }, steps: [{ block: "${alice.phone}" }] }
  |                            ^^^"#
)]
#[case::wait_for_nothing(
    "- wait: {}",
    r#"error: expected one of `seconds`, `life` in `wait`
 --> one.yaml:8:15
  |
8 |       - wait: {}
  |               ^^"#
)]
#[case::wait_for_text(
    "- wait: { seconds: 5s }",
    r#"error: expected seconds, a number or one reference, found `5s`
 --> one.yaml:8:26
  |
8 |       - wait: { seconds: 5s }
  |                          ^^"#
)]
#[case::wait_backwards(
    "- wait: { seconds: -1 }",
    r#"error: expected seconds from now on, found -1
 --> one.yaml:8:26
  |
8 |       - wait: { seconds: -1 }
  |                          ^^"#
)]
#[case::wait_share(
    r#"- wait: { life: "${alice.life}", share: 1.5 }"#,
    r#"error: expected a share from 0 to 1, found 1.5
 --> one.yaml:8:47
  |
8 |       - wait: { life: "${alice.life}", share: 1.5 }
  |                                               ^^^"#
)]
#[case::wait_life_alone(
    r#"- wait: { life: "${alice.life}" }"#,
    r#"error: expected one of `share`, `past` in `wait`
 --> one.yaml:8:15
  |
8 |       - wait: { life: "${alice.life}" }
  |               ^^^^^^^^^^^^^^^^^^^^^^^^^"#
)]
#[case::wait_past_and_share(
    r#"- wait: { life: "${alice.life}", past: true, share: 0.5 }"#,
    r#"error: expected one of `share` and `past` in `wait`, found both
 --> one.yaml:8:40
  |
8 |       - wait: { life: "${alice.life}", past: true, share: 0.5 }
  |                                        ^^^^"#
)]
#[case::wait_seconds_and_share(
    "- wait: { seconds: 1, share: 0.5 }",
    r#"error: `share` belongs to `life`
 --> one.yaml:8:29
  |
8 |       - wait: { seconds: 1, share: 0.5 }
  |                             ^^^^^"#
)]
#[case::wait_life_of_a_number(
    "- wait: { life: 30, past: true }",
    r#"error: expected a stated life, a reference such as `${alice.phone}`, found a number
 --> one.yaml:8:23
  |
8 |       - wait: { life: 30, past: true }
  |                       ^^"#
)]
#[case::code_without_name(
    r#"- code: { phone: "${alice.phone}" }"#,
    r#"error: missing key `keep` in `code`
 --> one.yaml:8:15
  |
8 |       - code: { phone: "${alice.phone}" }
  |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^"#
)]
#[case::code_dotted_name(
    r#"- code: { phone: "${alice.phone}", keep: alice.v }"#,
    r#"error: `alice.v` is no name
 --> one.yaml:8:48
  |
8 |       - code: { phone: "${alice.phone}", keep: alice.v }
  |                                                ^^^^^^^
  |
  = help: letters, digits and `_`"#
)]
#[case::code_for_client(
    r#"- code: { phone: "${alice.phone}", keep: client }"#,
    r#"error: the name `client` is taken
 --> one.yaml:8:48
  |
8 |       - code: { phone: "${alice.phone}", keep: client }
  |                                                ^^^^^^
  |
  = help: it holds the client credentials of the target"#
)]
#[case::mail_to_a_phone(
    r#"- mail: { phone: "${alice.phone}", keep: m }"#,
    r#"error: missing key `email` in `mail`
 --> one.yaml:8:15
  |
8 |       - mail: { phone: "${alice.phone}", keep: m }
  |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

error: unknown key `phone` in `mail`
 --> one.yaml:8:17
  |
8 |       - mail: { phone: "${alice.phone}", keep: m }
  |                 ^^^^^
  |
  = help: expected one of `email`, `keep`, `if-sent`, `proves`"#
)]
#[case::mail_that_needs_not_come_and_shows_something(
    r#"- mail: { email: a@b.c, keep: m, if-sent: true, proves: [verify-sets-flag] }"#,
    r#"error: a mail that needs not come shows nothing: leave out `proves` or `if-sent`
 --> one.yaml:8:15
  |
8 |       - mail: { email: a@b.c, keep: m, if-sent: true, proves: [verify-sets-flag] }
  |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

error: `verify-sets-flag` is about `PUT /auth/verify/phone`, which is not called here
 --> one.yaml:8:64
  |
8 |       - mail: { email: a@b.c, keep: m, if-sent: true, proves: [verify-sets-flag] }
  |                                                                ^^^^^^^^^^^^^^^^"#
)]
#[case::unknown_fresh(
    "- make: { a: { fresh: emial } }",
    r#"error: unknown kind of fresh value `emial`
 --> one.yaml:8:29
  |
8 |       - make: { a: { fresh: emial } }
  |                             ^^^^^
  |
  = help: did you mean `email`?"#
)]
#[case::recipe_of_text(
    "- make: { a: open }",
    r#"error: expected a recipe, which is a mapping, found text
 --> one.yaml:8:20
  |
8 |       - make: { a: open }
  |                    ^^^^
  |
  = help: write `{ value: open }`"#
)]
#[case::two_recipes(
    "- make: { a: { fresh: email, text: 5 } }",
    r#"error: expected one of `fresh` and `text` in a recipe, found both
 --> one.yaml:8:36
  |
8 |       - make: { a: { fresh: email, text: 5 } }
  |                                    ^^^^"#
)]
#[case::empty_text(
    "- make: { a: { text: 0 } }",
    r#"error: expected 1 or more, found 0
 --> one.yaml:8:28
  |
8 |       - make: { a: { text: 0 } }
  |                            ^"#
)]
#[case::forge_text(
    "- make: { a: { forge: abc } }",
    r#"error: expected a value of the shape, a reference such as `${alice.phone}`, found `abc`
 --> one.yaml:8:29
  |
8 |       - make: { a: { forge: abc } }
  |                             ^^^"#
)]
#[case::make_client(
    "- make: { client: { fresh: email } }",
    r#"error: the name `client` is taken
 --> one.yaml:8:17
  |
8 |       - make: { client: { fresh: email } }
  |                 ^^^^^^
  |
  = help: it holds the client credentials of the target"#
)]
#[case::make_a_bad_name(
    r#"- make: { "a b": { fresh: email } }"#,
    r#"error: `a b` is no name
 --> one.yaml:8:17
  |
8 |       - make: { "a b": { fresh: email } }
  |                 ^^^^^
  |
  = help: letters, digits and `_`, with one dot before a field of a record"#
)]
fn shows_what_is_wrong_with_an_action(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(step_mistakes(text), expected);
}
