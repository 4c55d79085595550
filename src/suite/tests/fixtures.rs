//! Mistakes in the shared beginnings.

use rstest::rstest;

use super::{ONE, mistakes, read};
use crate::embedded::SUITES;

#[rstest]
#[case::twice(
    r#"fixtures:
  - id: account
    about: An account.
    steps:
      - { block: "1" }
    yields: { phone: "1" }
  - id: account
    about: An account.
    steps:
      - { block: "1" }
    yields: { phone: "1" }
"#,
    r#"error: the fixture id `account` is here twice
 --> fixtures.yaml:7:9
  |
7 |   - id: account
  |         ^^^^^^^
  |
  = help: the first one is at fixtures.yaml:2:9"#
)]
#[case::itself(
    r#"fixtures:
  - id: account
    about: An account.
    given: { a: account }
    steps:
      - { block: "1" }
    yields: { phone: "1" }
"#,
    r#"error: a fixture needs itself: `account` needs `account`
 --> fixtures.yaml:4:17
  |
4 |     given: { a: account }
  |                 ^^^^^^^"#
)]
#[case::circle(
    r#"fixtures:
  - id: account
    about: An account.
    given: { it: other }
    steps:
      - { block: "1" }
    yields: { phone: "1" }
  - id: other
    about: An account.
    given: { it: account }
    steps:
      - { block: "1" }
    yields: { phone: "1" }
"#,
    r#"error: a fixture needs itself: `account` needs `other` needs `account`
  --> fixtures.yaml:10:18
   |
10 |     given: { it: account }
   |                  ^^^^^^^"#
)]
#[case::no_yields(
    r#"fixtures:
  - id: account
    about: An account.
    steps:
      - { block: "1" }
"#,
    r#"error: missing key `yields` in a fixture
 --> fixtures.yaml:2:5
  |
2 |   - id: account
  |     ^^"#
)]
#[case::yields_nothing_bound(
    r#"fixtures:
  - id: account
    about: An account.
    steps:
      - { block: "1" }
    yields: { phone: "${phone}" }
"#,
    r#"error: nothing before this is named `phone`
 --> fixtures.yaml:6:23
  |
6 |     yields: { phone: "${phone}" }
  |                       ^^^^^^^^
  |
  = help: expected `client`"#
)]
#[case::unknown_key(
    r#"fixtures:
  - id: account
    abuot: An account.
    steps:
      - { block: "1" }
    yields: { phone: "1" }
"#,
    r#"error: missing key `about` in a fixture
 --> fixtures.yaml:2:5
  |
2 |   - id: account
  |     ^^

error: unknown key `abuot` in a fixture
 --> fixtures.yaml:3:5
  |
3 |     abuot: An account.
  |     ^^^^^
  |
  = help: did you mean `about`?"#
)]
#[case::no_fixtures(
    r#"fixture: []
"#,
    r#"error: unknown key `fixture` in the fixtures file
 --> fixtures.yaml:1:1
  |
1 | fixture: []
  | ^^^^^^^
  |
  = help: did you mean `fixtures`?

error: missing key `fixtures` in the fixtures file
 --> fixtures.yaml:1:1
  |
1 | fixture: []
  | ^^^^^^^"#
)]
fn shows_what_is_wrong_with_fixtures(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(mistakes(&[("fixtures.yaml", text), ("one.yaml", ONE)]), expected);
}

#[test]
fn the_fixtures_of_the_project_load() {
    let fixtures = SUITES.iter().find(|(name, _)| *name == "fixtures.yaml").unwrap().1;
    let suites = read(&[("fixtures.yaml", fixtures), ("one.yaml", ONE)]).unwrap_or_else(|errors| panic!("{errors}"));
    let reset = suites.fixture("reset-requested").unwrap();
    assert_eq!(reset.given[0].fixture, "completed-account");
    assert!(reset.yields.iter().any(|(name, _)| name == "owner_refresh"));
}

#[test]
fn broken_fixtures_bring_no_other_mistakes() {
    let one = "suite: one\nabout: One.\nflows:\n  - id: go\n    about: Go.\n    given: { alice: account }\n    steps:\n      - { block: \"${alice.phone}\" }\n      - { check: [{ same: [1, 1], proves: [refresh-works] }] }\n";
    let shown = mistakes(&[("fixtures.yaml", "fixtures: ["), ("one.yaml", one)]);
    assert_eq!(shown.matches("error: ").count(), 1, "{shown}");
    assert!(shown.starts_with("error: broken YAML: "), "{shown}");
}
