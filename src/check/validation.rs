//! Validation errors: the shape of their items, and their status.

use serde_json::Value;

use super::{Check, Judged, Looked, judged};
use crate::verdict::Mismatch;

/// A validation error whose items are not as documented, or with another status than 422.
pub const CHECK: Check = Check {
    id: "malformed-validation-error",
    about: "Looks at every refusal with detail: each item has loc, msg and type, and the status is 422.",
    requirements: &["validation-item-shape", "validation-status-422"],
    look: Some(look),
};

/// The schema of one item.
const ITEM: &str = "ValidationItem";

fn look<'a>(looked: &Looked<'a, '_>) -> Vec<Judged<'a>> {
    let detail = looked.body.filter(|body| body.get("error").is_none()).and_then(|body| body.get("detail"));
    let applies = looked.response.is_refusal() && !looked.is_free_refusal() && !looked.is_refused_bearer();
    let Some(Value::Array(items)) = detail.filter(|_| applies) else { return Vec::new() };
    let status = looked.response.status;
    let mut all = vec![judged(
        "validation-status-422",
        (status != 422).then(|| Mismatch::new("status", "422", status.to_string())),
    )];
    if let Some(model) = looked.contract.model(ITEM).filter(|_| !items.is_empty()) {
        let wrong = items.iter().enumerate().find_map(|(index, item)| {
            let violation = model.validate(item).into_iter().next()?;
            Some(Mismatch::new(format!("/detail/{index}{}", violation.pointer), violation.expected, violation.actual))
        });
        all.push(judged("validation-item-shape", wrong));
    }
    all
}
