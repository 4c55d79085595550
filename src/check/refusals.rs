//! The body of a refusal: one of the two that are documented.

use super::{Check, Judged, Looked, judged};
use crate::exchange::Body;
use crate::verdict::Mismatch;

/// A refusal with another body than the documented ones.
pub const UNDOCUMENTED_BODY: Check = Check {
    id: "undocumented-refusal-body",
    about: "Looks at every 4xx of a documented operation: the body is an ErrorResponse or an HTTPValidationError. Refused \
            bearer tokens have a check of their own; 408, 413, 414, 415, 429 and 431 may come from a gateway, unless they \
            name a documented error, and what answers a body that is no text may come from a framework.",
    requirements: &["refusal-body-documented", "error-response-model", "validation-error-model"],
    look: Some(body),
};

/// A refusal whose code is not its status.
pub const CODE_DIFFERS: Check = Check {
    id: "code-differs-from-status",
    about: "Looks at every refusal with an error: the integer code in it equals the HTTP status.",
    requirements: &["error-code-equals-status"],
    look: Some(code),
};

fn body<'a>(looked: &Looked<'a, '_>) -> Vec<Judged<'a>> {
    // Of a body that was too long to keep, nobody can tell what it was.
    let shortened = matches!(looked.response.body(), Body::Shortened { .. });
    // Frameworks give up on what is no UTF-8 before the application sees it.
    let no_text = matches!(looked.exchange.request.body, Some(Body::Binary { .. }));
    if !looked.response.is_refusal() || looked.is_free_refusal() || looked.is_refused_bearer() || shortened || no_text {
        return Vec::new();
    }
    let object = looked.body.and_then(|body| body.as_object());
    let Some(object) =
        object.filter(|object| object.contains_key("detail") || SIGNS.iter().any(|key| object.contains_key(*key)))
    else {
        let actual = match looked.body {
            _ if looked.response.body().is_empty() => "an empty body",
            None => "a body that is no JSON",
            Some(_) => "JSON that is neither",
        };
        let wrong = Mismatch::new("", "an ErrorResponse or an HTTPValidationError", actual);
        return vec![judged("refusal-body-documented", Some(wrong))];
    };
    let validation = object.contains_key("detail") && !object.contains_key("error");
    let name = if validation { "HTTPValidationError" } else { "ErrorResponse" };
    let mut all = vec![judged("refusal-body-documented", None)];
    if let (Some(model), Some(body)) = (looked.contract.model(name), looked.body)
        && let Some(requirement) = &model.requirement
    {
        let wrong = model.validate(body).into_iter().next();
        let wrong =
            wrong.map(|wrong| Mismatch::new(wrong.pointer, format!("{} ({name})", wrong.expected), wrong.actual));
        all.push(judged(requirement, looked.repeated(model.fields()).or(wrong)));
    }
    all
}

/// Keys by which an ErrorResponse is recognised, also one that lacks some of them.
const SIGNS: [&str; 3] = ["error", "message", "code"];

fn code<'a>(looked: &Looked<'a, '_>) -> Vec<Judged<'a>> {
    // A 403 for a missing token is one warning, whatever its body.
    if !looked.response.is_refusal() || (looked.is_refused_bearer() && looked.response.status == 403) {
        return Vec::new();
    }
    let code = looked.body.filter(|body| body.get("error").is_some()).and_then(|body| body.get("code"));
    let Some(code) = code.filter(|code| code.is_number()) else { return Vec::new() };
    let status = looked.response.status;
    // 400 and 400.0 are one number (RFC 8259 section 6).
    let wrong = (code.as_f64() != Some(f64::from(status)))
        .then(|| Mismatch::new("/code", format!("{status}, the HTTP status"), code.to_string()));
    vec![judged("error-code-equals-status", wrong)]
}
