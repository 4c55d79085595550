//! Refusals: with another status, error, message or code, without a key, in another notation.
//!
//! What a refused bearer token is answered is a rule of its own, and exempt from most of the others.

use serde_json::{Value, json};

use super::answers::content_type;
use super::change::Change;
use super::{Maker, When};
use crate::contract::{Bearer, ErrorSpec};

/// A name that no error has.
const UNKNOWN: &str = "something_else";

/// Changes of each error that the operation may answer.
pub(super) fn errors(maker: &mut Maker<'_>) {
    for spec in documented(maker) {
        maker.when = When::Error(spec.error.clone());
        if takes_bearer(maker) && spec.error == maker.contract.bearer_refusal() {
            bad_bearer(maker, &spec);
        } else {
            error(maker, &spec);
        }
    }
}

/// The errors that it documents, and those for bad tokens and bad clients where it takes either.
fn documented(maker: &Maker<'_>) -> Vec<ErrorSpec> {
    let (contract, operation) = (maker.contract, maker.operation);
    let mut names: Vec<&str> = operation.errors.iter().map(String::as_str).collect();
    if matches!(operation.bearer, Bearer::Access | Bearer::Refresh) {
        names.push(contract.bearer_refusal());
    }
    if operation.client_credentials {
        names.push(contract.client_refusal());
    }
    names.sort_unstable();
    names.dedup();
    names.into_iter().filter_map(|name| contract.error(name).cloned()).collect()
}

fn takes_bearer(maker: &Maker<'_>) -> bool {
    maker.operation.bearer != Bearer::None
}

fn set(name: &str, value: Value) -> Change {
    Change::Set(name.to_owned(), value)
}

/// With another status, and the code of that status: nothing but the catalogue can tell.
fn with_status(status: u16) -> Vec<Change> {
    vec![Change::Status(status), set("code", json!(status))]
}

fn error(maker: &mut Maker<'_>, spec: &ErrorSpec) {
    // With that status and no documented error, it may be a refused bearer of any kind.
    let exempt = takes_bearer(maker) && matches!(spec.status, 401 | 403);
    let own: Vec<String> = maker.own_rules().into_iter().map(str::to_owned).collect();
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    let instead = |rule: &'static str| if exempt { own.clone() } else { vec![rule] };
    maker.area = "errors";
    let other = if spec.status == 409 { 410 } else { 409 };
    maker.add("other-status", "with another status", with_status(other), &["error-status-as-documented"]);
    maker.add("status-500", "with 500", vec![Change::Status(500)], &["no-server-error"]);
    maker.add("unknown-error", "by another name", vec![set("error", json!(UNKNOWN))], &instead("error-known"));
    if let Some(unlisted) = unlisted(maker) {
        let message = set("message", sample(&unlisted));
        let mut changes = with_status(unlisted.status);
        changes.extend([set("error", json!(unlisted.error)), message]);
        maker.add("unlisted-error", "as an error of another operation", changes, &["error-at-documented-operation"]);
    }
    common(maker, spec);
    maker.add(
        "code-text",
        "with its code as text",
        vec![set("code", json!(spec.status.to_string()))],
        &["error-response-model"],
    );
    maker.add("message-null", "with a message of null", vec![set("message", Value::Null)], &["error-response-model"]);
    for key in ["code", "message"] {
        let changes = vec![Change::Remove(key.to_owned())];
        maker.add(&format!("no-{key}"), &format!("without {key}"), changes, &["error-response-model"]);
    }
    maker.add("no-error", "without error", vec![Change::Remove("error".to_owned())], &instead("error-response-model"));
    maker.area = "notation";
    maker.add("truncated", "with half of its JSON", vec![Change::Truncated], &instead("refusal-body-documented"));
    maker.add("empty", "without a body", vec![Change::Empty], &instead("refusal-body-documented"));
    maker.add("listed", "with an array around it", vec![Change::Listed], &instead("refusal-body-documented"));
    content_type(maker);
}

/// What is wrong with any refusal that has an error.
fn common(maker: &mut Maker<'_>, spec: &ErrorSpec) {
    let other = vec![set("message", json!("Something went wrong"))];
    maker.add("other-message", "with another message", other, &["error-message-as-documented"]);
    let code = vec![set("code", json!(spec.status + 1))];
    maker.add("other-code", "with a code that is not its status", code, &["error-code-equals-status"]);
}

