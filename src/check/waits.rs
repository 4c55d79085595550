//! Stated waits and lives of codes and links are seconds above zero.

use super::{Check, Judged, Looked, judged};
use crate::contract::keywords::ABOVE_ZERO;
use crate::verdict::Mismatch;

/// A code or link that is over when it is sent, or that can be asked for again at once.
pub const CHECK: Check = Check {
    id: "no-time-left",
    about: "Looks at every answer that says that a code or a mail was sent: how long it lives, and how long no other is \
            sent, are seconds above zero.",
    requirements: &["verify-start-times-positive", "email-start-times-positive"],
    look: Some(look),
};

fn look<'a>(looked: &Looked<'a, '_>) -> Vec<Judged<'a>> {
    let stated = looked.success_fields().into_iter().flatten().filter_map(|field| {
        let requirement = field.extension.get(ABOVE_ZERO)?.as_str()?;
        let value = looked.body?.get(&field.name)?;
        let wrong = || Mismatch::new(format!("/{}", field.name), "seconds above zero", value.to_string());
        // What is no number is of no model.
        Some(judged(requirement, (value.as_f64()? <= 0.0).then(wrong)))
    });
    stated.collect()
}
