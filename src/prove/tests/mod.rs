mod guards;
mod short_waits;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::mutants::{Change, Mutant, When};
use super::*;
use crate::contract::{Contract, Level};
use crate::deployments::Embedded;
use crate::generate::with_generated;
use crate::reference::{Options, VariantSet, faults};
use crate::suite::Suites;

struct Count(AtomicUsize);

impl Progress for Count {
    fn expect(&self, _: usize) {}
    fn done(&self, _: &str) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

fn contract() -> Arc<Contract> {
    Arc::new(Contract::embedded().unwrap())
}

/// A proof with the suites of these ids alone; what they do not show is not judged.
async fn proved(wanted: Wanted, suites: &[&str]) -> Proof {
    let contract = contract();
    let mut all = with_generated(Suites::embedded(&contract).unwrap(), &contract);
    all.suites.retain(|suite| suites.contains(&suite.id.as_str()));
    let servers = Embedded::new(Options::default(), 0, None).unwrap();
    let bench = Bench::new(contract, Arc::new(all), servers, 0).unwrap();
    let progress = Arc::new(Count(AtomicUsize::new(0)));
    let proof = prove(Arc::new(bench), Wanted { jobs: 4, ..wanted }, progress.clone()).await.unwrap();
    assert!(progress.0.load(Ordering::Relaxed) > proof.trials.len() + proof.freedoms.len());
    assert_eq!(proof.tool_faults, Vec::<String>::new());
    proof
}

/// One fault of each area, with the suite that shows it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fault_of_each_area_is_caught() {
    let ids = [
        ("profile-without-completion", "profile"),
        ("wrong-password-400", "token"),
        ("signup-any-type", "signup"),
        ("sign-in-not-by-email", "token"),
        ("code-second-attempt", "verify-phone"),
        ("complete-loses-names", "complete"),
        ("logout-keeps-refresh", "logout"),
        ("second-refresh-keeps-old", "refresh"),
    ];
    let faults: Vec<_> = ids.iter().map(|(id, _)| faults::find(id).unwrap_or_else(|| panic!("{id}"))).collect();
    let areas: HashSet<&str> = faults.iter().map(|fault| fault.area.id()).collect();
    assert_eq!(areas.len(), 8);
    for (fault, (_, suite)) in faults.into_iter().zip(ids) {
        let proof = proved(Wanted { faults: vec![fault], ..Wanted::default() }, &[suite]).await;
        let trial = &proof.trials[0];
        assert!(trial.is_caught(), "{}: {:?}", trial.id, trial.red);
    }
}

