//! Texts that are no YAML or no JSON.

use rstest::rstest;

use super::*;

#[rstest]
#[case::yaml_broken(
    "errors.yaml",
    "  status: 400",
    "  status: [400",
    r#"Syntax: error: broken YAML: illegal placement of ':' indicator
 --> errors.yaml:3:10
  |
3 |   pattern: "^Lent until [0-9]+$"
  |          ^"#
)]
#[case::several_documents(
    "requirements.yaml",
    "- id: loan-model",
    "---\n- id: loan-model",
    r"Syntax: error: a second document begins here
 --> requirements.yaml:7:1
  |
7 | - id: loan-model
  | ^
  |
  = help: a file is one document"
)]
#[case::empty_file(
    "errors.yaml",
    super::library::FILES[0].1,
    "",
    r"WrongValue: error: expected a list of errors, found null
 --> errors.yaml:1:1
  |
1 |
  | ^"
)]
#[case::json_broken(
    "models/Loan.json",
    "\"due\"],",
    "\"due\"]",
    r#"Syntax: error: broken JSON: expected `,` or `}`
 --> models/Loan.json:5:3
  |
5 |   "properties": {
  |   ^"#
)]
#[case::duplicate_key(
    "requirements.yaml",
    "  operation: POST /loans\n",
    "  operation: POST /loans\n  level: must\n",
    r"Syntax: error: the key `level` is here twice
 --> requirements.yaml:4:3
  |
4 |   level: must
  |   ^^^^^
  |
  = help: the first one is in line 2"
)]
#[case::duplicate_json_key(
    "models/Loan.json",
    "\"ticket\":",
    "\"due\":",
    r#"Syntax: error: the key `due` is here twice
 --> models/Loan.json:7:5
  |
7 |     "due": { "$ref": "shared.json#/$defs/ticket" }
  |     ^^^^^
  |
  = help: the first one is in line 6"#
)]
fn a_text_that_cannot_be_read_is_shown(
    #[case] file: &str,
    #[case] right: &str,
    #[case] wrong: &str,
    #[case] expected: &str,
) {
    assert_eq!(mistake(file, right, wrong), expected);
}

#[rstest]
#[case("openapi.yaml")]
#[case("errors.yaml")]
#[case("requirements.yaml")]
fn a_missing_file_is_named(#[case] missing: &str) {
    let files: Vec<_> = library().into_iter().filter(|(path, _)| path != missing).collect();
    let error = load::load(&files).unwrap_err();
    assert_eq!(error.to_string(), format!("expected the file `{missing}` in the contract, found none"));
}
