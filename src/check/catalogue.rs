//! Errors against the catalogue: known, with their status and message, where they may occur.

use super::{Check, Judged, Looked, judged};
use crate::contract::Bearer;
use crate::verdict::Mismatch;

/// An error that the documentation does not list.
pub const UNKNOWN_ERROR: Check = Check {
    id: "unknown-error",
    about: "Looks at every refusal with an error: it is one of those that the documentation lists.",
    requirements: &["error-known"],
    look: Some(unknown),
};

/// A listed error with another status or message, or at an operation that does not list it.
pub const MISPLACED_ERROR: Check = Check {
    id: "misplaced-error",
    about: "Looks at every refusal with a listed error: status and message are the documented ones, and the operation lists \
            it. The errors for bad tokens and bad client credentials may come from any operation that takes either.",
    requirements: &["error-status-as-documented", "error-message-as-documented", "error-at-documented-operation"],
    look: Some(misplaced),
};

/// The error of a refusal that the catalogue applies to.
fn error<'a>(looked: &'a Looked<'_, '_>) -> Option<&'a str> {
    let one_warning = looked.is_refused_bearer() && looked.response.status == 403;
    looked.text("error").filter(|_| looked.response.is_refusal() && !looked.is_free_refusal() && !one_warning)
}

fn unknown<'a>(looked: &Looked<'a, '_>) -> Vec<Judged<'a>> {
    let Some(error) = error(looked).filter(|_| !looked.is_refused_bearer()) else { return Vec::new() };
    let wrong = looked.contract.error(error).is_none().then(|| {
        let known: Vec<_> = looked
            .operation
            .into_iter()
            .flat_map(|operation| operation.errors.iter())
            .map(|error| format!("`{error}`"))
            .collect();
        let expected = if known.is_empty() {
            "a documented error".to_owned()
        } else {
            format!("a documented error, here {}", known.join(", "))
        };
        Mismatch::new("/error", expected, format!("`{error}`"))
    });
    vec![judged("error-known", wrong)]
}

fn misplaced<'a>(looked: &Looked<'a, '_>) -> Vec<Judged<'a>> {
    let Some(spec) = error(looked).and_then(|error| looked.contract.error(error)) else { return Vec::new() };
    let status = looked.response.status;
    let mut all = vec![judged(
        "error-status-as-documented",
        (status != spec.status)
            .then(|| Mismatch::new("status", format!("{} for `{}`", spec.status, spec.error), status.to_string())),
    )];
    if let Some(message) = looked.text("message") {
        let wrong = (!spec.message.matches(message)).then(|| {
            Mismatch::new("/message", format!("{} for `{}`", spec.message, spec.error), format!("`{message}`"))
        });
        all.push(judged("error-message-as-documented", wrong));
    }
    if let Some(operation) = looked.operation {
        let credentials = operation.bearer != Bearer::None || operation.client_credentials;
        let anywhere = credentials
            && [looked.contract.bearer_refusal(), looked.contract.client_refusal()].contains(&spec.error.as_str());
        let named = looked.let_in.contains(&spec.error.as_str());
        let listed = anywhere || named || operation.errors.contains(&spec.error);
        all.push(judged(
            "error-at-documented-operation",
            (!listed).then(|| {
                Mismatch::new("/error", format!("an error that {} lists", operation.id), format!("`{}`", spec.error))
            }),
        ));
    }
    all
}
