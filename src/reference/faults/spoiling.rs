//! Where the faults act that only change a finished reply.

use serde_json::{Value, json};

use super::responses::{EDITS, Edit};
use super::{Area, leaks, spoiled_statuses};
use crate::reference::call::Call;
use crate::reference::reply::{Body, Reply};

/// The reply as the fault that is played has it.
pub(in crate::reference) fn spoil(reply: Reply, call: &Call<'_>) -> Reply {
    let Some(fault) = call.switches().played() else {
        if call.switches().are_noted() {
            // Every one of these faults that could act here asks for itself, and none is played.
            edit(reply.clone(), call);
            spoiled_statuses::spoil(reply.clone(), call);
            leaks::spoil(reply.clone(), call);
        }
        return reply;
    };
    if fault.operation != "all" && fault.operation != call.operation {
        return reply;
    }
    match fault.area {
        Area::Responses => edit(reply, call),
        Area::Statuses => spoiled_statuses::spoil(reply, call),
        Area::Leaks => leaks::spoil(reply, call),
        Area::Validation
        | Area::Authentication
        | Area::Verification
        | Area::Accounts
        | Area::Tokens
        | Area::Conditional => reply,
    }
}

fn edit(mut reply: Reply, call: &Call<'_>) -> Reply {
    let played = EDITS.iter().find(|(fault, _)| call.fault(fault));
    if let (Body::Json(body), 200, Some((_, edit))) = (&mut reply.body, reply.status, played) {
        apply(*edit, body);
    }
    reply
}

fn apply(edit: Edit, body: &mut Value) {
    let json = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    if let Edit::Whole(text) = edit {
        *body = json(text);
        return;
    }
    let Value::Object(fields) = body else { return };
    match edit {
        Edit::Remove(name) => {
            fields.shift_remove(name);
        }
        Edit::Rename(name, other) => {
            if let Some(value) = fields.shift_remove(name) {
                fields.insert(other.to_owned(), value);
            }
        }
        Edit::Set(name, text) => {
            fields.insert(name.to_owned(), json(text));
        }
        Edit::AsText(name) => {
            if let Some(value) = fields.get_mut(name).filter(|value| !value.is_null()) {
                *value = json!(value.to_string());
            }
        }
        Edit::OmitNulls => fields.retain(|_, value| !value.is_null()),
        Edit::Whole(_) => {}
    }
}
