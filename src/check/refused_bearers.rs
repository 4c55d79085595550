//! How a missing or bad bearer token is refused (RFC 6750 section 3, RFC 9110 section 11.6.1).

use super::{Check, Judged, Looked, Sent, judged};
use crate::expect::describe;
use crate::verdict::Mismatch;

/// A bad bearer token that is refused in another way than the standards say.
pub const CHECK: Check = Check {
    id: "unusual-bearer-refusal",
    about: "Looks at every refusal of a missing or bad bearer token: 401, with the documented error, and with a \
            WWW-Authenticate header. A 403, as some frameworks answer, is one warning, whatever its body.",
    requirements: &["bearer-refusal-status-401", "bearer-refusal-error", "bearer-refusal-challenge"],
    look: Some(look),
};

fn look<'a>(looked: &Looked<'a, '_>) -> Vec<Judged<'a>> {
    if looked.sent != Sent::Bad || !looked.response.is_refusal() {
        return Vec::new();
    }
    let status = looked.response.status;
    let mut all = vec![judged(
        "bearer-refusal-status-401",
        (status != 401).then(|| Mismatch::new("status", "401", describe(looked.response))),
    )];
    if status != 401 {
        return all;
    }
    let wanted = looked.contract.bearer_refusal();
    let model = looked.contract.model("ErrorResponse");
    let shaped = looked.body.is_some_and(|body| model.is_some_and(|model| model.validate(body).is_empty()));
    let right = shaped && looked.text("error") == Some(wanted);
    all.push(judged(
        "bearer-refusal-error",
        (!right).then(|| Mismatch::new("", format!("an ErrorResponse with `{wanted}`"), describe(looked.response))),
    ));
    let challenge = looked.response.header("www-authenticate").is_some_and(|value| !value.trim().is_empty());
    all.push(judged(
        "bearer-refusal-challenge",
        (!challenge)
            .then(|| Mismatch::new("header www-authenticate", "a challenge, such as `Bearer`", "no such header")),
    ));
    all
}
