//! What this tool cannot show, or shows by one thing only. Generated from a proof, so that nobody has to admit it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::expectations::{Expectation, ExpectationFate};
use super::fate::Fate;
use super::proof::{Guard, Proof};
use crate::contract::Contract;
use crate::judge::EXPECT;

/// One thing that the tool is weak at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weakness {
    /// The requirement, fault, mutant or check; of an expectation its place in the suites.
    pub id: String,
    /// What kind of weakness it is.
    pub kind: String,
    /// Why, or by what alone it is seen.
    pub why: String,
}

/// Every weakness that a proof knows of, the gravest first.
pub(super) fn weaknesses(proof: &Proof, contract: &Contract) -> Vec<Weakness> {
    let mut all = Vec::new();
    let mut add = |id: &str, kind: &str, why: String| {
        all.push(Weakness { id: id.to_owned(), kind: kind.to_owned(), why });
    };
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
    for check in proof.needless() {
        add(&check.id, "needless", "without this check nothing that it guards would be missed".to_owned());
    }
    for one in proof.idle() {
        add(&one.place, one.fate.words(), about(one));
    }
    for guard in &proof.guards {
        let checks = checks_of(guard, proof);
        if let (Some(check), 1) = (checks.first(), checks.len()) {
            add(&guard.id, "guarded by one check", check.clone());
        } else if let (Some(flow), 1) = (guard.flows.first(), guard.flows.len()) {
            add(&guard.id, "seen by one flow", flow.clone());
        }
    }
    for guard in proof.guards.iter().filter(|guard| is_indirect(guard, proof)) {
        add(&guard.id, "only as a consequence", guard.killers.join(", "));
    }
    for one in proof.expectations.iter().filter(|one| one.fate == ExpectationFate::Untried) {
        add(&one.place, "untried", format!("{}: no server that was played meets its `when`", about(one)));
    }
    for one in proof.expectations.iter().filter(|one| one.fate == ExpectationFate::Overlapped) {
        let by: Vec<&str> = one.overlapped_by.iter().map(String::as_str).collect();
        add(&one.place, "overlapped", format!("{}; by {}", about(one), by.join(", ")));
    }
    all
}

fn about(one: &Expectation) -> String {
    let rules: Vec<&str> = one.requirements.iter().map(String::as_str).collect();
    let case = one.case.as_ref().map(|case| format!(" of {case}")).unwrap_or_default();
    format!("`{}`{case} in {}, for {}", one.asks, one.within, rules.join(", "))
}

/// The universal checks by which a rule was seen broken, and the expectations that show it.
fn checks_of(guard: &Guard, proof: &Proof) -> BTreeSet<String> {
    let universal = guard.checks.iter().filter(|check| *check != EXPECT).cloned();
    let asked = proof.expectations.iter().filter(|one| one.requirements.contains(&guard.id));
    let asked = asked.filter(|one| one.fate >= ExpectationFate::Overlapped);
    let place = |one: &Expectation| match &one.case {
        Some(case) => format!("{EXPECT} of {case} in {}", one.within),
        None => format!("{EXPECT} at {} in {}", one.place, one.within),
    };
    universal.chain(asked.map(place)).collect()
}

/// Whether it turns red only where something else is what was done wrong.
fn is_indirect(guard: &Guard, proof: &Proof) -> bool {
    let direct = |id: &String| {
        let trial = proof.trials.iter().find(|trial| trial.id == *id);
        trial.is_some_and(|trial| trial.wanted().contains(&guard.id))
    };
    !guard.killers.is_empty() && !guard.killers.iter().any(direct)
}
