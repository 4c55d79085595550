//! Status and content type of any answer.

use super::{Check, Judged, Looked, judged};
use crate::contract::Success;
use crate::verdict::Mismatch;

/// A 5xx.
pub const SERVER_ERROR: Check = Check {
    id: "server-error",
    about: "Looks at every answer: a 5xx is a fault of the server, whatever was sent.",
    requirements: &["no-server-error"],
    look: Some(|looked| {
        let status = looked.response.status;
        let wrong = (status >= 500).then(|| Mismatch::new("status", "no 5xx, whatever is sent", status.to_string()));
        vec![judged("no-server-error", wrong)]
    }),
};

/// A success with another status than 200.
pub const OTHER_SUCCESS_STATUS: Check = Check {
    id: "other-success-status",
    about: "Looks at every 2xx of a documented operation: the documentation knows 200 alone. HEAD and OPTIONS are left out.",
    requirements: &["success-status-200"],
    look: Some(|looked| {
        if looked.operation.is_none() || !looked.response.is_success() {
            return Vec::new();
        }
        let status = looked.response.status;
        let wrong = (status != 200).then(|| Mismatch::new("status", "200", status.to_string()));
        vec![judged("success-status-200", wrong)]
    }),
};

/// A documented model that is not declared as JSON.
pub const WRONG_CONTENT_TYPE: Check = Check {
    id: "wrong-content-type",
    about: "Looks at every answer that is a documented model, a success or a refusal: its Content-Type is application/json, parameters aside.",
    requirements: &["json-content-type"],
    look: Some(content_type),
};

fn content_type<'a>(looked: &Looked<'a, '_>) -> Vec<Judged<'a>> {
    let modelled = looked.operation.is_some_and(|operation| matches!(operation.success, Success::Model(_)));
    let success = looked.response.is_success() && modelled;
    let refusal = looked.response.is_refusal()
        && !looked.is_refused_bearer()
        && !looked.is_free_refusal()
        && looked.body.is_some_and(|body| body.get("error").is_some() || body.get("detail").is_some());
    if !success && !refusal {
        return Vec::new();
    }
    let declared = looked.response.header("content-type");
    let essence = declared.map(|value| value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
    let wrong = (essence.as_deref() != Some("application/json")).then(|| {
        let actual = declared.map_or_else(|| "no such header".to_owned(), |value| format!("`{value}`"));
        Mismatch::new("header content-type", "`application/json`", actual)
    });
    vec![judged("json-content-type", wrong)]
}
