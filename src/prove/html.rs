//! A proof as one page of HTML that needs nothing else: no script, no network, no fonts.
//!
//! Like every report it only shows: what is counted here is how many lines there are of something.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use minijinja::Environment;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::expectations::{ExpectationFate, live_by_kind};
use super::fate::{Fate, Kind, Trial};
use super::proof::{Guard, Proof};
use super::report;

const TEMPLATE: &str = include_str!("proof.html");
const STYLE: &str = include_str!("proof.css");

/// A page that shows a proof.
///
/// # Errors
/// The template does not fit the proof, which is a fault of the tool.
pub fn html(proof: &Proof) -> Result<String, String> {
    page(proof).map_err(|error| format!("the page of the proof cannot be made: {error:#}"))
}

fn page(proof: &Proof) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    environment.add_template("proof.html", TEMPLATE)?;
    let areas: Vec<String> = scores(proof).into_iter().map(|score| score.area).collect();
    environment.get_template("proof.html")?.render(minijinja::value::Serde(Page {
        style: STYLE,
        style_hash: BASE64.encode(&Sha256::digest(STYLE.as_bytes())),
        proof,
        seconds: format!("{:.1}", proof.elapsed_ms / 1000.0),
        holds: proof.holds(),
        problems: report::problems(proof),
        scores: scores(proof),
        totals: report::totals(proof),
        kinds: kinds(proof),
        rules: proof.guards.iter().map(|guard| rule(guard, proof, &areas)).collect(),
        areas,
        faults: proof.trials.iter().filter(|trial| trial.kind == Kind::Fault).map(fault).collect(),
    }))
}

/// What the template shows.
#[derive(Serialize)]
struct Page<'p> {
    style: &'static str,
    /// What the page's policy knows its only style by.
    style_hash: String,
    proof: &'p Proof,
    seconds: String,
    holds: bool,
    problems: String,
    scores: Vec<Score>,
    totals: String,
    kinds: Vec<KindOfExpectation>,
    areas: Vec<String>,
    rules: Vec<Rule<'p>>,
    faults: Vec<FaultRow<'p>>,
}

/// How many trials of one area were caught.
#[derive(Serialize)]
struct Score {
    area: String,
    caught: usize,
    all: usize,
}

fn area(trial: &Trial) -> String {
    format!("{} {}", trial.kind.word(), trial.area)
}

fn scores(proof: &Proof) -> Vec<Score> {
    let mut areas: BTreeMap<(Kind, &str), Score> = BTreeMap::new();
    for trial in &proof.trials {
        let score = areas.entry((trial.kind, &trial.area));
        let score = score.or_insert_with(|| Score { area: area(trial), caught: 0, all: 0 });
        score.caught += usize::from(trial.is_caught());
        score.all += 1;
    }
    areas.into_values().collect()
}

/// How many expectations of one kind there are, by what came of them.
#[derive(Serialize)]
struct KindOfExpectation {
    kind: String,
    live: usize,
    overlapped: usize,
    untried: usize,
    idle: usize,
}

fn kinds(proof: &Proof) -> Vec<KindOfExpectation> {
    let live = live_by_kind(&proof.expectations);
    let mut kinds: BTreeMap<String, KindOfExpectation> = BTreeMap::new();
    for one in &proof.expectations {
        let kind = one.kind();
        let live = live.get(&kind).copied().unwrap_or_default();
        let entry = kinds.entry(kind.clone());
        let entry = entry.or_insert_with(|| KindOfExpectation { kind, live, overlapped: 0, untried: 0, idle: 0 });
        entry.overlapped += usize::from(one.fate == ExpectationFate::Overlapped);
        entry.untried += usize::from(one.fate == ExpectationFate::Untried);
        entry.idle += usize::from(one.fate < ExpectationFate::Untried);
    }
    kinds.into_values().collect()
}

/// A row of the matrix: a rule, and what turns it red.
#[derive(Serialize)]
struct Rule<'p> {
    guard: &'p Guard,
    /// How many killers of each area.
    cells: Vec<usize>,
    killers: Vec<Killer<'p>>,
}

/// What turns a rule red, and in which flows.
#[derive(Serialize)]
struct Killer<'p> {
    id: &'p str,
    flows: Vec<&'p str>,
}

fn rule<'p>(guard: &'p Guard, proof: &'p Proof, areas: &[String]) -> Rule<'p> {
    let of_rule = |trial: &&Trial| trial.names.contains(&guard.id) && trial.red.contains_key(&guard.id);
    let trials: Vec<&Trial> = proof.trials.iter().filter(of_rule).collect();
    let cells = areas.iter().map(|wanted| trials.iter().filter(|trial| area(trial) == *wanted).count()).collect();
    let killer = |trial: &&'p Trial| {
        let mut flows: Vec<&str> = trial.red[&guard.id].iter().map(|red| red.flow.as_str()).collect();
        flows.dedup();
        Killer { id: &trial.id, flows }
    };
    Rule { guard, cells, killers: trials.iter().map(killer).collect() }
}

/// A fault, and what it turned red.
#[derive(Serialize)]
struct FaultRow<'p> {
    trial: &'p Trial,
    fate: &'static str,
    caught: bool,
    /// The rules that it names, and in how many places each turned red.
    red: Vec<(&'p str, usize)>,
}

fn fault(trial: &Trial) -> FaultRow<'_> {
    let places = |name: &String| trial.red.get(name).map_or(0, std::collections::BTreeSet::len);
    FaultRow {
        trial,
        fate: trial.fate.words(),
        caught: trial.fate == Fate::Caught,
        red: trial.names.iter().map(|name| (name.as_str(), places(name))).collect(),
    }
}
