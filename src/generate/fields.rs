//! Cases about one field: missing, of a wrong type, null, empty, outside its list, against its format.

use serde_json::{Map, Value, json};

use super::{Case, body, like, open, refused};
use crate::contract::{Contract, Field, Operation};
use crate::suite::{Payload, Stage};

/// Every case about one field of a stage's accepted request.
pub fn cases(stage: &Stage, operation: &Operation, contract: &Contract) -> Vec<Case> {
    let model = operation.request.as_ref().and_then(|request| contract.model(&request.model));
    let (Some(model), Some(twin)) = (model, body(stage)) else { return Vec::new() };
    let making = Making { stage, operation, contract, twin, form: matches!(stage.twin.payload, Payload::Form(_)) };
    model.fields().iter().filter(|field| twin.contains_key(&field.name)).flat_map(|field| making.field(field)).collect()
}

struct Making<'a> {
    stage: &'a Stage,
    operation: &'a Operation,
    contract: &'a Contract,
    twin: &'a Map<String, Value>,
    form: bool,
}

impl Making<'_> {
    fn field(&self, field: &Field) -> Vec<Case> {
        let mut cases = Vec::new();
        if field.required {
            let mut without = self.twin.clone();
            without.remove(&field.name);
            let about = format!("`{}` is required and missing.", field.name);
            cases.push(self.refused(field, "missing", about, "required-field-missing-refused", Value::Object(without)));
        }
        if !self.form {
            cases.extend(self.types(field));
        }
        cases.extend(self.values(field));
        if !self.form {
            cases.extend(self.extremes(field));
        }
        cases
    }

    /// Each JSON type that the field does not have.
    fn types(&self, field: &Field) -> Vec<Case> {
        let right = self.twin.get(&field.name).cloned().unwrap_or_default();
        let kinds = [
            ("string", json!("three")),
            ("number", json!(17)),
            ("fraction", json!(3.5)),
            ("boolean", json!(true)),
            ("array", json!([right])),
            // What a document database takes for an operator that every text satisfies.
            ("object", json!({ "$ne": "" })),
        ];
        let mut cases: Vec<Case> = kinds
            .into_iter()
            .filter(|(kind, _)| !self.allows(field, kind))
            .map(|(kind, value)| self.wrong_type(field, kind, value))
            .collect();
        // Numbers and booleans in quotes are texts, however readable.
        if !self.allows(field, "string") {
            let quoted = match field.types.first().map(String::as_str) {
                Some("integer" | "number") => Some(("number-as-string", json!("3"))),
                Some("boolean") => Some(("boolean-as-string", json!("true"))),
                _ => None,
            };
            cases.extend(quoted.map(|(kind, value)| self.wrong_type(field, kind, value)));
        }
        if field.types.first().is_some_and(|first| first == "boolean") {
            cases.push(self.wrong_type(field, "one-for-true", json!(1)));
        }
        let null = self.with(field, Value::Null);
        cases.push(if field.required && !self.own_rule(field) {
            let about = format!("`{}` is required and null.", field.name);
            self.refused(field, "null", about, "wrong-json-type-refused", null)
        } else {
            self.open(field, "null", format!("`{}` is null, which is open.", field.name), null)
        });
        cases
    }

    fn wrong_type(&self, field: &Field, kind: &str, value: Value) -> Case {
        let id = format!("wrong-type-{kind}");
        let body = self.with(field, value);
        let about = format!("`{}` has a wrong JSON type: {}.", field.name, kind.replace('-', " "));
        if is_open(field, "type") {
            return self.open(field, &id, about, body);
        }
        self.refused(field, &id, about, "wrong-json-type-refused", body)
    }

    /// Whether a JSON type, by the name of a case, is one of the field's.
    fn allows(&self, field: &Field, kind: &str) -> bool {
        let kind = match kind {
            "number" if field.types.iter().any(|known| known == "integer") => "integer",
            "fraction" => "number",
            kind => kind,
        };
        match field.types.as_slice() {
            // A list of values is a list of texts here; anything without types takes anything.
            [] if !field.values.is_empty() => kind == "string",
            [] => true,
            types => types.iter().any(|known| known == kind),
        }
    }

    /// Values of the right type that are wrong all the same, and the empty text.
    fn values(&self, field: &Field) -> Vec<Case> {
        let mut cases = Vec::new();
        if !field.values.is_empty() && !is_open(field, "values") {
            let value = json!("no-such-value");
            let about = format!("`{}` is outside its documented values.", field.name);
            cases.push(self.refused(
                field,
                "outside-its-values",
                about,
                "enum-violation-refused",
                self.with(field, value),
            ));
        }
        let value = self.twin.get(&field.name).and_then(Value::as_str);
        if let Some(value) = value.filter(|_| !field.values.is_empty() && !is_open(field, "values")) {
            let shouted = value.to_ascii_uppercase();
            let about = format!("`{}` is a documented value in capitals, which is another one.", field.name);
            let body = self.with(field, json!(shouted));
            cases.push(self.refused(field, "capitals", about, "enum-violation-refused", body));
            let about = format!("`{}` begins with a documented value, and is another one.", field.name);
            let body = self.with(field, json!(format!("{value}-and-more")));
            cases.push(self.refused(field, "longer", about, "enum-violation-refused", body));
        }
        for (name, value) in wrong_formats(field.format.as_deref()) {
            let about = format!(
                "`{}` breaks its documented format ({}): {value:?}.",
                field.name,
                field.format.as_deref().unwrap_or("?")
            );
            let body = self.with(field, json!(value));
            cases.push(if is_open(field, "format") {
                self.open(field, name, about, body)
            } else {
                self.refused(field, name, about, "format-violation-refused", body)
            });
        }
        if self.allows(field, "string") {
            let empty = self.with(field, json!(""));
            let strict = field.required && (!field.values.is_empty() || field.format.is_some());
            cases.push(if strict {
                let about = format!("`{}` is required and empty.", field.name);
                self.refused(field, "empty", about, "format-violation-refused", empty)
            } else {
                self.open(field, "empty", format!("`{}` is empty, which is open.", field.name), empty)
            });
        }
        cases
    }

    /// Values at which servers fall over; what they answer is open.
    fn extremes(&self, field: &Field) -> Vec<Case> {
        let mut cases = Vec::new();
        if self.allows(field, "string") {
            let texts = [
                ("nul", json!("a\u{0}b")),
                ("control-characters", json!("a\u{1}\u{7f}\u{85}b")),
                ("unicode", json!("ʻŌkina 𝔘𝔫𝔦 👩‍🚀 שָׁלוֹם")),
                ("ten-thousand-characters", json!("x".repeat(10_000))),
            ];
            cases.extend(texts.map(|(name, value)| {
                let about = format!("`{}` is an unusual text ({}), which is open.", field.name, name.replace('-', " "));
                self.open(field, name, about, self.with(field, value))
            }));
        }
        if field.format.as_deref() == Some("email") {
            let long = format!("{}@example.com", "x".repeat(65));
            let addresses = [("beyond-ascii", "jörg@bücher.example"), ("long-local-part", long.as_str())];
            cases.extend(addresses.map(|(name, value)| {
                let about = format!("`{}` is an unusual address ({value}), which is open.", field.name);
                self.open(field, name, about, self.with(field, json!(value)))
            }));
        }
        if field.format.as_deref() == Some("date") {
            let days = [
                ("year-zero", "0000-01-01"),
                ("year-one", "0001-01-01"),
                ("before-1900", "1899-12-31"),
                ("last-of-four-digits", "9999-12-31"),
            ];
            cases.extend(days.map(|(name, value)| {
                let about = format!("`{}` is a day at an edge of calendars ({value}), which is open.", field.name);
                self.open(field, name, about, self.with(field, json!(value)))
            }));
        }
        if field.types.iter().any(|kind| kind == "integer") {
            let numbers = [
                ("zero", json!(0)),
                ("negative", json!(-1)),
                ("whole-fraction", json!(3.0)),
                ("beyond-32-bits", json!(2_147_483_648_u64)),
                ("beyond-64-bits", json!(u64::MAX)),
                ("huge", json!(1e300)),
            ];
            cases.extend(numbers.map(|(name, value)| {
                let about =
                    format!("`{}` is an unusual number ({}), which is open.", field.name, name.replace('-', " "));
                self.open(field, name, about, self.with(field, value))
            }));
        }
        if field.types.iter().any(|kind| kind == "array") {
            let lists = [
                ("items-of-numbers", json!([1, 2])),
                ("items-null", json!([null])),
                ("nested", json!([[["x"]]])),
                ("long", json!(vec!["x"; 1_000])),
                ("items-long", json!(["x".repeat(10_000)])),
                ("items-with-nul", json!(["a\u{0}b"])),
            ];
            cases.extend(lists.map(|(name, value)| {
                let about = format!("`{}` has unusual items ({}), which is open.", field.name, name.replace('-', " "));
                self.open(field, name, about, self.with(field, value))
            }));
        }
        cases
    }

    /// Whether an empty or null value has a documented error of its own, and so a rule of its own in the flows.
    fn own_rule(&self, field: &Field) -> bool {
        field.types.len() > 1
    }

    fn with(&self, field: &Field, value: Value) -> Value {
        let mut body = self.twin.clone();
        body.insert(field.name.clone(), value);
        Value::Object(body)
    }

    fn refused(&self, field: &Field, wrong: &str, about: String, requirement: &str, body: Value) -> Case {
        let payload = like(&self.stage.twin.payload, body);
        Case {
            id: format!("{}/{}/{wrong}", self.stage.id, field.name),
            about,
            call: refused(self.stage, self.operation, self.contract, requirement, payload),
            refused: true,
            field: Some(field.name.clone()),
            when: Vec::new(),
        }
    }

    fn open(&self, field: &Field, wrong: &str, about: String, body: Value) -> Case {
        let payload = like(&self.stage.twin.payload, body);
        let id = format!("{}/{}/{wrong}", self.stage.id, field.name);
        Case { id, about, call: open(self.stage, payload), refused: false, field: None, when: Vec::new() }
    }
}

/// Whether the contract leaves something open about a field.
pub(super) fn is_open(field: &Field, aspect: &str) -> bool {
    let listed = field.extension.get("x-open").and_then(Value::as_array);
    listed.is_some_and(|listed| listed.iter().any(|known| known == aspect))
}

/// Texts that are plainly not of a format; nothing that a lenient reader might take.
pub(super) fn wrong_formats(format: Option<&str>) -> &'static [(&'static str, &'static str)] {
    match format {
        Some("uuid") => &[("no-uuid", "not-a-uuid"), ("cut-off-uuid", "2f9445b3-5266-45cd-8a85")],
        Some("email") => &[("no-email", "no at sign"), ("no-domain", "someone@")],
        Some("date") => &[
            ("no-date", "yesterday"),
            ("no-such-day", "2000-13-45"),
            ("february-30", "2000-02-30"),
            ("no-leap-year", "1900-02-29"),
            ("with-time", "2000-07-08T12:34:56"),
            ("slashes", "2000/07/08"),
        ],
        Some("phone-e164") => &[("no-phone", "not a phone"), ("national", "0501234567"), ("letters", "+9715abcdefg")],
        _ => &[],
    }
}
