//! A small contract of another domain: it shows that the loader knows no name of the auth API.

/// Its files as (path, text).
pub const FILES: &[(&str, &str)] = &[
    ("errors.yaml", ERRORS),
    ("models/Loan.json", LOAN),
    ("models/Refusal.json", REFUSAL),
    ("models/shared.json", SHARED),
    ("openapi.yaml", OPENAPI),
    ("requests/LoanRequest.json", LOAN_REQUEST),
    ("requirements.yaml", REQUIREMENTS),
];

const OPENAPI: &str = r#"openapi: 3.1.0
info: { title: Library, version: "1", x-client-refusal: bad_desk }
servers: [{ url: https://library.test/v2/ }]
components:
  securitySchemes:
    card: { type: http, scheme: bearer, x-bearer: access, x-refusal: bad_card }
    renewal: { type: http, scheme: bearer, x-bearer: refresh, x-refusal: bad_card }
paths:
  /loans:
    post:
      operationId: borrow
      summary: "Borrows a book."
      x-source: { heading: Loans, line: 3 }
      x-success-requirement: loan-given
      security: [{ card: [] }]
      requestBody:
        x-json-level: must
        x-form-level: observe
        content:
          application/json: { schema: { $ref: requests/LoanRequest.json } }
          application/x-www-form-urlencoded: { schema: { $ref: requests/LoanRequest.json } }
      responses:
        "200":
          description: Loan
          content: { application/json: { schema: { $ref: models/Loan.json } } }
        "400":
          description: Refusal
          x-errors: [book_lent]
          content: { application/json: { schema: { $ref: models/Refusal.json } } }
        "401":
          description: Refusal
          x-errors: [bad_card, bad_desk]
    get:
      operationId: listLoans
      summary: "Lists the loans."
      x-source: { heading: Loans, line: 9 }
      security: [{}, { card: [] }]
      responses:
        "200":
          description: Anything.
"#;

const ERRORS: &str = r#"- error: book_lent
  status: 400
  pattern: "^Lent until [0-9]+$"
  operations: [POST /loans]
  wait: true
- error: bad_card
  status: 401
  message: "No such card"
  operations: [POST /loans]
- error: bad_desk
  status: 401
  message: "No such desk"
  operations: [POST /loans]
"#;

const REQUIREMENTS: &str = r#"- id: loan-given
  level: must
  operation: POST /loans
  says: "A card borrows a book."
  source: { heading: Loans, line: 3 }
- id: loan-model
  level: must
  operation: all
  says: "A loan has a due day."
  source: { heading: Loans, line: 5 }
  refs: ["ISO 2789"]
- id: list-answers
  level: observe
  operation: GET /loans
  says: "What the list answers is open."
  source: { heading: Loans, line: 9 }
  unobservable: "nobody looks"
"#;

const LOAN: &str = r#"{
  "x-requirement": "loan-model",
  "type": "object",
  "required": ["due"],
  "properties": {
    "due": { "type": "string", "format": "date" },
    "ticket": { "$ref": "shared.json#/$defs/ticket" }
  }
}
"#;

const REFUSAL: &str = r#"{ "type": "object" }
"#;

const SHARED: &str = r#"{
  "$defs": {
    "ticket": { "type": "string", "x-sensitive": "ticket" }
  }
}
"#;

const LOAN_REQUEST: &str = r#"{
  "type": "object",
  "required": ["kind"],
  "properties": {
    "kind": { "enum": ["book", "film"], "x-open-values": ["map"] },
    "desk": { "type": "string", "x-client-credential": "id" },
    "pin": { "type": ["integer", "string"], "x-sensitive": "pin", "x-open": ["type"] },
    "where": { "type": "object", "properties": { "key": { "type": "string", "x-sensitive": "key" } } }
  }
}
"#;
