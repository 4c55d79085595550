use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};

use super::answers::Answers;
use super::changes::{Changed, changes};
use super::inventory::{Key, inventory};
use super::ledger::Ledger;
use super::trial::try_expectation;
use super::*;
use crate::contract::Contract;
use crate::deployments::Embedded;
use crate::event::{Event, StepEvent};
use crate::exchange::{Body, Exchange, Outcome, Request, Response};
use crate::expect::{Assertion, Kind, Test, ValueTest};
use crate::generate::with_generated;
use crate::judge::judge_step;
use crate::plan::{Plan, Selection};
use crate::prove::Floor;
use crate::reference::Options;
use crate::runner::{Deaf, Going, Places, Stop, run_flow, shuffle};
use crate::suite::{Action, Call, Claim, Flow, Step, Suites};
use crate::verdict::{Place, Verdict};

/// How many expectations are deleted in turn; a proof takes all of them.
const SAMPLE: usize = 30;
/// Which ones.
const SEED: u64 = 3;

fn contract() -> Arc<Contract> {
    Arc::new(Contract::embedded().unwrap())
}

/// A read of a profile, and what was expected of it.
fn read(tests: Vec<(Test, &[&str])>) -> StepEvent {
    let request = Request {
        operation: "GET /auth/user".to_owned(),
        method: "GET".to_owned(),
        url: "http://t/auth/user".to_owned(),
        headers: Vec::new(),
        body: None,
    };
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    let body = Body::Text(json!({ "firstName": "Ann", "phone": "+97150", "languages": ["en"] }).to_string());
    let outcome = Outcome::Answer(Response::new(200, headers, body));
    let assertion = |(line, (test, proves)): (u32, (Test, &[&str]))| {
        let place = Place { file: "f.yaml".to_owned(), line, column: 1 };
        Assertion::new(test, proves.iter().map(|&id| id.to_owned()).collect(), place)
    };
    StepEvent {
        flow: "f".to_owned(),
        step: "1".to_owned(),
        id: None,
        about: None,
        does: "GET /auth/user".to_owned(),
        place: Place::default(),
        exchanges: vec![Exchange { request, outcome, sightings: Vec::new(), elapsed_ms: 1.0, at_ms: 0 }],
        assertions: (1..).zip(tests).map(assertion).collect(),
        inapplicable: Vec::new(),
        blocked: None,
        wrong_field: None,
        may_close: false,
    }
}

fn at(pointer: &str, value: ValueTest) -> Test {
    Test::At { pointer: pointer.to_owned(), value }
}

fn name(value: &str) -> Test {
    at("/firstName", ValueTest::Is { value: json!(value), except: Vec::new() })
}

fn ok() -> (Test, &'static [&'static str]) {
    (Test::Answer(vec![Kind::Ok]), &["profile-read"])
}

fn fate(event: &StepEvent, index: usize) -> (ExpectationFate, Vec<String>) {
    let tried = try_expectation(event, index, &Answers::default(), &contract());
    assert!(tried.fate <= ExpectationFate::Dead || tried.mutants == tried.caught, "{tried:?}");
    (tried.fate, tried.overlapped_by.into_iter().collect())
}

#[test]
fn every_kind_of_expectation_can_turn_red() {
    let kept = ["profile-write-kept"];
    let languages = json!(["en"]);
    for test in [
        name("Ann"),
        at("/firstName", ValueTest::Isnt(json!("Bob"))),
        at("/age", ValueTest::Isnt(json!(3))),
        at("/firstName", ValueTest::In(vec![json!("Bob"), json!("Ann")])),
        at("", ValueTest::Holds(json!({ "phone": "+97150" }))),
        at(
            "",
            ValueTest::Is {
                value: json!({ "phone": "+97150" }),
                except: vec!["/firstName".into(), "/languages".into()],
            },
        ),
        at("", ValueTest::Keys(vec!["firstName".into(), "phone".into(), "languages".into()])),
        at("/firstName", ValueTest::Filled),
        at("/languages", ValueTest::Is { value: languages.clone(), except: Vec::new() }),
        Test::Same(languages.clone(), languages.clone()),
        Test::Differ(json!(1), json!(2)),
        Test::AcceptedAtMost(0),
        Test::Came { what: "a code".to_owned(), missing: None, proven: true },
    ] {
        let told = format!("{test:?}");
        assert_eq!(fate(&read(vec![ok(), (test, &kept)]), 1), (ExpectationFate::Live, Vec::new()), "{told}");
    }
    assert_eq!(fate(&read(vec![ok()]), 0), (ExpectationFate::Live, Vec::new()));
    let on_the_way = read(vec![(Test::Answer(vec![Kind::Ok]), &[])]);
    assert_eq!(fate(&on_the_way, 0), (ExpectationFate::Live, Vec::new()));
}

