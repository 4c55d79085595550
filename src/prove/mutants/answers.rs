//! Status, headers and notation of answers that accept.

use serde_json::Value;

use super::change::Change;
use super::{Maker, When};
use crate::contract::Success;
use crate::contract::keywords::TOKEN;

/// Changes of an accepted answer as a whole.
pub(super) fn accepted(maker: &mut Maker<'_>) {
    maker.when = When::Accepted;
    maker.area = "status";
    for (status, word) in [(201, "created"), (202, "taken on"), (204, "without content")] {
        let about = format!("with {status}, {word}");
        maker.add(&format!("status-{status}"), &about, vec![Change::Status(status)], &["success-status-200"]);
    }
    maker.add("status-500", "with 500", vec![Change::Status(500)], &["no-server-error"]);
    let Success::Model(name) = &maker.operation.success else { return };
    let Some(model) = maker.contract.model(name) else { return };
    maker.area = "notation";
    content_type(maker);
    let rule: Vec<&str> = model.requirement.iter().map(String::as_str).collect();
    maker.add("truncated", "with half of its JSON", vec![Change::Truncated], &rule);
    maker.add("empty", "without a body", vec![Change::Empty], &rule);
    maker.add("listed", "with an array around its body", vec![Change::Listed], &rule);
    maker.add("null", "with null", vec![Change::Whole(Value::Null)], &rule);
    maker.add("text", "with a text", vec![Change::Whole(Value::from("ok"))], &rule);
    maker.area = "headers";
    let tokens = |part: &Value| part == "access" || part == "refresh";
    if model.fields().iter().filter_map(|field| field.extension.get(TOKEN)).any(tokens) {
        let says = |value| vec![Change::Header("cache-control", value)];
        maker.add("no-cache-control", "without Cache-Control", says(None), &["token-no-store"]);
        maker.add("cached", "to be cached", says(Some("public, max-age=60")), &["token-no-store"]);
        maker.add("no-cache", "with no-cache, which lets it be stored", says(Some("no-cache")), &["token-no-store"]);
    }
}

/// A body that is not declared as JSON.
pub(super) fn content_type(maker: &mut Maker<'_>) {
    for (id, value) in [
        ("no-content-type", None),
        ("content-type-html", Some("text/html; charset=utf-8")),
        ("content-type-text", Some("text/plain")),
    ] {
        let about = value.map_or_else(|| "without a content type".to_owned(), |value| format!("declared as {value}"));
        maker.add(id, &about, vec![Change::Header("content-type", value)], &["json-content-type"]);
    }
}
