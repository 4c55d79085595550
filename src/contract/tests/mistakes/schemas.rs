//! Mistakes inside the schema files.

use rstest::rstest;

use super::*;

#[rstest]
#[case::schema_not_map(
    "models/Refusal.json",
    "{ \"type\": \"object\" }",
    "[]",
    r"WrongValue: error: expected a schema, found a list
 --> models/Refusal.json:1:1
  |
1 | []
  | ^^"
)]
#[case::misspelt_keyword(
    "models/Loan.json",
    "\"properties\"",
    "\"propertis\"",
    r#"BrokenSchema: error: no schema keyword is named `propertis`
 --> models/Loan.json:5:3
  |
5 |   "propertis": {
  |   ^^^^^^^^^^^
  |
  = help: did you mean `properties`?"#
)]
#[case::unsupported_keyword(
    "models/Refusal.json",
    "\"type\": \"object\"",
    "\"$id\": \"refusal\"",
    r#"BrokenSchema: error: no schema keyword is named `$id`
 --> models/Refusal.json:1:3
  |
1 | { "$id": "refusal" }
  |   ^^^^^"#
)]
#[case::misspelt_extension(
    "requests/LoanRequest.json",
    "\"x-sensitive\"",
    "\"x-sensetive\"",
    r#"BrokenSchema: error: no schema keyword is named `x-sensetive`
 --> requests/LoanRequest.json:7:45
  |
7 |     "pin": { "type": ["integer", "string"], "x-sensetive": "pin", "x-open": ["type"] },
  |                                             ^^^^^^^^^^^^^
  |
  = help: did you mean `x-sensitive`?"#
)]
#[case::keyword_value(
    "models/Loan.json",
    "\"type\": \"object\"",
    "\"type\": \"objekt\"",
    r#"BrokenSchema: error: expected what JSON Schema allows at `/type`, found `objekt`
 --> models/Loan.json:3:11
  |
3 |   "type": "objekt",
  |           ^^^^^^^^"#
)]
#[case::keyword_value_below(
    "models/Loan.json",
    "\"string\", \"format\"",
    "\"string\", \"minLength\": -1, \"format\"",
    r#"BrokenSchema: error: expected what JSON Schema allows at `/properties/due/minLength`, found `-1`
 --> models/Loan.json:6:45
  |
6 |     "due": { "type": "string", "minLength": -1, "format": "date" },
  |                                             ^^"#
)]
#[case::pattern_in_schema(
    "models/Loan.json",
    "\"string\", \"format\"",
    "\"string\", \"pattern\": \"(\", \"format\"",
    r#"BrokenSchema: error: expected a regular expression, found `(`
 --> models/Loan.json:6:43
  |
6 |     "due": { "type": "string", "pattern": "(", "format": "date" },
  |                                           ^^^"#
)]
#[case::unknown_format(
    "models/Loan.json",
    "\"format\": \"date\"",
    "\"format\": \"dat\"",
    r#"BrokenSchema: error: expected a known format, found `dat`
 --> models/Loan.json:6:42
  |
6 |     "due": { "type": "string", "format": "dat" },
  |                                          ^^^^^
  |
  = help: did you mean `date`?"#
)]
#[case::required_no_property(
    "models/Loan.json",
    "[\"due\"]",
    "[\"do\"]",
    r#"BrokenSchema: error: `do` is required but no property beside it
 --> models/Loan.json:4:16
  |
4 |   "required": ["do"],
  |                ^^^^
  |
  = help: expected one of `due`, `ticket`"#
)]
#[case::open_aspect(
    "requests/LoanRequest.json",
    "[\"type\"]",
    "[\"types\"]",
    r#"BrokenSchema: error: expected an open aspect, found `types`
 --> requests/LoanRequest.json:7:78
  |
7 |     "pin": { "type": ["integer", "string"], "x-sensitive": "pin", "x-open": ["types"] },
  |                                                                              ^^^^^^^
  |
  = help: did you mean `type`?"#
)]
#[case::open_values(
    "requests/LoanRequest.json",
    "[\"map\"]",
    "\"map\"",
    r#"WrongValue: error: expected a list of open values, found `map`
 --> requests/LoanRequest.json:5:58
  |
5 |     "kind": { "enum": ["book", "film"], "x-open-values": "map" },
  |                                                          ^^^^^"#
)]
#[case::client_credential(
    "requests/LoanRequest.json",
    "\"x-client-credential\": \"id\"",
    "\"x-client-credential\": \"name\"",
    r#"BrokenSchema: error: expected a client credential, found `name`
 --> requests/LoanRequest.json:6:56
  |
6 |     "desk": { "type": "string", "x-client-credential": "name" },
  |                                                        ^^^^^^
  |
  = help: expected one of `id`, `secret`"#
)]
#[case::requirement_below(
    "models/shared.json",
    "\"x-sensitive\": \"ticket\"",
    "\"x-requirement\": \"loan-model\"",
    r#"BrokenSchema: error: `x-requirement` stands only at the top of a model
 --> models/shared.json:3:35
  |
3 |     "ticket": { "type": "string", "x-requirement": "loan-model" }
  |                                   ^^^^^^^^^^^^^^^"#
)]
#[case::dangling_definition(
    "models/Loan.json",
    "#/$defs/ticket",
    "#/$defs/tickets",
    r#"DanglingReference: error: expected a reference to a schema, `shared.json#/$defs/tickets` leads nowhere
 --> models/Loan.json:7:25
  |
7 |     "ticket": { "$ref": "shared.json#/$defs/tickets" }
  |                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: did you mean `shared.json#/$defs/ticket`?"#
)]
#[case::dangling_file(
    "models/Loan.json",
    "shared.json",
    "https://library.test/shared.json",
    r#"DanglingReference: error: expected a reference to a schema, `https://library.test/shared.json#/$defs/ticket` leads nowhere
 --> models/Loan.json:7:25
  |
7 |     "ticket": { "$ref": "https://library.test/shared.json#/$defs/ticket" }
  |                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: expected one of `Loan.json`, `Refusal.json`, `shared.json#/$defs/ticket`, `shared.json`, `../requests/LoanRequest.json`"#
)]
#[case::sensitive(
    "requests/LoanRequest.json",
    "\"key\": { \"type\": \"string\", \"x-sensitive\": \"key\"",
    "\"pin\": { \"type\": \"string\", \"x-sensitive\": \"key\"",
    r#"Disagreement: error: expected `pin` to be the secret `pin` as elsewhere, found `key`
 --> requests/LoanRequest.json:8:50
  |
8 |     "where": { "type": "object", "properties": { "pin": { "type": "string", "x-sensitive": "key" } } }
  |                                                  ^^^^^"#
)]
fn a_mistake_in_a_schema_is_shown(
    #[case] file: &str,
    #[case] right: &str,
    #[case] wrong: &str,
    #[case] expected: &str,
) {
    assert_eq!(mistake(file, right, wrong), expected);
}

#[test]
fn a_schema_may_refer_to_itself() {
    let mut files = library();
    let itself = r##"{ "properties": { "next": { "$ref": "#" }, "other": { "$ref": "#/properties/other" } } }"##;
    files.push(("models/Chain.json".to_string(), itself.to_string()));
    let contract = load::load(&files).unwrap_or_else(|error| panic!("{error}"));
    let names: Vec<_> = contract.model("Chain").unwrap().fields().iter().map(|field| field.name.clone()).collect();
    assert_eq!(names, ["next", "other"]);
}
