//! The body of a success against the model that the operation documents.

use super::{Check, Judged, Looked, judged, kind_of};
use crate::contract::Success;
use crate::verdict::Mismatch;

/// A success whose body is not of the documented model.
pub const CHECK: Check = Check {
    id: "wrong-model",
    about: "Looks at every 2xx of an operation that documents a model: the body is JSON with every key of it, each of a documented type. Extra keys are free.",
    requirements: &[
        "token-model",
        "user-signup-out-model",
        "mobile-out-model",
        "mobile-code-out-model",
        "email-out-model",
        "user-profile-out-model",
    ],
    look: Some(look),
};

fn look(looked: &Looked<'_>) -> Vec<Judged> {
    let Some(Success::Model(name)) = looked.operation.map(|operation| &operation.success) else { return Vec::new() };
    let Some(model) = looked.contract.model(name).filter(|_| looked.response.is_success()) else { return Vec::new() };
    let Some(requirement) = &model.requirement else { return Vec::new() };
    let Some(body) = &looked.body else {
        let actual = if looked.response.body.is_empty() { "an empty body" } else { "a body that is no JSON" };
        return vec![judged(requirement, Some(Mismatch::new("", format!("{name} as JSON"), actual)))];
    };
    let violation = model.validate(body).into_iter().next();
    let wrong = violation.map(|violation| {
        let actual = if violation.actual.is_empty() {
            kind_of(body.pointer(&violation.pointer)).to_owned()
        } else {
            violation.actual
        };
        Mismatch::new(violation.pointer, format!("{} ({name})", violation.expected), actual)
    });
    vec![judged(requirement, wrong)]
}