fn mutant(id: &str, changes: Vec<Change>, when: When, names: &[&str]) -> Mutant {
    Mutant {
        id: id.to_owned(),
        area: "test",
        about: "A guest is answered in another way.".to_owned(),
        operation: "POST /auth/guest".to_owned(),
        when,
        changes,
        names: names.iter().map(|&name| name.to_owned()).collect(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_can_see_survives_and_is_reported() {
    let header = vec![Change::Header("x-colour", Some("blue"))];
    let renamed = vec![Change::Rename("scopes".to_owned(), "scope".to_owned())];
    let mutants = vec![
        mutant("invisible", header.clone(), When::Accepted, &["token-model"]),
        mutant("visible", renamed.clone(), When::Accepted, &["user-signup-out-model"]),
        mutant("misnamed", renamed, When::Accepted, &["token-no-store"]),
        mutant("unmet", header, When::Error("no_such_error".to_owned()), &["error-known"]),
    ];
    let proof = proved(Wanted { mutants, ..Wanted::default() }, &["guest"]).await;
    let fates: Vec<(&str, Fate)> = proof.trials.iter().map(|trial| (trial.id.as_str(), trial.fate)).collect();
    assert_eq!(
        fates,
        [
            ("invisible", Fate::Survived),
            ("visible", Fate::Caught),
            ("misnamed", Fate::Survived),
            ("unmet", Fate::NeverMet)
        ]
    );
    assert!(proof.trials[0].changed > 0);
    assert!(!proof.holds());
    let shown = text(&proof, &Against::default(), Detail { only_survivors: true });
    let first = shown.lines().find(|line| line.starts_with("survived")).unwrap();
    assert_eq!(first, "survived invisible (POST /auth/guest): A guest is answered in another way.");
    assert!(shown.contains("never met unmet (POST /auth/guest)"), "{shown}");
    assert!(shown.contains("    red instead: user-signup-out-model in "), "{shown}");
    assert!(!shown.contains(" visible"), "{shown}");
    assert!(text(&proof, &Against::default(), Detail::default()).contains("1 of 4 mutants caught\nNOT PROVED in "));
    let weak: Vec<_> = proof.weaknesses.into_iter().map(|weak| (weak.kind, weak.id)).collect();
    for expected in
        [("survives", "misnamed"), ("never met", "unmet"), ("guarded by one check", "user-signup-out-model")]
    {
        assert!(weak.contains(&(expected.0.to_owned(), expected.1.to_owned())), "{expected:?} in {weak:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_freedom_is_run_in_full() {
    let set = VariantSet::parse(["session-null-for-guests", "extra-fields", "fields-reversed"]).unwrap();
    // Alone, a suite leaves much unjudged; nothing but that may be said of it.
    let proof = proved(Wanted { freedoms: vec![set], ..Wanted::default() }, &["guest"]).await;
    assert_eq!(proof.freedoms[0].variants, ["session-null-for-guests", "extra-fields", "fields-reversed"]);
    assert_eq!(proof.freedoms[0].problems, proof.clean_problems);
    assert!(proof.clean_problems.iter().all(|problem| !problem.starts_with("fail")), "{:?}", proof.clean_problems);
}

#[test]
fn every_rule_that_can_be_broken_is_named() {
    let contract = contract();
    let named: BTreeSet<String> = faults::all()
        .flat_map(|fault| fault.breaks.iter().map(|&name| name.to_owned()))
        .chain(mutants::all(&contract).into_iter().flat_map(|mutant| mutant.names))
        .collect();
    let judged = contract.requirements().iter();
    let judged = judged.filter(|rule| rule.level != Level::Observe && rule.unobservable.is_none());
    let unnamed: Vec<&str> = judged.map(|rule| rule.id.as_str()).filter(|id| !named.contains(*id)).collect();
    assert_eq!(unnamed, Vec::<&str>::new());
    for fault in faults::all() {
        for name in fault.breaks {
            assert!(contract.requirement(name).is_some(), "{}: {name}", fault.id);
        }
    }
}

#[test]
fn a_proof_is_the_same_as_json() {
    let red = Red {
        flow: "f".to_owned(),
        at: 1,
        step: "2".to_owned(),
        check: "expect".to_owned(),
        seen: "expected 1, found 2".to_owned(),
    };
    let trial = Trial {
        id: "x".to_owned(),
        kind: Kind::Fault,
        area: "leaks".to_owned(),
        operation: "all".to_owned(),
        about: "Wrong.".to_owned(),
        names: vec!["a".to_owned()],
        fate: Fate::NeverMet,
        flows: 1,
        changed: 0,
        red: BTreeMap::from([("a".to_owned(), BTreeSet::from([red]))]),
    };
    let value = json!(trial);
    assert_eq!(value["fate"], "never-met");
    assert_eq!(value["red"]["a"][0]["check"], "expect");
    assert_eq!(json!(serde_json::from_value::<Trial>(value.clone()).unwrap()), value);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_freedom_alone_tells_where_it_differs() {
    let one = VariantSet::parse(["logout-null-body"]).unwrap();
    let two = VariantSet::parse(["logout-null-body", "scopes-many"]).unwrap();
    let accepted = Arc::new(crate::snapshot::embedded_texts());
    let wanted = Wanted { freedoms: vec![one, two], accepted, ..Wanted::default() };
    let proof = proved(wanted, &["logout"]).await;
    let lines: Vec<&String> = proof.freedoms[0].drifts.keys().collect();
    assert_eq!(lines, ["POST /auth/logout: another type"]);
    assert!(proof.freedoms[0].drifts.values().flatten().count() > 1);
    assert!(proof.freedoms[1].drifts.is_empty(), "only what is tried alone");
    let table = drift::table(&proof);
    assert!(table.starts_with("logout-null-body: A logout answers"), "{table}");
    assert_eq!(table.lines().count(), 2, "{table}");
}
