//! Cases about the body as a whole.

use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};

use super::{Case, body, like, open, place, refused};
use crate::contract::{Contract, Operation};
use crate::suite::{Payload, Stage, Template};

/// An object with a text of 1 MiB; one for all stages.
static LONG: LazyLock<Arc<[u8]>> =
    LazyLock::new(|| [r#"{"a":""#.as_bytes(), &[b'x'; 1024 * 1024], br#""}"#].concat().into());

/// Every case about the body of a stage's accepted request.
pub fn cases(stage: &Stage, operation: &Operation, contract: &Contract) -> Vec<Case> {
    let (Some(twin), Payload::Json(_)) = (body(stage), &stage.twin.payload) else { return Vec::new() };
    let required = contract.request_fields(operation).iter().any(|field| field.required);
    let twin = Value::Object(twin.clone());
    let case = |id: &str, about: &str, call, refused| Case {
        id: format!("{}/body/{id}", stage.id),
        about: about.to_owned(),
        call,
        refused,
        field: None,
        when: Vec::new(),
    };
    let wrong = |id: &str, about: &str, requirement: &str, payload| {
        case(id, about, refused(stage, operation, contract, requirement, payload), true)
    };
    let free = |id: &str, about: &str, payload| case(id, about, open(stage, payload), false);
    let json = |value| Payload::Json(Template::new(value));
    let mut cases = vec![
        wrong("array", "The body is an array.", "non-object-body-refused", json(json!([twin]))),
        wrong("string", "The body is a text.", "non-object-body-refused", json(json!("text"))),
        wrong("number", "The body is a number.", "non-object-body-refused", json(json!(17))),
        wrong("boolean", "The body is a boolean.", "non-object-body-refused", json(json!(true))),
        wrong(
            "deeply-nested",
            "The body is 50 arrays, one in the other, which the usual readers of JSON take.",
            "non-object-body-refused",
            raw(nested(50).as_bytes()),
        ),
        wrong("cut-off", "The body is JSON that was cut off.", "malformed-json-refused", raw(b"{\"type\": \"cli")),
        wrong("no-json", "The body is no JSON.", "malformed-json-refused", raw(b"{type: client,}")),
    ];
    let empty = [
        ("null", "The body is null.", "non-object-body-refused", raw(b"null")),
        ("empty", "The body is empty.", "required-field-missing-refused", raw(b"")),
        ("empty-object", "The body has no fields.", "required-field-missing-refused", raw(b"{}")),
    ];
    // Where every field is optional, a body without any is open.
    cases.extend(empty.map(|(id, about, requirement, payload)| {
        if required {
            wrong(id, about, requirement, payload)
        } else {
            free(id, &format!("{about} That is open, as every field is optional."), payload)
        }
    }));
    let mut with_more = twin.clone();
    if let Value::Object(fields) = &mut with_more {
        fields.insert("unknown_field".to_owned(), json!("x"));
    }
    let mut unknown = free(
        "unknown-field",
        "The body has a field that is not documented, which is open.",
        like(&stage.twin.payload, with_more),
    );
    unknown.call.proves = vec!["unknown-request-fields".to_owned()];
    cases.push(unknown);
    cases.extend([
        free("duplicate-keys", "The body has a key twice, which is open.", raw(b"{\"a\": 1, \"a\": 2}")),
        free("byte-order-mark", "The body begins with a byte order mark, which is open.", raw("\u{feff}{}".as_bytes())),
        free("invalid-utf-8", "The body is no UTF-8, which is open.", raw(b"{\"a\": \"\xff\xfe\"}")),
        free(
            "lone-surrogate",
            "The body has half of a surrogate pair, which is open.",
            raw(surrogates(&twin).as_bytes()),
        ),
        free(
            "huge-number",
            "The body has a number of 400 digits, which is open.",
            raw(format!("{{\"a\": {}}}", "9".repeat(400)).as_bytes()),
        ),
        free("not-a-number", "The body has NaN in it, which is open.", raw(b"{\"a\": NaN}")),
    ]);
    let text = Payload::Raw { bytes: b"{}".as_slice().into(), content_type: Some("text/plain".to_owned()) };
    cases.push(free("as-text", "The body is declared as text, which is open.", text));
    let bare = Payload::Raw { bytes: b"{}".as_slice().into(), content_type: None };
    let flat = twin.as_object().into_iter().flatten().filter(|(_, value)| !value.is_array() && !value.is_object());
    let form = Payload::Form(Template::new(flat.map(|(name, value)| (name.clone(), value.clone())).collect()));
    cases.push(free("as-form", "The fields are sent as a form, which is open.", form));
    cases.push(free("undeclared", "The body has no content type, which is open.", bare));
    let about = "The body has a text of 1 MiB, which is open; the target may close the connection.";
    let mut long = free(
        "one-mebibyte",
        about,
        Payload::Raw { bytes: LONG.clone(), content_type: Some("application/json".to_owned()) },
    );
    long.call.may_close = true;
    cases.push(long);
    for case in &mut cases {
        case.call.place = place(stage);
    }
    cases
}

fn raw(bytes: &[u8]) -> Payload {
    Payload::Raw { bytes: bytes.into(), content_type: Some("application/json".to_owned()) }
}

fn nested(levels: usize) -> String {
    format!("{}{}", "[".repeat(levels), "]".repeat(levels))
}

/// The fields of the accepted request, each with half of a surrogate pair.
fn surrogates(twin: &Value) -> String {
    let fields = twin.as_object().into_iter().flatten();
    let fields: Vec<_> = fields.map(|(name, _)| format!("{}: \"a\\ud800b\"", Value::from(name.as_str()))).collect();
    format!("{{{}}}", fields.join(", "))
}
