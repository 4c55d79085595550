//! The accepted snapshots of the reference server: they are current, and no seed and no order changes them.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use conformance::contract::Contract;
use conformance::deployments::Embedded;
use conformance::event::Comparing;
use conformance::generate::fuzz::with_random_cases;
use conformance::generate::with_generated;
use conformance::judge::judge;
use conformance::judge::result::{Drift, DriftResult};
use conformance::plan::{Plan, Selection};
use conformance::reference::Options;
use conformance::runner::{self, Deaf, Settings};
use conformance::snapshot;
use conformance::suite::Suites;

static CONTRACT: LazyLock<Arc<Contract>> = LazyLock::new(|| Arc::new(Contract::embedded().unwrap()));

/// The committed snapshots by flow.
static ACCEPTED: LazyLock<Arc<BTreeMap<String, String>>> = LazyLock::new(|| Arc::new(snapshot::embedded_texts()));

/// The drift of one run of all flows.
fn run(seed: u64, jobs: usize, random: u32) -> DriftResult {
    let suites = with_generated(Suites::embedded(&CONTRACT).unwrap(), &CONTRACT);
    let suites = Arc::new(with_random_cases(suites, seed, random));
    let plan = Plan::new(CONTRACT.clone(), suites, &Selection::default()).unwrap();
    let drift = Some(Comparing { denied: false });
    let settings = Settings { jobs, seed, drift, accepted: ACCEPTED.clone(), ..Settings::default() };
    let deployments = Embedded::new(Options::default(), seed, None).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let run = runner::run(Arc::new(plan), Arc::new(deployments), settings, Arc::new(Deaf), Arc::default());
    judge(runtime.block_on(run), &CONTRACT, false).unwrap().drift.unwrap()
}

fn line(drift: &Drift) -> String {
    let part = |value: &Option<String>| {
        value.as_ref().map_or_else(|| "nothing".to_owned(), |value| value.chars().take(60).collect())
    };
    // The places in an array are alike.
    let at: Vec<&str> =
        drift.at.split('/').map(|part| if part.parse::<usize>().is_ok() { "*" } else { part }).collect();
    let at = if drift.at.is_empty() { String::new() } else { format!(" at {}", at.join("/")) };
    format!("{}: {}{at}: {} -> {}", drift.does, drift.kind.words(), part(&drift.accepted), part(&drift.actual))
}

#[test]
fn neither_seed_nor_order_nor_random_cases_drift() {
    for (seed, jobs, random) in [(1, 1, 0), (99, 16, 2)] {
        let drift = run(seed, jobs, random);
        let lines: Vec<String> = drift.drifts.iter().map(|it| format!("{} {}", it.flow, line(it))).collect();
        assert_eq!(lines, Vec::<String>::new(), "seed {seed}: `conformance run`, then `conformance accept`");
        assert_eq!(drift.compared, ACCEPTED.len(), "a snapshot of no flow: delete it");
    }
}
