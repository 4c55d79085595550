//! Where a validation error names a field, it names the one that was wrong.

use serde_json::Value;

use super::{Check, Judged, Looked, judged};
use crate::verdict::Mismatch;

/// A validation error that names another field than the one that was wrong.
pub const CHECK: Check = Check {
    id: "misnamed-field",
    about: "Looks at the validation errors of generated cases in which one field alone is wrong: where loc names fields, that \
            one is among them. A loc that only says body names none.",
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
    let named: Vec<&str> = items
        .iter()
        .filter_map(|item| item.get("loc")?.as_array())
        .flat_map(|loc| loc.iter().enumerate())
        .filter_map(|(index, part)| part.as_str().filter(|part| index > 0 || !PARTS.contains(part)))
        .collect();
    if named.is_empty() {
        return Vec::new();
    }
    let wrong = (!named.contains(&field))
        .then(|| Mismatch::new("/detail", format!("a loc that names `{field}`"), format!("`{}`", named.join("`, `"))));
    vec![judged("validation-loc-names-field", wrong)]
}
