//! Every expectation of the suites, met or not, and how one is recognised in a recording.

use std::collections::{BTreeMap, BTreeSet};

use crate::event::StepEvent;
use crate::expect::{Kind, Test, ValueTest};
use crate::plan::Plan;
use crate::suite::{Action, Call, Claim, ClaimTest, Step};
use crate::verdict::Place;

/// What an expectation is known by, in the suites and in a recording alike.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    /// Where it stands.
    pub(super) place: (String, u32, u32),
    /// The generated case.
    pub(super) case: Option<String>,
    /// What it asks.
    pub(super) asks: &'static str,
    /// What it shows; empty for the own expectation of a call, which may show what the contract says by itself.
    pub(super) shows: Vec<String>,
}

/// The own expectation of a call.
const EXPECT: &str = "expect";

/// Where an expectation belongs.
#[derive(Debug, Clone)]
pub(super) struct Home {
    /// The flow or fixture that holds it.
    pub(super) within: String,
    /// Whether it is for some servers only.
    pub(super) conditional: bool,
}

/// Every expectation of the flows of a plan and their fixtures.
pub(super) fn inventory(plan: &Plan) -> BTreeMap<Key, Home> {
    let mut found = Inventory::default();
    for flow in &plan.flows {
        found.steps(&flow.steps, &Home { within: flow.id.clone(), conditional: false });
        found.fixtures.extend(flow.given.iter().map(|given| given.fixture.clone()));
    }
    while let Some(id) = found.fixtures.pop_first() {
        if let Some(fixture) = plan.suites.fixture(&id).filter(|_| found.done.insert(id.clone())) {
            found.fixtures.extend(fixture.given.iter().map(|given| given.fixture.clone()));
            found.steps(&fixture.steps, &Home { within: id, conditional: false });
        }
    }
    found.keys
}

#[derive(Default)]
struct Inventory {
    keys: BTreeMap<Key, Home>,
    fixtures: BTreeSet<String>,
    done: BTreeSet<String>,
}

impl Inventory {
    fn steps(&mut self, steps: &[Step], home: &Home) {
        for step in steps {
            let home = &Home { conditional: home.conditional || !step.when.is_empty(), ..home.clone() };
            let case = step.id.as_deref();
            match &step.action {
                Action::Call(call) => self.call(call, case, home),
                Action::Together { calls, also } => {
                    calls.iter().for_each(|call| self.call(call, case, home));
                    self.claims(also, case, home);
                }
                Action::Repeat { steps, proves, .. } => {
                    if !proves.is_empty() {
                        self.add(&step.place, case, CAME, proves, home);
                    }
                    self.steps(steps, home);
                }
                Action::Code { proves, if_sent: false, .. } | Action::Mail { proves, if_sent: false, .. } => {
                    self.add(&step.place, case, CAME, proves, home);
                }
                Action::Check(claims) => self.claims(claims, case, home),
                Action::Code { if_sent: true, .. }
                | Action::Mail { if_sent: true, .. }
                | Action::Wait(_)
                | Action::Block { .. }
                | Action::Make(_) => {}
            }
        }
    }

    fn call(&mut self, call: &Call, case: Option<&str>, home: &Home) {
        if !asks_nothing(&call.expect) {
            self.add(&call.place, case, EXPECT, &[], home);
        }
        self.claims(&call.also, case, home);
    }

    fn claims(&mut self, claims: &[Claim], case: Option<&str>, home: &Home) {
        for claim in claims {
            let asks = match &claim.test {
                ClaimTest::Answer(kinds) if asks_nothing(kinds) => continue,
                ClaimTest::Answer(_) => ALSO,
                ClaimTest::Is { .. } => "is",
                ClaimTest::Isnt { .. } => "isnt",
                ClaimTest::In { .. } => "in",
                ClaimTest::Holds { .. } => "holds",
                ClaimTest::Like { .. } => "like",
                ClaimTest::Above { .. } => "above",
                ClaimTest::Filled { .. } => "filled",
                ClaimTest::Same(..) => "same",
                ClaimTest::Differ(..) => "differ",
                ClaimTest::AcceptedAtMost { .. } => "accepted-at-most",
            };
            let home = &Home { conditional: home.conditional || !claim.when.is_empty(), ..home.clone() };
            self.add(&claim.place, case, asks, &claim.proves, home);
        }
    }

    fn add(&mut self, place: &Place, case: Option<&str>, asks: &'static str, shows: &[String], home: &Home) {
        self.keys.entry(Key::new(place, case, asks, shows)).or_insert_with(|| home.clone());
    }
}

/// Another kind of answer that a call must have been given.
const ALSO: &str = "also";
/// Something that must have come.
const CAME: &str = "came";

impl Key {
    fn new(place: &Place, step: Option<&str>, asks: &'static str, shows: &[String]) -> Self {
        let place = (place.file.clone(), place.line, place.column);
        // A generated case is known by its id; others stand at a place of their own.
        let case = step.filter(|id| id.contains('/')).map(str::to_owned);
        Self { place, case, asks, shows: shows.to_vec() }
    }

    /// The key of an expectation of a recorded step; `None` for one that asks nothing.
    pub(super) fn of(event: &StepEvent, index: usize) -> Option<Self> {
        let assertion = event.assertions.get(index)?;
        let asks = match &assertion.test {
            Test::Answer(kinds) if asks_nothing(kinds) => return None,
            Test::Answer(_) if index == 0 => EXPECT,
            Test::Answer(_) => ALSO,
            Test::At { value, .. } => match value {
                ValueTest::Is { .. } => "is",
                ValueTest::Isnt(_) => "isnt",
                ValueTest::In(_) => "in",
                ValueTest::Holds(_) => "holds",
                ValueTest::Keys(_) => "like",
                ValueTest::Above(_) => "above",
                ValueTest::Filled => "filled",
            },
            Test::Same(..) => "same",
            Test::Differ(..) => "differ",
            Test::AcceptedAtMost(_) => "accepted-at-most",
            Test::Came { .. } => CAME,
        };
        let shows: &[String] = if asks == EXPECT { &[] } else { &assertion.proves };
        Some(Self::new(&assertion.place, event.id.as_deref(), asks, shows))
    }
}

fn asks_nothing(kinds: &[Kind]) -> bool {
    kinds.contains(&Kind::Open)
}