fn bad_bearer(maker: &mut Maker<'_>, spec: &ErrorSpec) {
    maker.area = "bearers";
    let status = &["bearer-refusal-status-401"];
    maker.add("status-403", "with 403", vec![Change::Status(403)], status);
    let names = &["bearer-refusal-status-401", "error-status-as-documented"];
    maker.add("status-400", "with 400", with_status(400), names);
    maker.add("status-500", "with 500", vec![Change::Status(500)], &["no-server-error"]);
    maker.add("status-200", "with 200", vec![Change::Status(200)], &REFUSED);
    let shape = &["bearer-refusal-error"];
    maker.add("unknown-error", "by another name", vec![set("error", json!(UNKNOWN))], shape);
    common(maker, spec);
    for key in ["code", "error", "message"] {
        maker.add(&format!("no-{key}"), &format!("without {key}"), vec![Change::Remove(key.to_owned())], shape);
    }
    maker.add("truncated", "with half of its JSON", vec![Change::Truncated], shape);
    maker.add("empty", "without a body", vec![Change::Empty], shape);
    let challenge = vec![Change::Header("www-authenticate", None)];
    maker.add("no-challenge", "without WWW-Authenticate", challenge, &["bearer-refusal-challenge"]);
}

/// What a bad bearer token that is let in breaks.
const REFUSED: [&str; 6] = [
    "bearer-missing-refused",
    "bearer-malformed-refused",
    "bearer-unknown-refused",
    "bearer-tampered-refused",
    "bearer-other-scheme-refused",
    "refresh-token-is-no-access-token",
];

/// An error that the operation does not list and that no bad token or client gets.
fn unlisted(maker: &Maker<'_>) -> Option<ErrorSpec> {
    let contract = maker.contract;
    let everywhere = [contract.bearer_refusal(), contract.client_refusal()];
    let unlisted = |spec: &&ErrorSpec| {
        !maker.operation.errors.contains(&spec.error) && !everywhere.contains(&spec.error.as_str()) && !spec.wait
    };
    contract.errors().iter().find(unlisted).cloned()
}

/// A message that the error may have.
fn sample(spec: &ErrorSpec) -> Value {
    match &spec.message {
        crate::contract::Message::Exact(text) | crate::contract::Message::Pattern(text) => json!(text),
    }
}

/// Changes of the refusal of invalid input.
pub(super) fn invalid(maker: &mut Maker<'_>) {
    if maker.operation.request.is_none() {
        return;
    }
    maker.when = When::Invalid;
    maker.area = "validation";
    let detail = |value: Value| vec![set("detail", value)];
    let body = &["refusal-body-documented"];
    maker.add("no-detail", "without detail", vec![Change::Remove("detail".to_owned())], body);
    let rename = vec![Change::Rename("detail".to_owned(), "details".to_owned())];
    maker.add("detail-renamed", "with details", rename, body);
    let model = &["validation-error-model"];
    maker.add("detail-null", "with a detail of null", detail(Value::Null), model);
    maker.add("detail-text", "with a detail of text", detail(json!("Invalid input")), model);
    maker.add("detail-object", "with an object as detail", detail(json!({"msg": "Invalid input"})), model);
    let item = &["validation-item-shape"];
    maker.add("items-text", "with texts as items", vec![Change::ItemsAsText("detail")], item);
    for key in ["loc", "msg", "type"] {
        let remove = vec![Change::RemoveOfItems("detail", key)];
        maker.add(&format!("items-no-{key}"), &format!("with items without {key}"), remove, item);
        let null = vec![Change::SetOfItems("detail", key, Value::Null)];
        maker.add(&format!("items-{key}-null"), &format!("with items with a {key} of null"), null, item);
    }
    let loc = |value: Value| vec![Change::SetOfItems("detail", "loc", value)];
    maker.add("loc-text", "with a loc of text", loc(json!("body.field")), item);
    maker.add("loc-nested", "with a loc of arrays", loc(json!([["body"]])), item);
    if let [_, .., other] = maker.contract.request_fields(maker.operation) {
        let other = loc(json!(["body", other.name]));
        maker.add("loc-elsewhere", "that names another field", other, &["validation-loc-names-field"]);
    }
    for status in [400, 409] {
        let about = format!("with {status}");
        maker.add(&format!("status-{status}"), &about, vec![Change::Status(status)], &["validation-status-422"]);
    }
    maker.add("status-500", "with 500", vec![Change::Status(500)], &["no-server-error"]);
    let accepted = ["wrong-json-type-refused", "required-field-missing-refused", "malformed-json-refused"];
    maker.add("status-200", "with 200", vec![Change::Status(200)], &accepted);
    maker.area = "notation";
    maker.add("truncated", "with half of its JSON", vec![Change::Truncated], body);
    maker.add("empty", "without a body", vec![Change::Empty], body);
    maker.add("listed", "with an array around it", vec![Change::Listed], body);
    content_type(maker);
}
