//! The fields of answers that accept: left out, null, of another type, misspelt, outside their enum or format.

use serde_json::{Value, json};

use super::change::Change;
use super::spelling::corrected;
use super::{Maker, When};
use crate::contract::keywords::{TOKEN, UNIQUE};
use crate::contract::{Field, Model};

/// Changes of each field of a model.
pub(super) fn accepted(maker: &mut Maker<'_>, model: &Model) {
    maker.when = When::Accepted;
    let rule: Vec<&str> = model.requirement.iter().map(String::as_str).collect();
    for field in model.fields() {
        maker.area = "fields";
        for (id, about, change) in broken(field) {
            maker.add(&format!("{}/{id}", field.name), &format!("{about} {}", field.name), vec![change], &rule);
        }
        if field.required {
            maker.area = "spelling";
            for spelling in corrected(&field.name, maker.contract) {
                let about = format!("with {spelling} for {}", field.name);
                let change = Change::Rename(field.name.clone(), spelling.clone());
                maker.add(&format!("{}/spelt-{spelling}", field.name), &about, vec![change], &rule);
            }
        }
        maker.area = "values";
        of_meaning(maker, field);
    }
}

/// Changes that make a value one that the field must not have.
pub(super) fn broken(field: &Field) -> Vec<(String, String, Change)> {
    let mut all = Vec::new();
    let set = |value: Value| Change::Set(field.name.clone(), value);
    if field.required {
        all.push(("missing".to_owned(), "without".to_owned(), Change::Remove(field.name.clone())));
    }
    if !allows(field, &Value::Null) {
        all.push(("null".to_owned(), "with null for".to_owned(), set(Value::Null)));
    }
    for (id, value) in other_types(field) {
        if !allows(field, &value) {
            all.push((format!("type-{id}"), format!("with {} for", spoken(id)), set(value)));
        }
    }
    if !field.values.is_empty() {
        for (id, value) in [("outside-enum", json!("somebody")), ("empty", json!(""))] {
            all.push((id.to_owned(), "with a value outside the list for".to_owned(), set(value)));
        }
        if let Some(Value::String(known)) = field.values.first() {
            let value = json!(known.to_uppercase());
            all.push(("enum-upper-case".to_owned(), "with capitals for".to_owned(), set(value)));
        }
    }
    for (id, value) in malformed(field) {
        all.push((format!("format-{id}"), "with a malformed".to_owned(), set(json!(value))));
    }
    all
}

/// Whether the field may have a value, as far as types and lists go.
pub(super) fn allows(field: &Field, value: &Value) -> bool {
    let of = |name: &str| field.types.iter().any(|known| known == name);
    let typed = field.types.is_empty()
        || match value {
            Value::Null => of("null"),
            Value::Bool(_) => of("boolean"),
            Value::Number(number) => of("number") || of("integer") && !number.is_f64(),
            Value::String(_) => of("string"),
            Value::Array(_) => of("array"),
            Value::Object(_) => of("object"),
        };
    typed && (field.values.is_empty() || field.values.contains(value))
}

/// The types that a value is mistaken for, by the type that it should have.
fn other_types(field: &Field) -> Vec<(&'static str, Value)> {
    let main = field.types.iter().find(|name| *name != "null").map_or("", String::as_str);
    match main {
        "string" => vec![("number", json!(7)), ("array", json!(["text"])), ("object", json!({}))],
        "integer" => vec![("text", json!("600")), ("fraction", json!(1.5)), ("boolean", json!(true))],
        "number" => vec![("text", json!("1.5")), ("boolean", json!(true)), ("array", json!([1.5]))],
        "boolean" => vec![("text", json!("true")), ("number", json!(1)), ("object", json!({}))],
        "array" => vec![("text", json!("en")), ("object", json!({})), ("number", json!(1))],
        "object" => vec![("text", json!("text")), ("array", json!([])), ("number", json!(1))],
        _ => Vec::new(),
    }
}

fn spoken(id: &str) -> &str {
    match id {
        "array" => "an array",
        "object" => "an object",
        "text" => "a text",
        "number" => "a number",
        "boolean" => "a boolean",
        other => other,
    }
}

/// Texts that are not of the field's format.
fn malformed(field: &Field) -> &'static [(&'static str, &'static str)] {
    match field.format.as_deref() {
        Some("date") => {
            &[("other-order", "08.07.2000"), ("no-such-day", "2000-13-45"), ("with-time", "2000-07-08T00:00:00Z")]
        }
        Some("uuid") => &[("no-uuid", "user-42"), ("no-hyphens", "2f9445b3526645cd8a85d5c3fff69781")],
        Some("email") => &[("no-email", "example.test")],
        Some("phone-e164") => &[("no-plus", "97100000000")],
        Some("date-time") => &[("no-time", "2000-07-08")],
        Some("uri") => &[("no-uri", "a b")],
        _ => &[],
    }
}

/// Values that are of the right type and mean the wrong thing, by what the schemas say of the field.
fn of_meaning(maker: &mut Maker<'_>, field: &Field) {
    let set = |value: Value| vec![Change::Set(field.name.clone(), value)];
    let mut add = |id: &str, about: &str, changes: Vec<Change>, name: &str| {
        maker.add(&format!("{}/{id}", field.name), &format!("with {about} {}", field.name), changes, &[name]);
    };
    match field.extension.get(TOKEN).and_then(Value::as_str) {
        Some("type") => {
            add("other-type", "another", set(json!("mac")), "token-type-bearer");
            add("upper-case", "capitals for", set(json!("BEARER")), "token-type-lower-case");
        }
        Some("access-expiry") => {
            add("zero", "0 for", set(json!(0)), "access-expire-in-future");
            add("past", "a moment in the past for", set(json!(1_000_000_001)), "access-expire-in-future");
        }
        Some("refresh-expiry") => {
            add("zero", "0 for", set(json!(0)), "refresh-expire-in-future");
            add("past", "a moment in the past for", set(json!(1_000_000_001)), "refresh-expire-in-future");
            add("before-access", "one second for", set(json!(1)), "refresh-expires-not-before-access");
        }
        _ => {}
    }
    if let Some(rule) = field.extension.get(UNIQUE).and_then(Value::as_str) {
        add("again", "what was given before for", vec![Change::Again(field.name.clone())], rule);
    }
}
