//! Every flow against the reference server, each as a test of its own: nothing fails, nothing warns, nothing is left
//! undecided.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use conformance::contract::Contract;
use conformance::deployments::Embedded;
use conformance::generate::with_generated;
use conformance::judge::judge;
use conformance::judge::result::Conclusion;
use conformance::plan::{Plan, Selection};
use conformance::reference::Options;
use conformance::runner::{self, Deaf, Settings};
use conformance::suite::Suites;
use conformance::verdict::Verdict;

// One module for each suite, one test for each flow, and `TESTED`: written by build.rs.
include!(concat!(env!("OUT_DIR"), "/flow_tests.rs"));

static CONTRACT: LazyLock<Arc<Contract>> = LazyLock::new(|| Arc::new(Contract::embedded().unwrap()));
static SUITES: LazyLock<Arc<Suites>> =
    LazyLock::new(|| Arc::new(with_generated(Suites::embedded(&CONTRACT).unwrap(), &CONTRACT)));

/// Generated cases that get a flow of their own, as they may use up the state that they meet.
macro_rules! apart {
    ($($name:ident: $id:literal;)*) => {
        mod apart {
            $(#[test] fn $name() { super::holds($id); })*
        }
        const APART: &[&str] = &[$($id),*];
    };
}

apart! {
    show_a_code_missing: "case-show-a-code-code-missing";
    show_a_code_wrong_type_fraction: "case-show-a-code-code-wrong-type-fraction";
    show_a_code_wrong_type_boolean: "case-show-a-code-code-wrong-type-boolean";
    show_a_code_wrong_type_array: "case-show-a-code-code-wrong-type-array";
    show_a_code_wrong_type_object: "case-show-a-code-code-wrong-type-object";
}

#[test]
fn every_flow_has_a_test() {
    let tested: BTreeSet<&str> = TESTED.iter().copied().chain(APART.iter().copied()).collect();
    let flows: BTreeSet<&str> = SUITES.flows().map(|flow| whole(&flow.id)).collect();
    assert_eq!(tested, flows);
    assert_eq!(TESTED.len() + APART.len(), tested.len());
}

/// The flow that this one is a part of: the cases of a stage may be too many for one.
fn whole(id: &str) -> &str {
    let part = id.strip_prefix("cases-").and_then(|_| id.rsplit_once('-'));
    part.filter(|(_, number)| number.parse::<usize>().is_ok()).map_or(id, |(whole, _)| whole)
}

fn holds(id: &str) {
    let parts = SUITES.flows().filter(|flow| whole(&flow.id) == id).map(|flow| flow.id.clone());
    let selection = Selection { flows: parts.collect(), ..Selection::default() };
    let plan = Plan::new(CONTRACT.clone(), SUITES.clone(), &selection).unwrap();
    let settings = Settings { jobs: 1, seed: 1, fail_fast: false, strict: true, ..Settings::default() };
    let deployments = Embedded::new(Options::default(), settings.seed, None).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let run = runner::run(Arc::new(plan), Arc::new(deployments), settings, Arc::new(Deaf), Arc::default());
    let result = judge(runtime.block_on(run), &CONTRACT, true).unwrap();
    let found: Vec<String> = result
        .findings
        .iter()
        .map(|finding| {
            let (why, place) = (finding.mismatch.as_ref().map(|it| format!("{it:?}")), &finding.place);
            format!(
                "{} {} ({place}): {}",
                finding.verdict,
                finding.id,
                why.or(finding.reason.clone()).unwrap_or_default()
            )
        })
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert_eq!(result.conclusion, Conclusion::Conformant, "{}", result.summary);
    let judged = result.counts.checks.get(Verdict::Pass) + result.counts.checks.get(Verdict::NotApplicable);
    assert!(result.counts.requests > 0 && judged > 0);
    assert_eq!(Verdict::ALL.iter().map(|verdict| result.counts.checks.get(*verdict)).sum::<usize>(), judged);
    assert!(!result.flows.is_empty() && result.flows.iter().all(|flow| flow.verdict == Verdict::Pass));
}
