//! Mistakes inside `openapi.yaml`.

use rstest::rstest;

use super::*;

#[rstest]
#[case::openapi_version(
    "openapi.yaml",
    "openapi: 3.1.0",
    "openapi: 3.0.3",
    r"WrongValue: error: expected OpenAPI 3.1, found `3.0.3`
 --> openapi.yaml:1:10
  |
1 | openapi: 3.0.3
  |          ^^^^^"
)]
#[case::server(
    "openapi.yaml",
    "url: https://library.test/v2/",
    "url: library",
    r"WrongValue: error: expected a URL, found `library`: relative URL without a base
 --> openapi.yaml:3:18
  |
3 | servers: [{ url: library }]
  |                  ^^^^^^^"
)]
#[case::no_servers(
    "openapi.yaml",
    "[{ url: https://library.test/v2/ }]",
    "[]",
    r"WrongValue: error: expected at least one server, found none
 --> openapi.yaml:3:1
  |
3 | servers: []
  | ^^^^^^^"
)]
#[case::bearer_kind(
    "openapi.yaml",
    "x-bearer: access",
    "x-bearer: acess",
    r"WrongValue: error: expected `access` or `refresh`, found `acess`
 --> openapi.yaml:6:51
  |
6 |     card: { type: http, scheme: bearer, x-bearer: acess, x-refusal: bad_card }
  |                                                   ^^^^^"
)]
#[case::scheme_kind(
    "openapi.yaml",
    "scheme: bearer, x-bearer: access",
    "scheme: basic, x-bearer: access",
    r"WrongValue: error: expected the type `http` and the scheme `bearer`, found `http` and `basic`
 --> openapi.yaml:6:5
  |
6 |     card: { type: http, scheme: basic, x-bearer: access, x-refusal: bad_card }
  |     ^^^^"
)]
#[case::no_schemes(
    "openapi.yaml",
    "    card: { type: http, scheme: bearer, x-bearer: access, x-refusal: bad_card }\n    renewal: { type: http, scheme: bearer, x-bearer: refresh, x-refusal: bad_card }\n",
    "",
    r"WrongValue: error: expected at least one security scheme, found none
 --> openapi.yaml:5:3
  |
5 |   securitySchemes:
  |   ^^^^^^^^^^^^^^^"
)]
#[case::two_refusals(
    "openapi.yaml",
    "x-bearer: refresh, x-refusal: bad_card",
    "x-bearer: refresh, x-refusal: bad_desk",
    r"Disagreement: error: expected `bad_card` as at `card`, found `bad_desk`
 --> openapi.yaml:7:74
  |
7 |     renewal: { type: http, scheme: bearer, x-bearer: refresh, x-refusal: bad_desk }
  |                                                                          ^^^^^^^^"
)]
#[case::path_slash(
    "openapi.yaml",
    "  /loans:",
    "  loans:",
    r"WrongValue: error: expected a path that begins with `/`, found `loans`
 --> openapi.yaml:9:3
  |
9 |   loans:
  |   ^^^^^"
)]
#[case::method(
    "openapi.yaml",
    "    get:",
    "    got:",
    r"UnknownKey: error: a path has no key `got`
  --> openapi.yaml:33:5
   |
33 |     got:
   |     ^^^
   |
   = help: did you mean `get`?"
)]
#[case::unknown_operation_key(
    "openapi.yaml",
    "      security: [{ card: [] }]",
    "      secruity: [{ card: [] }]",
    r"UnknownKey: error: an operation has no key `secruity`
  --> openapi.yaml:15:7
   |
15 |       secruity: [{ card: [] }]
   |       ^^^^^^^^
   |
   = help: did you mean `security`?"
)]
#[case::duplicate_operation_id(
    "openapi.yaml",
    "operationId: listLoans",
    "operationId: borrow",
    r"Duplicate: error: the operationId `borrow` is here twice
  --> openapi.yaml:34:20
   |
34 |       operationId: borrow
   |                    ^^^^^^"
)]
#[case::no_source(
    "openapi.yaml",
    "      x-source: { heading: Loans, line: 3 }\n",
    "",
    r"WrongValue: error: expected an operation with the key `x-source`, found none
  --> openapi.yaml:10:5
   |
