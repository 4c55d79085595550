//! The variants that concern every response alike.

use serde_json::{Value, json};

use super::reply::{Body, Notation, Reply};
use super::switches::Switches;
use super::variants::Variant;

/// The reply as these switches have it look.
pub(super) fn dress(mut reply: Reply, switches: Switches) -> Reply {
    if let Body::Json(body) = &mut reply.body {
        dress_detail(body, switches);
        if switches.variant(Variant::ExtraFields) {
            add_field(body);
        }
        if switches.variant(Variant::FieldsReversed) {
            reverse(body);
        }
    }
    if switches.variant(Variant::PrettyJson) {
        reply.notation = Notation::Pretty;
    } else if switches.variant(Variant::AsciiJson) {
        reply.notation = Notation::Ascii;
    }
    for (name, value) in &mut reply.headers {
        let longer = match *name {
            "cache-control" if switches.variant(Variant::LongerCacheControl) => ", private, max-age=0",
            "www-authenticate" if switches.variant(Variant::LongerChallenge) => {
                " realm=\"auth\", error=\"invalid_token\""
            }
            _ => "",
        };
        value.push_str(longer);
    }
    if switches.variant(Variant::CharsetNamed) {
        reply.json_type = "application/json; charset=utf-8";
    }
    if switches.variant(Variant::ExtraFields) {
        reply = reply.header("x-request-id", "0a1b2c3d").header("strict-transport-security", "max-age=31536000");
    }
    reply
}

fn dress_detail(body: &mut Value, switches: Switches) {
    let Some(Value::Array(detail)) = body.get_mut("detail") else {
        return;
    };
    if switches.variant(Variant::EmptyDetail) {
        detail.clear();
    }
    if switches.variant(Variant::VerboseDetail) {
        for item in detail.iter_mut().filter_map(Value::as_object_mut) {
            item.insert("ctx".to_owned(), json!({"reason": "see the documentation"}));
            item.insert("url".to_owned(), json!("https://docs.example.test/errors"));
        }
    }
}

fn add_field(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(add_field);
            fields.insert("apiRevision".to_owned(), json!({"major": 1, "tags": []}));
        }
        Value::Array(items) => items.iter_mut().for_each(add_field),
        _ => {}
    }
}

fn reverse(value: &mut Value) {
    if let Value::Object(fields) = value {
        let entries: Vec<_> = std::mem::take(fields).into_iter().collect();
        fields.extend(entries.into_iter().rev());
    }
}
