//! Mistakes in files as a whole, and where files come from.

use std::fs;
use std::path::Path;

use rstest::rstest;

use super::{FIXTURES, ONE, mistakes, read};
use crate::contract::Contract;
use crate::suite::Suites;

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