10 |     post:
   |     ^^^^"
)]
#[case::security_scheme(
    "openapi.yaml",
    "security: [{ card: [] }]",
    "security: [{ cart: [] }]",
    r"UnknownName: error: no security scheme is named `cart`
  --> openapi.yaml:15:20
   |
15 |       security: [{ cart: [] }]
   |                    ^^^^
   |
   = help: did you mean `card`?"
)]
#[case::level_case(
    "openapi.yaml",
    "x-json-level: must",
    "x-json-level: Must",
    r"WrongValue: error: no level is named `Must`
  --> openapi.yaml:17:23
   |
17 |         x-json-level: Must
   |                       ^^^^
   |
   = help: did you mean `must`?"
)]
#[case::no_json_body(
    "openapi.yaml",
    "          application/json: { schema: { $ref: requests/LoanRequest.json } }\n",
    "",
    r"WrongValue: error: expected the content of a request body with the key `application/json`, found none
  --> openapi.yaml:19:9
   |
19 |         content:
   |         ^^^^^^^"
)]
#[case::unknown_media_type(
    "openapi.yaml",
    "application/x-www-form-urlencoded:",
    "text/plain:",
    r"UnknownKey: error: the content of a request body has no key `text/plain`
  --> openapi.yaml:21:11
   |
21 |           text/plain: { schema: { $ref: requests/LoanRequest.json } }
   |           ^^^^^^^^^^
   |
   = help: expected one of `application/json`, `application/x-www-form-urlencoded`"
)]
#[case::two_bodies(
    "openapi.yaml",
    "urlencoded: { schema: { $ref: requests/LoanRequest",
    "urlencoded: { schema: { $ref: models/Refusal",
    r"Disagreement: error: expected `LoanRequest` as in the other notation, found `Refusal`
  --> openapi.yaml:21:11
   |
21 |           application/x-www-form-urlencoded: { schema: { $ref: models/Refusal.json } }
   |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"
)]
#[case::no_schema(
    "openapi.yaml",
    "{ application/json: { schema: { $ref: models/Loan.json } } }",
    "{ application/json: {} }",
    r"WrongValue: error: expected a media type with the key `schema`, found none
  --> openapi.yaml:25:22
   |
25 |           content: { application/json: {} }
   |                      ^^^^^^^^^^^^^^^^"
)]
#[case::inline_schema(
    "openapi.yaml",
    "{ $ref: models/Loan.json }",
    "{ type: object }",
    r"UnknownKey: error: a schema by reference has no key `type`
  --> openapi.yaml:25:52
   |
25 |           content: { application/json: { schema: { type: object } } }
   |                                                    ^^^^
   |
   = help: expected `$ref`"
)]
#[case::no_such_model(
    "openapi.yaml",
    "models/Refusal.json",
    "models/Refusals.json",
    r"DanglingReference: error: expected a reference to a model, found `models/Refusals.json`
  --> openapi.yaml:29:58
   |
29 |           content: { application/json: { schema: { $ref: models/Refusals.json } } }
   |                                                          ^^^^^^^^^^^^^^^^^^^^
   |
   = help: did you mean `models/Refusal.json`?"
)]
#[case::definitions_as_model(
    "openapi.yaml",
    "models/Refusal.json",
    "models/shared.json",
    r"DanglingReference: error: expected a reference to a model, found `models/shared.json`
  --> openapi.yaml:29:58
   |
29 |           content: { application/json: { schema: { $ref: models/shared.json } } }
   |                                                          ^^^^^^^^^^^^^^^^^^
   |
   = help: did you mean `models/Loan.json`?"
)]
#[case::no_success(
    "openapi.yaml",
    "        \"200\":\n          description: Anything.",
    "        \"404\":\n          description: Anything.",
    r"WrongValue: error: expected `responses` with the key `200`, found none
  --> openapi.yaml:38:7
   |
38 |       responses:
   |       ^^^^^^^^^"
)]
#[case::status_5xx(
    "openapi.yaml",
    "\"401\":",
    "\"501\":",
    r#"WrongValue: error: expected the status "200" or one from "400" to "499", found `501`
  --> openapi.yaml:30:9
   |
30 |         "501":
   |         ^^^^^"#
)]
fn a_mistake_in_an_operation_is_shown(
    #[case] file: &str,
    #[case] right: &str,
    #[case] wrong: &str,
    #[case] expected: &str,
) {
    assert_eq!(mistake(file, right, wrong), expected);
}
