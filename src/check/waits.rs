//! Stated waits and lives of codes and links are seconds above zero.

use serde_json::Value;

use super::{Check, Judged, Looked, judged};
use crate::verdict::Mismatch;

/// A code or link that is over when it is sent, or that can be asked for again at once.
pub const CHECK: Check = Check {
    id: "no-time-left",
    about: "Looks at every answer that says that a code or a mail was sent: how long it lives, and how long no other is \
            sent, are seconds above zero.",
    requirements: &["verify-start-times-positive", "email-start-times-positive"],
    look: Some(look),
};

/// Where times are stated.
pub const TIMES: [&str; 2] = ["time_expire", "time_repeat"];

fn look<'a>(looked: &Looked<'a, '_>) -> Vec<Judged<'a>> {
    let own = |requirement: &&'static str| {
        let requirement = looked.contract.requirement(requirement);
        requirement.is_some_and(|it| it.operation.as_deref() == looked.operation.map(|it| it.id.as_str()))
    };
    let Some(requirement) = CHECK.requirements.iter().copied().find(own) else { return Vec::new() };
    let body = looked.body.filter(|_| looked.response.is_success());
    let stated = TIMES.iter().filter_map(|name| Some((name, body?.get(name).filter(|value| value.is_number())?)));
    let positive = |value: &Value| value.as_f64().is_some_and(|seconds| seconds > 0.0);
    stated
        .map(|(name, value)| {
            let wrong = || Mismatch::new(format!("/{name}"), "seconds above zero", value.to_string());
            judged(requirement, (!positive(value)).then(wrong))
        })
        .collect()
}