#[test]
fn what_is_only_observed_is_live_where_another_observation_is_told() {
    let event = read(vec![ok(), (at("/firstName", ValueTest::Isnt(json!("Bob"))), &["profile-unknown-fields"])]);
    let observe = contract().requirements().iter().find(|rule| rule.level == crate::contract::Level::Observe).cloned();
    let mut event = event;
    event.assertions[1].proves = vec![observe.unwrap().id];
    assert_eq!(fate(&event, 1), (ExpectationFate::Live, Vec::new()));
}

#[test]
fn the_same_asked_twice_is_overlapped() {
    let twice = read(vec![ok(), (name("Ann"), &["profile-write-kept"]), (name("Ann"), &["profile-write-kept"])]);
    assert_eq!(fate(&twice, 1), (ExpectationFate::Overlapped, vec!["f.yaml:3:1".to_owned()]));
    let shows_more = ["profile-write-kept", "complete-values-shown"];
    let more = read(vec![ok(), (name("Ann"), &shows_more), (name("Ann"), &["profile-write-kept"])]);
    assert_eq!(fate(&more, 1), (ExpectationFate::Live, Vec::new()), "the other rule would be missed");
    assert_eq!(fate(&more, 2), (ExpectationFate::Overlapped, vec!["f.yaml:2:1".to_owned()]));
    let model = read(vec![ok(), (at("/id", ValueTest::Isnt(json!(1))), &["user-profile-out-model"])]);
    assert_eq!(fate(&model, 1), (ExpectationFate::Overlapped, vec!["check wrong-model".to_owned()]));
}

#[test]
fn what_nothing_turns_red_is_dead() {
    // Nothing is below every number, and no object has fewer keys than none.
    let above = at("/age", ValueTest::Holds(json!({})));
    assert_eq!(fate(&read(vec![ok(), (above, &["profile-write-kept"])]), 1).0, ExpectationFate::Dead);
    // The value of an answer that is not the expected one is not looked at.
    let refused = (Test::Answer(vec![Kind::Refused]), &["profile-read"][..]);
    assert_eq!(fate(&read(vec![refused, (name("Ann"), &["profile-write-kept"])]), 1).0, ExpectationFate::Dead);
}

struct World {
    contract: Arc<Contract>,
    suites: Suites,
    servers: Embedded,
}

impl World {
    fn new() -> Self {
        let contract = contract();
        let suites = with_generated(Suites::embedded(&contract).unwrap(), &contract);
        Self { contract, suites, servers: Embedded::new(Options::default(), 0, None).unwrap() }
    }

    fn plan(&self, flow: &str, suites: Suites) -> Arc<Plan> {
        let selection = Selection { flows: vec![flow.to_owned()], ..Selection::default() };
        Arc::new(Plan::new(self.contract.clone(), Arc::new(suites), &selection).unwrap())
    }

    async fn record(&self, plan: &Plan) -> Vec<Event> {
        let (stop, place) = (Stop::default(), Places::new(1).take().await);
        let going = Going { seed: 0, nonce: "prove", stop: &stop, place, observer: &Deaf, time: None };
        run_flow(plan, &self.servers, &plan.flows[0], going).await
    }
}

/// The first step and index of an expectation in a recording.
fn find<'e>(events: &'e [Event], key: &Key) -> Option<(&'e StepEvent, usize)> {
    let steps = events.iter().filter_map(|event| match event {
        Event::Step(step) => Some(step.as_ref()),
        _ => None,
    });
    steps
        .flat_map(|step| (0..step.assertions.len()).map(move |index| (step, index)))
        .find(|(step, index)| Key::of(step, *index).as_ref() == Some(key))
}

