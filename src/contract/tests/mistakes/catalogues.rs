//! Mistakes inside `errors.yaml` and `requirements.yaml`.

use rstest::rstest;

use super::*;

#[rstest]
#[case::unknown_key(
    "requirements.yaml",
    "  refs:",
    "  reffs:",
    r#"UnknownKey: error: a requirement has no key `reffs`
  --> requirements.yaml:11:3
   |
11 |   reffs: ["ISO 2789"]
   |   ^^^^^
   |
   = help: did you mean `refs`?"#
)]
#[case::unknown_error_key(
    "errors.yaml",
    "  wait:",
    "  await:",
    r"UnknownKey: error: an error has no key `await`
 --> errors.yaml:5:3
  |
5 |   await: true
  |   ^^^^^
  |
  = help: did you mean `wait`?"
)]
#[case::unknown_level(
    "requirements.yaml",
    "level: observe",
    "level: may",
    r"WrongValue: error: no level is named `may`
  --> requirements.yaml:13:10
   |
13 |   level: may
   |          ^^^
   |
   = help: expected one of `must`, `should`, `observe`"
)]
#[case::unknown_kind(
    "requirements.yaml",
    "  level: observe",
    "  level: observe\n  kind: refusal",
    r"WrongValue: error: no kind is named `refusal`
  --> requirements.yaml:14:9
   |
14 |   kind: refusal
   |         ^^^^^^^
   |
   = help: did you mean `refusals`?"
)]
#[case::missing_key(
    "requirements.yaml",
    "  says: \"A card borrows a book.\"\n",
    "",
    r"WrongValue: error: expected a requirement with the key `says`, found none
 --> requirements.yaml:1:3
  |
1 | - id: loan-given
  |   ^^"
)]
#[case::id_case(
    "requirements.yaml",
    "id: loan-given",
    "id: Loan_given",
    r"WrongValue: error: expected a kebab-case id, found `Loan_given`
 --> requirements.yaml:1:7
  |
1 | - id: Loan_given
  |       ^^^^^^^^^^"
)]
#[case::source_line(
    "requirements.yaml",
    "line: 5",
    "line: 0",
    r"WrongValue: error: expected a line number from 1, found `0`
  --> requirements.yaml:10:35
   |
10 |   source: { heading: Loans, line: 0 }
   |                                   ^"
)]
#[case::not_a_list(
    "errors.yaml",
    "operations: [POST /loans]\n  wait",
    "operations: POST /loans\n  wait",
    r"WrongValue: error: expected a list of operations, found `POST /loans`
 --> errors.yaml:4:15
  |
4 |   operations: POST /loans
  |               ^^^^^^^^^^^"
)]
#[case::no_operations(
    "errors.yaml",
    "operations: [POST /loans]\n  wait",
    "operations: []\n  wait",
    r"WrongValue: error: expected at least one operation, found none
 --> errors.yaml:4:3
  |
4 |   operations: []
  |   ^^^^^^^^^^"
)]
#[case::status_range(
    "errors.yaml",
    "status: 400",
    "status: 500",
    r"WrongValue: error: expected a status from 400 to 499, found `500`
 --> errors.yaml:2:11
  |
2 |   status: 500
  |           ^^^"
)]
#[case::open_pattern(
    "errors.yaml",
    "[0-9]+$\"",
    "[0-9]+\"",
    r#"WrongValue: error: expected a regular expression from `^` to `$`, found `^Lent until [0-9]+`
 --> errors.yaml:3:12
  |
3 |   pattern: "^Lent until [0-9]+"
  |            ^^^^^^^^^^^^^^^^^^^^"#
)]
#[case::broken_pattern(
    "errors.yaml",
    "[0-9]+$\"",
    "[0-9+$\"",
    r#"WrongValue: error: expected a regular expression from `^` to `$`, found `^Lent until [0-9+$`
 --> errors.yaml:3:12
  |
3 |   pattern: "^Lent until [0-9+$"
  |            ^^^^^^^^^^^^^^^^^^^^"#
)]
#[case::message_and_pattern(
    "errors.yaml",
    "  wait: true",
    "  message: \"x\"",
    r"WrongValue: error: expected either `message` or `pattern`, found both
 --> errors.yaml:1:3
  |
1 | - error: book_lent
  |   ^^^^^"
)]
#[case::message_neither(
    "errors.yaml",
    "  message: \"No such desk\"\n",
    "",
    r"WrongValue: error: expected either `message` or `pattern`, found neither
  --> errors.yaml:10:3
   |
10 | - error: bad_desk
   |   ^^^^^"
)]
#[case::wait_text(
    "errors.yaml",
    "wait: true",
    "wait: yes",
    r"WrongValue: error: expected true or false, found `yes`
 --> errors.yaml:5:9
  |
5 |   wait: yes
  |         ^^^"
)]
#[case::duplicate_requirement(
    "requirements.yaml",
    "id: list-answers",
    "id: loan-given",
    r"Duplicate: error: the id `loan-given` is here twice
  --> requirements.yaml:12:7
   |
12 | - id: loan-given
   |       ^^^^^^^^^^"
)]
#[case::duplicate_error(
    "errors.yaml",
    "error: bad_desk",
    "error: bad_card",
    r"Duplicate: error: `bad_card` is here twice
  --> errors.yaml:10:10
   |
10 | - error: bad_card
   |          ^^^^^^^^"
)]
fn a_mistake_in_a_catalogue_is_shown(
    #[case] file: &str,
    #[case] right: &str,
    #[case] wrong: &str,
    #[case] expected: &str,
) {
    assert_eq!(mistake(file, right, wrong), expected);
}
