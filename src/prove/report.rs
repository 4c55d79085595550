//! A proof as text.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::expectations::{Expectation, ExpectationFate};
use super::fate::{Fate, Kind, Trial};
use super::floor::Floor;
use super::proof::Proof;
use crate::judge::several;

/// How much of a proof is shown.
#[derive(Debug, Clone, Copy, Default)]
pub struct Detail {
    /// Nothing but what is not as it should be.
    pub only_survivors: bool,
}

/// What a proof is held against, besides itself.
#[derive(Debug, Default)]
pub struct Against<'a> {
    /// The scores that there have to be.
    pub floor: Option<&'a Floor>,
    /// Lines in which the table of where variants differ is not the accepted one.
    pub drifted: &'a [String],
}

impl Against<'_> {
    /// Whether a proof holds, its scores have not fallen, and variants differ where they may.
    pub fn holds(&self, proof: &Proof) -> bool {
        let fallen = self.floor.is_some_and(|floor| !floor.fallen(&Floor::of(proof)).is_empty());
        proof.holds() && !fallen && self.drifted.is_empty()
    }
}

/// A proof as text: what is not as it should be first, then the score.
pub fn text(proof: &Proof, against: &Against<'_>, detail: Detail) -> String {
    let mut text = problems(proof);
    if let Some(floor) = against.floor {
        text.push_str(&scores(floor, &Floor::of(proof)));
    }
    if !against.drifted.is_empty() {
        text.push_str("variants change other answers than the accepted table says (- no longer, + now):\n");
        against.drifted.iter().for_each(|line| text.push_str(&format!("{line}\n")));
    }
    if !detail.only_survivors {
        text.push_str(&areas(proof));
        text.push_str(&totals(proof));
        let verdict = if against.holds(proof) { "PROVED" } else { "NOT PROVED" };
        let _ = writeln!(text, "{verdict} in {:.1} s, seed {}", proof.elapsed_ms / 1000.0, proof.seed);
    }
    text
}

/// Everything that is not as it should be, with what would be needed to see it.
pub(super) fn problems(proof: &Proof) -> String {
    let mut text = String::new();
    for problem in &proof.clean_problems {
        let _ = writeln!(text, "clean run: {problem}");
    }
    for fate in [Fate::NeverMet, Fate::Survived, Fate::Imprecise] {
        for trial in proof.trials.iter().filter(|trial| trial.fate == fate) {
            text.push_str(&survivor(trial));
        }
    }
    for expectation in proof.idle() {
        text.push_str(&idle(expectation));
    }
    for check in proof.needless() {
        let _ = writeln!(text, "needless: without the check {} nothing that it guards would be missed", check.id);
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
    text
}

/// How many problems of one run are shown.
const SHOWN: usize = 5;

fn survivor(trial: &Trial) -> String {
    let mut text = format!("{} {} ({}): {}\n", trial.fate.words(), trial.id, trial.operation, trial.about);
    match trial.fate {
        Fate::Imprecise => {
            for requirement in trial.unseen() {
                let _ = writeln!(text, "    named without turning red: {requirement}");
            }
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
                "    to see it: a flow that calls {} and turns red {}; {} ran and did not",
                trial.operation,
                trial.wanted().join(" or "),
                several(trial.flows, "flow", "flows")
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

fn idle(expectation: &Expectation) -> String {
    let what = match &expectation.case {
        Some(case) => format!("{} of the case {case}", expectation.asks),
        None => expectation.asks.clone(),
    };
    let mut text = format!(
        "{} expectation: {what} at {}, in {}\n",
        expectation.fate.words(),
        expectation.place,
        expectation.within
    );
    let _ = match expectation.fate {
        ExpectationFate::NeverMet => writeln!(text, "    to see it: a server on which a flow comes to that step"),
        ExpectationFate::Dead | ExpectationFate::Untried | ExpectationFate::Overlapped | ExpectationFate::Live => {
            writeln!(
                text,
                "    to see it: an answer that breaks it; {} were tried, and {} turned it red",
                expectation.mutants, expectation.caught
            )
        }
    };
    text
}

fn elsewhere(places: usize) -> String {
    if places > 1 { format!(", and in {} more places", places - 1) } else { String::new() }
}

fn scores(floor: &Floor, now: &Floor) -> String {
    let mut text = String::new();
    for (name, floor, now) in floor.fallen(now) {
        let _ = writeln!(text, "fallen: {name}: at least {floor}, found {now}");
    }
    if text.is_empty() && floor != now {
        let _ = writeln!(text, "the floor can be raised to {}", serde_json::json!(now));
    }
    text
}

fn areas(proof: &Proof) -> String {
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
    text
}

/// How much was tried, and what came of it.
pub(super) fn totals(proof: &Proof) -> String {
    let mut text = String::new();
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
    if !proof.expectations.is_empty() {
        let _ = writeln!(
            text,
            "{} of {} expectations needed, {} overlapped, {} untried, {} of no effect; {} changes of answers",
            proof.expected(ExpectationFate::Live),
            proof.expectations.len(),
            proof.expected(ExpectationFate::Overlapped),
            proof.expected(ExpectationFate::Untried),
            proof.expected(ExpectationFate::Dead) + proof.expected(ExpectationFate::NeverMet),
            proof.expectations.iter().map(|expectation| expectation.mutants).sum::<usize>()
        );
    }
    if proof.everything {
        let needed = proof.checks.len() - proof.needless().count();
        let _ = writeln!(text, "{needed} of {} universal checks needed", proof.checks.len());
        let unguarded = proof.unguarded().count();
        let _ = writeln!(text, "{} of {} rules guarded", proof.guards.len() - unguarded, proof.guards.len());
    }
    let weak = proof.weaknesses.len();
    if proof.everything && weak > 0 {
        let _ = writeln!(text, "{weak} weaknesses, see `conformance list weaknesses`");
    }
    text
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::nothing_but_itself(None, &[], "PROVED in ")]
    #[case::its_score(Some(0), &[], "PROVED in ")]
    #[case::a_fallen_score(Some(1), &[], "fallen: faults: at least 1, found 0\nNOT PROVED in ")]
    #[case::another_table(
        None,
        &["- a b"],
        "variants change other answers than the accepted table says (- no longer, + now):\n- a b\nNOT PROVED in "
    )]
    fn what_a_proof_is_held_against_decides_as_well(
        #[case] faults: Option<usize>,
        #[case] drifted: &[&str],
        #[case] told: &str,
    ) {
        let floor = faults.map(|faults| Floor { faults, ..Floor::default() });
        let drifted: Vec<String> = drifted.iter().map(|line| (*line).to_owned()).collect();
        let against = Against { floor: floor.as_ref(), drifted: &drifted };
        let proof = Proof::default();
        let text = text(&proof, &against, Detail::default());
        let score = totals(&proof);
        assert!(text.replace(&score, "").starts_with(told), "{text}");
        assert_eq!(against.holds(&proof), !told.contains("NOT PROVED"));
    }
}
