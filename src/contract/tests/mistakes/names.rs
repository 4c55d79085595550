//! Names that lead nowhere, and files that contradict each other.

use rstest::rstest;

use super::*;

#[rstest]
#[case::requirement_operation(
    "requirements.yaml",
    "operation: GET /loans",
    "operation: GET /loan",
    r"UnknownName: error: no operation is named `GET /loan`
  --> requirements.yaml:14:14
   |
14 |   operation: GET /loan
   |              ^^^^^^^^^
   |
   = help: did you mean `GET /loans`?"
)]
#[case::error_operation(
    "errors.yaml",
    "operations: [POST /loans]\n  wait",
    "operations: [POST /loan]\n  wait",
    r"UnknownName: error: no operation is named `POST /loan`
 --> errors.yaml:4:16
  |
4 |   operations: [POST /loan]
  |                ^^^^^^^^^^
  |
  = help: did you mean `POST /loans`?"
)]
#[case::error_not_documented(
    "errors.yaml",
    "operations: [POST /loans]\n  wait",
    "operations: [POST /loans, GET /loans]\n  wait",
    r"Disagreement: error: `book_lent` is not among the x-errors of GET /loans
 --> errors.yaml:4:29
  |
4 |   operations: [POST /loans, GET /loans]
  |                             ^^^^^^^^^^"
)]
#[case::x_error_unknown(
    "openapi.yaml",
    "[book_lent]",
    "[book_lent, book_lost]",
    r"UnknownName: error: no error is named `book_lost`
  --> openapi.yaml:28:33
   |
28 |           x-errors: [book_lent, book_lost]
   |                                 ^^^^^^^^^
   |
   = help: did you mean `book_lent`?"
)]
#[case::x_error_not_listed(
    "openapi.yaml",
    "          description: Anything.",
    "          description: Anything.\n          x-errors: [book_lent]",
    r"Disagreement: error: errors.yaml does not list GET /loans for `book_lent`
  --> openapi.yaml:41:22
   |
41 |           x-errors: [book_lent]
   |                      ^^^^^^^^^"
)]
#[case::x_error_status(
    "openapi.yaml",
    "\"400\":",
    "\"409\":",
    r"Disagreement: error: expected the status 400 for `book_lent`, found 409
  --> openapi.yaml:28:22
   |
28 |           x-errors: [book_lent]
   |                      ^^^^^^^^^"
)]
#[case::x_requirement(
    "models/Loan.json",
    "loan-model",
    "loan-modell",
    r#"UnknownName: error: no requirement is named `loan-modell`
 --> models/Loan.json:2:20
  |
2 |   "x-requirement": "loan-modell",
  |                    ^^^^^^^^^^^^^
  |
  = help: did you mean `loan-model`?"#
)]
#[case::x_success(
    "openapi.yaml",
    "x-success-requirement: loan-given",
    "x-success-requirement: loan-taken",
    r"UnknownName: error: no requirement is named `loan-taken`
  --> openapi.yaml:14:30
   |
14 |       x-success-requirement: loan-taken
   |                              ^^^^^^^^^^
   |
   = help: did you mean `loan-given`?"
)]
#[case::x_success_elsewhere(
    "openapi.yaml",
    "x-success-requirement: loan-given",
    "x-success-requirement: list-answers",
    r"Disagreement: error: expected a requirement of POST /loans, `list-answers` is one of GET /loans
  --> openapi.yaml:14:30
   |
14 |       x-success-requirement: list-answers
   |                              ^^^^^^^^^^^^"
)]
#[case::x_client_refusal(
    "openapi.yaml",
    "x-client-refusal: bad_desk",
    "x-client-refusal: bad_disk",
    r#"UnknownName: error: no error is named `bad_disk`
 --> openapi.yaml:2:57
  |
2 | info: { title: Library, version: "1", x-client-refusal: bad_disk }
  |                                                         ^^^^^^^^
  |
  = help: did you mean `bad_desk`?"#
)]
#[case::bearer_refusal(
    "openapi.yaml",
    "x-bearer: access, x-refusal: bad_card }\n    renewal: { type: http, scheme: bearer, x-bearer: refresh, x-refusal: bad_card }",
    "x-bearer: access, x-refusal: bad_cart }",
    r"UnknownName: error: no error is named `bad_cart`
 --> openapi.yaml:6:70
  |
6 |     card: { type: http, scheme: bearer, x-bearer: access, x-refusal: bad_cart }
  |                                                                      ^^^^^^^^
  |
  = help: did you mean `bad_card`?"
)]
fn a_mistake_between_files_is_shown(
    #[case] file: &str,
    #[case] right: &str,
    #[case] wrong: &str,
    #[case] expected: &str,
) {
    assert_eq!(mistake(file, right, wrong), expected);
}

#[test]
fn two_models_of_one_name_are_shown() {
    let mut files = library();
    files.push(("requests/Loan.json".to_string(), "{ \"type\": \"object\" }".to_string()));
    let expected = "Duplicate: error: the model `Loan` is here and in models/Loan.json
 --> requests/Loan.json:1:3
  |
1 | { \"type\": \"object\" }
  |   ^^^^^^";
    assert_eq!(told(&files), expected);
}
