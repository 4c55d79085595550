//! Every rule has a killer, and every universal check is needed: on few flows each, where a proof takes all.

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::super::bench::Bench;
use super::super::clean::CleanRun;
use super::super::mutants::{self, Mutant};
use super::contract;
use crate::check::CHECKS;
use crate::contract::Level;
use crate::deployments::{AskedByFlow, Embedded};
use crate::generate::with_generated;
use crate::reference::{Options, Variant, VariantSet, faults};
use crate::suite::{Flow, Suites};

/// In how many flows something wrong is looked for, before another wrong is tried.
const FLOWS: usize = 6;
/// At the same time.
const JOBS: usize = 8;

fn bench() -> Arc<Bench> {
    let contract = contract();
    let suites = with_generated(Suites::embedded(&contract).unwrap(), &contract);
    let servers = Embedded::new(Options::default(), 0, None).unwrap();
    Arc::new(Bench::new(contract, Arc::new(suites), servers, 0).unwrap())
}

/// A wrong that a rule is named by: its id, its operation, and servers that do it.
fn wrongs(bench: &Bench, rule: &str, mutants: &[Mutant]) -> Vec<(String, String, Embedded)> {
    let fault = |fault: &'static crate::reference::Fault| {
        let servers = bench.servers(Options { fault: Some(fault), ..Options::default() });
        (fault.id.to_owned(), fault.operation.to_owned(), servers)
    };
    // What is about the rule comes before what only has it as a consequence.
    let mut named: Vec<_> = faults::all().filter(|fault| fault.breaks.contains(&rule)).collect();
    named.sort_by_key(|fault| fault.breaks[0] != rule);
    let mutants = mutants.iter().filter(|mutant| mutant.names.iter().any(|name| name == rule));
    let mutant = |mutant: &Mutant| {
        let rewrite = Some(mutant.rewrite(Arc::default()));
        let servers = bench.servers(Options { rewrite, ..Options::default() });
        (mutant.id.clone(), mutant.operation.clone(), servers)
    };
    named.into_iter().map(fault).chain(mutants.map(mutant)).collect()
}

/// The flows that may show it: those that are for this rule first, then the short ones.
fn flows<'b>(bench: &'b Bench, operation: &str, rule: &str) -> Vec<&'b Arc<Flow>> {
    let mut flows: Vec<&Arc<Flow>> = bench.calling(operation).collect();
    flows.sort_by_key(|flow| {
        let shows = crate::suite::needs::proves(flow).contains(rule);
        (!shows, flow.given.len(), flow.steps.len())
    });
    flows.truncate(FLOWS);
    flows
}

/// What turns a rule red, and in which flow.
async fn killer(bench: &Bench, rule: &str, mutants: &[Mutant]) -> Option<(String, String)> {
    for (wrong, operation, servers) in wrongs(bench, rule, mutants) {
        for flow in flows(bench, &operation, rule) {
            if bench.reds(&servers, flow).await.contains_key(rule) {
                return Some((wrong, flow.id.clone()));
            }
        }
    }
    None
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_rule_has_a_killer() {
    let bench = bench();
    let contract = contract();
    let mutants: Arc<[Mutant]> = mutants::all(&contract).into();
    let places = Arc::new(Semaphore::new(JOBS));
    let mut tasks = JoinSet::new();
    let judged = contract.requirements().iter();
    for rule in judged.filter(|rule| rule.level != Level::Observe && rule.unobservable.is_none()) {
        let (bench, mutants, places, rule) = (bench.clone(), mutants.clone(), places.clone(), rule.id.clone());
        tasks.spawn(async move {
            let _place = places.acquire().await;
            let killer = killer(&bench, &rule, &mutants).await;
            (rule, killer)
        });
    }
    let all = tasks.join_all().await;
    let unguarded: BTreeSet<String> =
        all.iter().filter(|(_, killer)| killer.is_none()).map(|(rule, _)| rule.clone()).collect();
    assert!(all.len() >= 200, "{}", all.len());
    assert_eq!(unguarded, BTreeSet::new(), "nothing that names these rules turns them red any more");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_any_check_something_is_missed() {
    let bench = bench();
    let mutants = mutants::all(&contract());
    let mut needless = BTreeSet::new();
    for check in CHECKS {
        let blind = bench.without(check.id);
        let mut missed = false;
        'rules: for rule in check.requirements {
            for (_, operation, servers) in wrongs(&bench, rule, &mutants) {
                for flow in flows(&bench, &operation, rule) {
                    let seen = bench.reds(&servers, flow).await.contains_key(*rule);
                    if seen {
                        missed = !blind.reds(&servers, flow).await.contains_key(*rule);
                        if missed {
                            break 'rules;
                        }
                        break;
                    }
                }
            }
        }
        if !missed {
            needless.insert(check.id);
        }
    }
    assert_eq!(needless, BTreeSet::new(), "without these checks nothing that they guard is missed");
}

/// Variants that no flow comes to: trying them alone tries nothing. A flow that does takes its variant off this list. The
/// one that is left is about paths that no operation has, of which no rule says anything.
const UNMET: [&str; 1] = ["text-404"];

/// A set of variants is run only where a server asks for one of them: one that is asked for nowhere would be green unrun.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_variant_but_these_can_change_some_flow() {
    let (bench, asked) = (bench(), Arc::new(AskedByFlow::default()));
    let servers = bench.servers(Options::default()).noting(asked.clone());
    for flow in &bench.plan.flows {
        bench.events(&servers, flow).await;
    }
    let clean = CleanRun::new(Vec::new(), asked);
    let meets = |variant: &Variant| {
        bench.plan.flows.iter().any(|flow| clean.differs(&flow.id, VariantSet::EMPTY.with(*variant)))
    };
    let unmet: Vec<&str> = Variant::ALL.iter().filter(|variant| !meets(variant)).map(|variant| variant.id()).collect();
    assert_eq!(unmet, UNMET);
    let everywhere = bench
        .plan
        .flows
        .iter()
        .all(|flow| Variant::ALL.iter().all(|variant| clean.differs(&flow.id, VariantSet::EMPTY.with(*variant))));
    assert!(!everywhere, "nothing was noted");
}
