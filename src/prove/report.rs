//! A proof as text.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::fate::{Fate, Kind, Trial};
use super::floor::Floor;
use super::proof::Proof;

/// How much of a proof is shown.
#[derive(Debug, Clone, Copy, Default)]
pub struct Detail {
    /// Nothing but what is not as it should be.
    pub only_survivors: bool,
}

/// A proof as text: what is not as it should be first, then the score.
pub fn text(proof: &Proof, floor: Option<&Floor>, detail: Detail) -> String {
    let mut text = String::new();
    for problem in &proof.clean_problems {
        let _ = writeln!(text, "clean run: {problem}");
    }
    for fate in [Fate::NeverMet, Fate::Survived, Fate::Imprecise] {
        for trial in proof.trials.iter().filter(|trial| trial.fate == fate) {
            text.push_str(&survivor(trial));
        }
    }
    for trial in proof.refused() {
        let _ = writeln!(text, "refused, though legitimate: {}", trial.variants.join(" "));
        for problem in trial.problems.iter().take(SHOWN) {
            let _ = writeln!(text, "    {problem}");
        }
        if trial.problems.len() > SHOWN {
            let _ = writeln!(text, "    and {} more", trial.problems.len() - SHOWN);
        }
    }
    for guard in proof.unguarded() {
        let _ = writeln!(text, "unguarded: nothing that names {} turns it red", guard.id);
    }
    if let Some(floor) = floor {
        text.push_str(&against(floor, &Floor::of(proof)));
    }
    if !detail.only_survivors {
        text.push_str(&score(proof));
    }
    text
}

/// How many problems of one run are shown.
const SHOWN: usize = 5;

fn survivor(trial: &Trial) -> String {
    let mut text = format!("{} {} ({}): {}\n", trial.fate.words(), trial.id, trial.operation, trial.about);
    match trial.fate {
        Fate::Imprecise => {
            for (requirement, places) in trial.unnamed() {
                if let [red, ..] = places[..] {
                    let _ = writeln!(
                        text,
                        "    red without being named: {requirement} in {} ({}, {}): {}{}",
                        red.flow,
                        red.step,
                        red.check,
                        red.seen,
                        elsewhere(places.len())
                    );
                }
            }
        }
        Fate::NeverMet => {
            let _ = writeln!(text, "    to see it: a flow that gets such an answer from {}", trial.operation);
        }
        Fate::Survived | Fate::Caught => {
            let _ = writeln!(
                text,
                "    to see it: a flow that calls {} and turns red {}; {} flows ran and did not",
                trial.operation,
                trial.wanted().join(" or "),
                trial.flows
            );
            for (requirement, places) in &trial.red {
                if let Some(red) = places.first() {
                    let _ = writeln!(
                        text,
                        "    red instead: {requirement} in {} ({}, {}): {}{}",
                        red.flow,
                        red.step,
                        red.check,
                        red.seen,
                        elsewhere(places.len())
                    );
                }
            }
        }
    }
    text
}

fn elsewhere(places: usize) -> String {
    if places > 1 { format!(", and in {} more places", places - 1) } else { String::new() }
}

fn against(floor: &Floor, now: &Floor) -> String {
    let mut text = String::new();
    for (name, floor, now) in floor.fallen(now) {
        let _ = writeln!(text, "fallen: {name}: at least {floor}, found {now}");
    }
    if text.is_empty() && floor != now {
        let _ = writeln!(text, "the floor can be raised to {}", serde_json::json!(now));
    }
    text
}

fn score(proof: &Proof) -> String {
    let mut areas: BTreeMap<(Kind, &str), (usize, usize)> = BTreeMap::new();
    for trial in &proof.trials {
        let entry = areas.entry((trial.kind, &trial.area)).or_default();
        entry.0 += usize::from(trial.is_caught());
        entry.1 += 1;
    }
    let mut text = String::new();
    for ((kind, area), (caught, all)) in areas {
        let _ = writeln!(text, "{:<8} {area:<16} {caught:>5} of {all:>5} caught", kind.word());
    }
    for (kind, words) in [(Kind::Fault, "faults"), (Kind::Mutant, "mutants")] {
        let (caught, all) = proof.score(kind);
        if all > 0 {
            let _ = writeln!(text, "{caught} of {all} {words} caught");
        }
    }
    if !proof.freedoms.is_empty() {
        let held = proof.freedoms.len() - proof.refused().count();
        let _ = writeln!(text, "{held} of {} sets of variants with nothing wrong", proof.freedoms.len());
    }
    if proof.everything {
        let unguarded = proof.unguarded().count();
        let _ = writeln!(text, "{} of {} rules guarded", proof.guards.len() - unguarded, proof.guards.len());
    }
    let verdict = if proof.holds() { "PROVED" } else { "NOT PROVED" };
    let _ = writeln!(text, "{verdict} in {:.1} s, seed {}", proof.elapsed_ms / 1000.0, proof.seed);
    text
}