/// What turns red of the wanted rules where a step of another recording meets a change.
fn red(changed: &Changed, now: &StepEvent, contract: &Contract) -> BTreeSet<String> {
    let mut event = StepEvent { exchanges: changed.event.exchanges.clone(), ..now.clone() };
    // Expectations that are still there have the values of the recording that was changed: those of the other one, such as
    // a fresh phone, are not what the changed answer is about.
    for here in 0..event.assertions.len() {
        let Some(key) = Key::of(&event, here) else { continue };
        let there = |index: &usize| Key::of(&changed.event, *index).as_ref() == Some(&key);
        if let Some(there) = (0..changed.event.assertions.len()).find(there) {
            event.assertions[here] = changed.event.assertions[there].clone();
        }
    }
    let judged = judge_step(event, contract);
    let red = judged.checks.into_iter().filter(|check| check.verdict == Verdict::Fail);
    red.filter_map(|check| check.requirement).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deleted_expectation_is_missed() {
    let world = World::new();
    let everything = Plan::new(world.contract.clone(), Arc::new(world.suites.clone()), &Selection::default()).unwrap();
    let flows: BTreeSet<&str> = everything.flows.iter().map(|flow| flow.id.as_str()).collect();
    let in_flows = inventory(&everything).into_iter().map(|(key, home)| (key, home.within));
    let all: Vec<(Key, String)> = in_flows.filter(|(_, within)| flows.contains(within.as_str())).collect();
    assert!(all.len() > 1_000, "{}", all.len());
    let mut order: Vec<usize> = (0..all.len()).collect();
    shuffle(&mut order, SEED);
    let mut deleted = 0;
    for (key, flow) in order.into_iter().take(SAMPLE).map(|at| &all[at]) {
        let plan = world.plan(flow, world.suites.clone());
        let events = world.record(&plan).await;
        // What applies on freer servers alone is tried by a proof.
        let Some((step, index)) = find(&events, key) else { continue };
        let mut answers = Answers::default();
        answers.learn(&events);
        let tried = try_expectation(step, index, &answers, &world.contract);
        assert!(tried.fate >= ExpectationFate::Overlapped, "{key:?} is {}", tried.fate.words());
        let wanted: BTreeSet<String> = step.assertions[index].proves.iter().cloned().collect();
        let observed = |id: &String| {
            let rule = world.contract.requirement(id);
            rule.is_some_and(|rule| rule.level == crate::contract::Level::Observe)
        };
        if tried.fate != ExpectationFate::Live || wanted.is_empty() || wanted.iter().all(observed) {
            continue;
        }
        let wanted: BTreeSet<String> = wanted.into_iter().filter(|id| !observed(id)).collect();
        let changes = changes(step, index, &answers);
        let changed = changes.iter().find(|changed| changed.about == tried.change).unwrap();
        assert!(wanted.is_subset(&red(changed, step, &world.contract)), "{key:?} is not seen while it is there");

        let mut suites = world.suites.clone();
        delete(&mut suites, flow, key);
        let less = world.plan(flow, suites);
        let without = world.record(&less).await;
        let label = &step.step;
        let now = without.iter().find_map(|event| match event {
            Event::Step(now) if now.step == *label => Some(now.as_ref()),
            _ => None,
        });
        let left = red(changed, now.unwrap(), &world.contract);
        assert!(!wanted.is_subset(&left), "{key:?}: `{}` is seen without it", changed.about);
        let (floor, now) = (floor(&plan, &events), floor(&less, &without));
        assert!(!floor.fallen(&now).is_empty(), "{key:?}: the score stays the same without it");
        deleted += 1;
    }
    assert!(deleted * 2 > SAMPLE, "only {deleted} of {SAMPLE} were tried");
}

/// The floor as far as expectations go.
fn floor(plan: &Arc<Plan>, events: &[Event]) -> Floor {
    let mut ledger = Ledger::new(plan.clone());
    ledger.learn(events);
    Floor { expectations: live_by_kind(&ledger.close()), ..Floor::default() }
}

/// Deletes an expectation from a flow.
fn delete(suites: &mut Suites, flow: &str, key: &Key) {
    let mut flows = suites.suites.iter_mut().flat_map(|suite| &mut suite.flows);
    let flow: &mut Flow = Arc::make_mut(flows.find(|known| known.id == flow).unwrap());
    assert!(delete_of(&mut flow.steps, key), "{key:?} is not in {}", flow.id);
}

fn delete_of(steps: &mut [Step], key: &Key) -> bool {
    steps.iter_mut().any(|step| {
        let case = step.id.as_ref().filter(|id| id.contains('/'));
        let here =
            |place: &Place| key.place == (place.file.clone(), place.line, place.column) && key.case.as_ref() == case;
        match &mut step.action {
            Action::Call(call) if key.asks == "expect" && here(&call.place) => {
                call.expect = vec![Kind::Open];
                true
            }
            Action::Call(call) => {
                let Call { also, .. } = call.as_mut();
                delete_claim(also, key, here)
            }
            Action::Together { also, .. } => delete_claim(also, key, here),
            Action::Check(claims) => delete_claim(claims, key, here),
            Action::Repeat { proves, steps, .. } => {
                if key.asks == "came" && here(&step.place) {
                    proves.clear();
                    return true;
                }
                delete_of(steps, key)
            }
            Action::Code { proves, .. } | Action::Mail { proves, .. } if key.asks == "came" && here(&step.place) => {
                proves.clear();
                true
            }
            Action::Code { .. } | Action::Mail { .. } | Action::Wait(_) | Action::Block { .. } | Action::Make(_) => {
                false
            }
        }
    })
}

fn delete_claim(claims: &mut Vec<Claim>, key: &Key, here: impl Fn(&Place) -> bool) -> bool {
    let before = claims.len();
    claims.retain(|claim| !(here(&claim.place) && claim.proves == key.shows));
    claims.len() < before
}

#[test]
fn a_value_is_wrong_in_the_type_that_it_has() {
    let event = read(vec![ok(), (at("/languages", ValueTest::Filled), &["profile-write-kept"])]);
    let about: Vec<String> = changes(&event, 1, &Answers::default()).into_iter().map(|changed| changed.about).collect();
    assert_eq!(about, ["/languages is \"\"", "/languages is null", "/languages is missing"]);
    let bodies: Vec<Value> = changes(&read(vec![ok(), (name("Ann"), &[])]), 1, &Answers::default())
        .into_iter()
        .map(|changed| changed.event.exchanges[0].response().unwrap().json().unwrap().clone())
        .collect();
    assert_eq!(bodies[0]["firstName"], "Annx");
    assert_eq!(bodies[1].get("firstName"), None);
}
