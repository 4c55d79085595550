//! Where a validation error names a field, it names the one that was wrong.

use serde_json::Value;

use super::{Check, Judged, Looked, judged};
use crate::verdict::Mismatch;

/// A validation error that names another field than the one that was wrong.
pub const CHECK: Check = Check {
    id: "misnamed-field",
    about: "Looks at the validation errors of generated cases in which one field alone is wrong: where all that loc names \
            are documented fields, that one is among them. How a field is spelt there is open.",
    requirements: &["validation-loc-names-field"],
    look: Some(look),
};

/// Where a value can stand in a request; first parts of loc that name no field.
const PARTS: [&str; 6] = ["body", "query", "path", "header", "form", "cookie"];

fn look<'a>(looked: &Looked<'a, '_>) -> Vec<Judged<'a>> {
    let detail = looked.body.and_then(|body| body.get("detail")).and_then(Value::as_array);
    let (Some(field), Some(items)) = (looked.wrong_field, detail.filter(|_| looked.response.is_refusal())) else {
        return Vec::new();
    };
    let named: Vec<String> =
        items.iter().filter_map(|item| item.get("loc")?.as_array()).flat_map(|loc| names(loc)).collect();
    if named.is_empty() {
        return Vec::new();
    }
    let fields = looked.operation.map_or(&[][..], |operation| looked.contract.request_fields(operation));
    let documented = |name: &String| fields.iter().any(|field| spelling(&field.name) == *name);
    let wrong = (named.iter().all(documented) && !named.contains(&spelling(field)))
        .then(|| Mismatch::new("/detail", format!("a loc that names `{field}`"), format!("`{}`", named.join("`, `"))));
    vec![judged("validation-loc-names-field", wrong)]
}

/// What a loc names, word by word: `body.field` and `/body/field` name what `field` does.
fn names(loc: &[Value]) -> impl Iterator<Item = String> {
    let texts = loc.iter().filter_map(Value::as_str);
    let words = texts.flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'));
    let names = words.map(spelling).filter(|name| !name.is_empty());
    names.enumerate().filter(|(index, name)| *index > 0 || !PARTS.contains(&name.as_str())).map(|(_, name)| name)
}

/// A name without what differs between spellings: `some_field` and `someField` are one.
fn spelling(name: &str) -> String {
    name.replace('_', "").to_ascii_lowercase()
}
