//! The body of a success against the model that the operation documents.

use super::{Check, Judged, Looked, judged, kind_of, observed};
use crate::contract::Success;
use crate::exchange::Body;
use crate::verdict::Mismatch;

/// A success whose body is not of the documented model.
pub const CHECK: Check = Check {
    id: "wrong-model",
    about: "Looks at every 2xx of an operation that documents a model: the body is JSON with every key of it, each of a documented type. Extra keys are free, and noted.",
    requirements: &[
        "token-model",
        "user-signup-out-model",
        "mobile-out-model",
        "mobile-code-out-model",
        "email-out-model",
        "user-profile-out-model",
        "response-fields-extra",
    ],
    look: Some(look),
};

/// So many extra keys of one answer are noted.
const NOTED: usize = 10;

fn look<'a>(looked: &Looked<'a, '_>) -> Vec<Judged<'a>> {
    let Some(Success::Model(name)) = looked.operation.map(|operation| &operation.success) else { return Vec::new() };
    let Some(model) = looked.contract.model(name).filter(|_| looked.response.is_success()) else { return Vec::new() };
    let Some(requirement) = &model.requirement else { return Vec::new() };
    // Of a body that was too long to keep, nobody can tell what it was.
    if matches!(looked.response.body(), Body::Shortened { .. }) {
        return Vec::new();
    }
    let Some(body) = looked.body else {
        let actual = if looked.response.body().is_empty() { "an empty body" } else { "a body that is no JSON" };
        return vec![judged(requirement, Some(Mismatch::new("", format!("{name} as JSON"), actual)))];
    };
    let violation = model.validate(body).into_iter().next();
    let wrong = looked.repeated(model.fields()).or_else(|| {
        violation.map(|violation| {
            let actual = if violation.actual.is_empty() {
                kind_of(body.pointer(&violation.pointer)).to_owned()
            } else {
                violation.actual
            };
            Mismatch::new(violation.pointer, format!("{} ({name})", violation.expected), actual)
        })
    });
    let extra = body.as_object().into_iter().flatten().map(|(key, _)| key.as_str());
    let fields = model.fields();
    let extra = extra.filter(|key| !fields.iter().any(|field| field.name == *key)).take(NOTED);
    let extra: Vec<&str> = extra.collect();
    let seen = if extra.is_empty() { "none".to_owned() } else { format!("{} in {name}", extra.join(", ")) };
    vec![judged(requirement, wrong), observed("response-fields-extra", seen)]
}
