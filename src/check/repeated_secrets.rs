//! No answer repeats a password, a client secret, or the UUID of a mailed link.

use super::{Check, Judged, Looked, judged};
use crate::verdict::Mismatch;

/// A secret in an answer.
pub const CHECK: Check = Check {
    id: "repeated-secret",
    about: "Looks at every answer, headers and body, for the passwords, client secrets and link UUIDs of its flow, plain or \
            encoded. An id that the account shows anyway is no secret, also where a link holds it.",
    requirements: &["password-never-shown", "client-secret-never-shown", "link-uuid-never-shown"],
    look: Some(look),
};

/// Kinds of secret, and the requirement that each breaks when it is shown.
const KINDS: [(&str, &str); 3] = [
    ("password", "password-never-shown"),
    ("client_secret", "client-secret-never-shown"),
    ("link", "link-uuid-never-shown"),
];

fn look<'a>(looked: &Looked<'a, '_>) -> Vec<Judged<'a>> {
    let shown = |(kind, requirement): &(&str, &'static str)| {
        let sighting = looked.exchange.sightings.iter().find(|sighting| sighting.kind == *kind);
        let wrong = sighting.map(|sighting| {
            Mismatch::new(
                sighting.place.clone(),
                format!("no {} in an answer", kind.replace('_', " ")),
                sighting.placeholder.clone(),
            )
        });
        judged(requirement, wrong)
    };
    KINDS.iter().map(shown).collect()
}
