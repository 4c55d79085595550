//! What this tool cannot show, or shows by one thing only. Generated from a proof, so that nobody has to admit it.

use super::fate::Fate;
use super::proof::{Guard, Proof};
use crate::contract::Contract;

/// One thing that the tool is weak at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weakness {
    /// The requirement, fault or mutant.
    pub id: String,
    /// What kind of weakness it is.
    pub kind: &'static str,
    /// Why, or by what alone it is seen.
    pub why: String,
}

/// Every weakness that a proof knows of, the gravest first.
pub fn weaknesses(proof: &Proof, contract: &Contract) -> Vec<Weakness> {
    let mut all = Vec::new();
    let mut add = |id: &str, kind: &'static str, why: String| all.push(Weakness { id: id.to_owned(), kind, why });
    for rule in contract.requirements() {
        if let Some(why) = &rule.unobservable {
            add(&rule.id, "cannot be shown", why.clone());
        }
    }
    for guard in proof.unguarded() {
        add(&guard.id, "unguarded", "nothing that names it turns it red".to_owned());
    }
    for trial in proof.trials.iter().filter(|trial| !trial.is_caught()) {
        let kind = if trial.fate == Fate::NeverMet { "never met" } else { "survives" };
        add(&trial.id, kind, trial.about.clone());
    }
    for guard in &proof.guards {
        if let (Some(flow), 1) = (guard.flows.first(), guard.flows.len()) {
            add(&guard.id, "seen by one flow", flow.clone());
        }
    }
    for guard in proof.guards.iter().filter(|guard| is_indirect(guard, proof)) {
        add(&guard.id, "only as a consequence", guard.killers.join(", "));
    }
    all
}

/// Whether it turns red only where something else is what was done wrong.
fn is_indirect(guard: &Guard, proof: &Proof) -> bool {
    let direct = |id: &String| {
        let trial = proof.trials.iter().find(|trial| trial.id == *id);
        trial.is_some_and(|trial| trial.wanted().contains(&guard.id))
    };
    !guard.killers.is_empty() && !guard.killers.iter().any(direct)
}
