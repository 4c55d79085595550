//! Codes that answers show. Four digits are anywhere, so chance is kept apart from a leak.
//!
//! A text of a body that is exactly the code is a leak at once, but for one of four digits or less, which a counter may be
//! by chance. That, a number with its digits, the code inside a longer text, or a header that is the code (many count
//! something) is a leak when it is seen for two different codes at one place, or three in a header, and when it is no rare
//! sight: a target that counts up has shown each number of four digits before long, and some were codes.

use hashbrown::{HashMap, HashSet};

use super::{Check, Judged, Looked, judged};
use crate::exchange::{Sighting, SightingForm};
use crate::verdict::Mismatch;

/// A code in an answer.
pub const CHECK: Check = Check {
    id: "shown-code",
    about: "Looks over all answers of a deployment for the codes that it sent to phones: as a whole text of a body at once \
            (of four digits or less: for two codes), as a number or part of a text when it happens for two codes at one place, \
            as a header when it does for three, and not only in one of many answers.",
    requirements: &[REQUIREMENT],
    look: None,
};

/// What is broken when a code is shown.
pub const REQUIREMENT: &str = "code-never-shown";

/// Where codes were seen in the answers of one deployment.
#[derive(Debug, Default)]
pub struct Seen {
    uncertain: HashMap<(String, String), HashSet<String>>,
    /// How many answers of each operation were looked at.
    answers: HashMap<String, usize>,
}

/// In one of how many answers of its operation a code must be seen at a place, at least: codes stand in fewer by chance.
const RARE: usize = 20;

impl Seen {
    /// Looks at the next answer; every answer of a flow that knows a code is judged.
    pub fn look<'a>(&mut self, looked: &Looked<'a, '_>) -> Vec<Judged<'a>> {
        *self.answers.entry(looked.exchange.request.operation.clone()).or_default() += 1;
        let codes = looked.exchange.sightings.iter().filter(|sighting| sighting.kind == "code");
        let leak = codes.filter(|sighting| self.is_leak(&looked.exchange.request.operation, sighting)).last();
        let wrong = leak.map(|sighting| {
            Mismatch::new(sighting.place.clone(), "no code in an answer", sighting.placeholder.clone())
        });
        vec![judged(REQUIREMENT, wrong)]
    }

    fn is_leak(&mut self, operation: &str, sighting: &Sighting) -> bool {
        let header = sighting.place.starts_with("header ");
        if sighting.form == SightingForm::Whole && !header {
            return true;
        }
        let answers = self.answers.get(operation).copied().unwrap_or_default();
        let seen = self.uncertain.entry((operation.to_owned(), sighting.place.clone())).or_default();
        seen.insert(sighting.placeholder.clone());
        seen.len() > if header { 2 } else { 1 } && seen.len() * RARE >= answers
    }
}
