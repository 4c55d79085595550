//! Mistakes in files as a whole, and where files come from.

use std::fs;
use std::path::Path;

use rstest::rstest;

use super::{FIXTURES, mistakes, read};
use crate::contract::Contract;
use crate::embedded::SUITES;
use crate::suite::Suites;

const ONE: &str = r#"suite: one
about: One.
flows:
  - id: go
    about: Go.
    steps:
      - { block: "1" }
"#;

#[rstest]
#[case::syntax(
    r#"suite: one
about: [One.
flows: 1
"#,
    r#"error: broken YAML: illegal placement of ':' indicator
 --> one.yaml:3:6
  |
3 | flows: 1
  |      ^"#
)]
#[case::empty(
    "",
    r#"error: expected a suite, which is a mapping, found nothing
 --> one.yaml:1:1
  |
1 |
  | ^"#
)]
#[case::list(
    r#"- suite
"#,
    r#"error: expected a suite, which is a mapping, found a list
 --> one.yaml:1:1
  |
1 | - suite
  | ^"#
)]
#[case::other_id(
    r#"suite: two
about: One.
flows:
  - id: go
    about: Go.
    steps:
      - { block: "1" }
"#,
    r#"error: the suite `two` is in the file `one.yaml`
 --> one.yaml:1:8
  |
1 | suite: two
  |        ^^^
  |
  = help: write `suite: one`, or rename the file"#
)]
#[case::id_in_capitals(
    r#"suite: One
about: One.
flows:
  - id: go
    about: Go.
    steps:
      - { block: "1" }
"#,
    r#"error: the id `One` is not kebab-case
 --> one.yaml:1:8
  |
1 | suite: One
  |        ^^^
  |
  = help: write `one`

error: the suite `One` is in the file `one.yaml`
 --> one.yaml:1:8
  |
1 | suite: One
  |        ^^^
  |
  = help: write `suite: one`, or rename the file"#
)]
#[case::no_flows(
    r#"suite: one
about: One.
flows: []
"#,
    r#"error: expected a list of flows, found an empty list
 --> one.yaml:3:8
  |
3 | flows: []
  |        ^^"#
)]
#[case::missing_flows(
    r#"suite: one
about: One.
"#,
    r#"error: missing key `flows` in a suite
 --> one.yaml:1:1
  |
1 | suite: one
  | ^^^^^"#
)]
#[case::unknown_key(
    r#"suite: one
about: One.
flow: []
flows:
  - id: go
    about: Go.
    steps:
      - { block: "1" }
"#,
    r#"error: unknown key `flow` in a suite
 --> one.yaml:3:1
  |
3 | flow: []
  | ^^^^
  |
  = help: did you mean `flows`?"#
)]
#[case::duplicate_key(
    r#"suite: one
about: One.
about: Two.
flows:
  - id: go
    about: Go.
    steps:
      - { block: "1" }
"#,
    r#"error: the key `about` is here twice
 --> one.yaml:3:1
  |
3 | about: Two.
  | ^^^^^
  |
  = help: the first one is in line 2"#
)]
#[case::flow_without_about(
    r#"suite: one
about: One.
flows:
  - id: go
    steps:
      - { block: "1" }
"#,
    r#"error: missing key `about` in a flow
 --> one.yaml:4:5
  |
4 |   - id: go
  |     ^^"#
)]
#[case::flow_without_steps(
    r#"suite: one
about: One.
flows:
  - { id: go, about: Go. }
"#,
    r#"error: missing key `steps` in a flow
 --> one.yaml:4:5
  |
4 |   - { id: go, about: Go. }
  |     ^^^^^^^^^^^^^^^^^^^^^^"#
)]
#[case::flow_twice(
    r#"suite: one
about: One.
flows:
  - id: go
    about: Go.
    steps:
      - { block: "1" }
  - id: go
    about: Go.
    steps:
      - { block: "1" }
"#,
    r#"error: the flow id `go` is here twice
 --> one.yaml:8:9
  |
8 |   - id: go
  |         ^^
  |
  = help: the first one is at one.yaml:4:9"#
)]
#[case::about_is_a_number(
    r#"suite: one
about: One.
flows:
  - id: go
    about: 12
    steps:
      - { block: "1" }
"#,
    r#"error: expected a sentence, which is text, found a number
 --> one.yaml:5:12
  |
5 |     about: 12
  |            ^^
  |
  = help: quote it: `"12"`"#
)]
#[case::unknown_fixture(
    r#"suite: one
