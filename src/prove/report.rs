//! A proof as text.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::fate::{Fate, Trial};
use super::run::Proof;

/// How much of a proof is shown.
#[derive(Debug, Clone, Copy, Default)]
pub struct Detail {
    /// Nothing but what is wrong.
    pub only_survivors: bool,
}

/// A proof as text: survivors first, then the score.
pub fn text(proof: &Proof, detail: Detail) -> String {
    let mut text = String::new();
    for problem in &proof.clean_problems {
        let _ = writeln!(text, "clean run: {problem}");
    }
    for fate in [Fate::NeverMet, Fate::Survived, Fate::Imprecise] {
        for trial in proof.trials.iter().filter(|trial| trial.fate == fate) {
            text.push_str(&survivor(trial));
        }
    }
    if !detail.only_survivors {
        text.push_str(&score(proof));
    }
    text
}

fn survivor(trial: &Trial) -> String {
    let mut text = format!("{} {} ({}): {}\n", trial.fate.words(), trial.id, trial.operation, trial.about);
    let named = trial.wanted().join(" or ");
    if trial.is_caught() {
        for (requirement, places) in trial.unnamed() {
            if let Some(red) = places.first() {
                let _ = writeln!(
                    text,
                    "    also red, though not named: {requirement} in {} ({}, {}): {} [{} places]",
                    red.flow,
                    red.step,
                    red.check,
                    red.seen,
                    places.len()
                );
            }
        }
    } else {
        let _ = writeln!(text, "    to be red: {named}; {} flows were run", trial.flows);
        for (requirement, places) in &trial.red {
            if let Some(red) = places.first() {
                let _ = writeln!(
                    text,
                    "    red instead: {requirement} in {} ({}, {}): {}",
                    red.flow, red.step, red.check, red.seen
                );
            }
        }
    }
    text
}

fn score(proof: &Proof) -> String {
    let mut areas: BTreeMap<(&str, &str), (usize, usize)> = BTreeMap::new();
    for trial in &proof.trials {
        let entry = areas.entry((trial.kind.word(), &trial.area)).or_default();
        entry.0 += usize::from(trial.is_caught());
        entry.1 += 1;
    }
    let mut text = String::new();
    for ((kind, area), (caught, all)) in areas {
        let _ = writeln!(text, "{kind:<8} {area:<16} {caught:>4} of {all:>4} caught");
    }
    let caught = proof.trials.iter().filter(|trial| trial.is_caught()).count();
    let _ = writeln!(text, "{caught} of {} caught in {:.1} s", proof.trials.len(), proof.elapsed_ms / 1000.0);
    text
}
