//! Mistakes in the states that negative cases are generated for.

use rstest::rstest;

use super::{ONE, mistakes};

#[rstest]
#[case::no_twin(
    r#"stages:
  - { id: refresh, about: Refresh. }
"#,
    r#"error: missing key `twin` in a stage
 --> stages.yaml:2:5
  |
2 |   - { id: refresh, about: Refresh. }
  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"#
)]
#[case::refused_twin(
    r#"stages:
  - id: refresh
    about: Refresh.
    twin: { call: POST /auth/refresh, expect: refused, proves: [refresh-works] }
"#,
    r#"error: a twin is a request that is accepted
 --> stages.yaml:4:47
  |
4 |     twin: { call: POST /auth/refresh, expect: refused, proves: [refresh-works] }
  |                                               ^^^^^^^"#
)]
#[case::spends_another_field(
    r#"stages:
  - id: refresh
    about: Refresh.
    twin: { call: POST /auth/refresh, send: { code: "1" }, expect: Token }
    spends: [coed]
"#,
    r#"error: unknown field of the twin `coed`
 --> stages.yaml:5:14
  |
5 |     spends: [coed]
  |              ^^^^
  |
  = help: did you mean `code`?"#
)]
#[case::twin_with_a_step_id(
    r#"stages:
  - id: refresh
    about: Refresh.
    twin: { id: twin, call: POST /auth/refresh, expect: Token }
"#,
    r#"error: unknown key `id` in a twin
 --> stages.yaml:4:13
  |
4 |     twin: { id: twin, call: POST /auth/refresh, expect: Token }
  |             ^^"#
)]
#[case::twice(
    r#"stages:
  - { id: a, about: A., twin: { call: POST /auth/refresh, expect: Token } }
  - { id: a, about: A., twin: { call: POST /auth/refresh, expect: Token } }
"#,
    r#"error: the stage id `a` is here twice
 --> stages.yaml:3:11
  |
3 |   - { id: a, about: A., twin: { call: POST /auth/refresh, expect: Token } }
  |           ^
  |
  = help: the first one is at stages.yaml:2:11"#
)]
fn shows_what_is_wrong_with_stages(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(mistakes(&[("one.yaml", ONE), ("stages.yaml", text)]), expected);
}