about: One.
flows:
  - id: go
    about: Go.
    given: { alice: acount }
    steps:
      - { block: "${alice.anything}" }
"#,
    r#"error: unknown fixture `acount`
 --> one.yaml:6:21
  |
6 |     given: { alice: acount }
  |                     ^^^^^^
  |
  = help: did you mean `account`?"#
)]
#[case::given_client(
    r#"suite: one
about: One.
flows:
  - id: go
    about: Go.
    given: { client: account }
    steps:
      - { block: "1" }
"#,
    r#"error: the name `client` is taken
 --> one.yaml:6:14
  |
6 |     given: { client: account }
  |              ^^^^^^
  |
  = help: it holds the client credentials of the target"#
)]
#[case::given_list(
    r#"suite: one
about: One.
flows:
  - id: go
    about: Go.
    given: [account]
    steps:
      - { block: "1" }
"#,
    r#"error: expected names and fixture ids, a mapping, found a list
 --> one.yaml:6:12
  |
6 |     given: [account]
  |            ^^^^^^^^^"#
)]
fn shows_what_is_wrong_with_a_suite(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(mistakes(&[("fixtures.yaml", FIXTURES), ("one.yaml", text)]), expected);
}

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
#[test]
fn shows_every_mistake_and_counts_them() {
    let one = "suite: one\nabout: One.\nflows:\n  - id: go\n    about: Go.\n    steps:\n      - blok: a\n      - wait: { seconds: x }\n";
    let two = "suite: 2\nabout: Two.\nflows: 1\n";
    let errors = read(&[("fixtures.yaml", FIXTURES), ("one.yaml", one), ("two.yaml", two)]).unwrap_err();
    assert_eq!(
        errors.to_string(),
        r#"error: unknown key `blok` in a step
 --> one.yaml:7:9
  |
7 |       - blok: a
  |         ^^^^
  |
  = help: did you mean `block`?

error: expected seconds, a number or one reference, found `x`
 --> one.yaml:8:26
  |
8 |       - wait: { seconds: x }
  |                          ^

error: expected an id, found a number
 --> two.yaml:1:8
  |
1 | suite: 2
  |        ^

error: expected a list of flows, found a number
 --> two.yaml:3:8
  |
3 | flows: 1
  |        ^

4 mistakes in 2 files"#
    );
    assert_eq!(errors.diagnostics().len(), 4);
}

#[test]
fn a_flow_id_is_unique_over_all_suites() {
    let two = ONE.replace("suite: one", "suite: two");
    let shown = mistakes(&[("one.yaml", ONE), ("two.yaml", &two)]);
    assert!(shown.contains("the flow id `go` is here twice\n --> two.yaml:4:9"), "{shown}");
    assert!(shown.contains("the first one is at one.yaml:4:9"), "{shown}");
}

#[test]
fn only_fixtures_are_no_suites() {
    assert_eq!(mistakes(&[("fixtures.yaml", FIXTURES)]), "expected suites in ``, found none");
}

#[test]
fn reads_a_folder() {
    let contract = Contract::embedded().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    fs::create_dir(folder.path().join("snapshots")).unwrap();
    write("snapshots/other.yaml", "not a suite");
    write("README.md", "not a suite");
    write("one.yaml", ONE);
    let first = Suites::from_dir(folder.path(), &contract).unwrap();
    assert_eq!(first.suites.iter().map(|suite| suite.id.as_str()).collect::<Vec<_>>(), ["one"]);
    assert_eq!(first.flows().next().unwrap().place.to_string(), "one.yaml:4:5");

    write("one.yaml", &ONE.replace("Go.", "Went."));
    assert_ne!(Suites::from_dir(folder.path(), &contract).unwrap().digest, first.digest);

    write("two.yml", &ONE.replace("one", "two").replace("go", "went"));
    let shown = Suites::from_dir(folder.path(), &contract).unwrap_err().to_string();
    let path = folder.path().join("two.yml");
    assert!(shown.starts_with(&format!("error: a suite ends in `.yaml`\n --> {}:1:1\n", path.display())), "{shown}");
}

#[test]
fn a_folder_that_is_not_there_is_unreadable() {
    let contract = Contract::embedded().unwrap();
    let errors = Suites::from_dir(Path::new("no/such/folder"), &contract).unwrap_err();
    assert!(errors.to_string().starts_with("cannot read `no/such/folder`: "), "{errors}");
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
