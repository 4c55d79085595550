//! Client credentials, one signup, one code: the shortest fixtures of the suites are run, and what came of them is told.

use std::sync::Arc;

use super::line::{Line, Whose};
use crate::contract::Contract;
use crate::deployments::Single;
use crate::event::{Event, StepEvent};
use crate::exchange::{Exchange, Outcome};
use crate::expect::Test;
use crate::plan::Plan;
use crate::runner::{self, Deaf, Settings, Stop};
use crate::suite::{Action, Fixture, Flow, Given, Suites};
use crate::target::Target;
use crate::verdict::Place;

/// The id of the flow that is made up for it.
const ID: &str = "doctor";

/// What came of the beginnings that were tried.
pub(super) struct Tried {
    /// The steps in order.
    pub(super) steps: Vec<StepEvent>,
}

/// Runs the shortest beginning that shows client credentials; with a code, if that is wanted.
pub(super) async fn begin(single: &Arc<Single>, plan: &Plan, with_code: bool) -> Option<Tried> {
    let fixture = shortest(&plan.suites, &plan.contract, with_code)?;
    let flow = Flow {
        suite: ID.to_owned(),
        id: ID.to_owned(),
        about: "One beginning.".to_owned(),
        given: vec![Given { name: "it".to_owned(), fixture: fixture.id.clone() }],
        steps: Vec::new(),
        cases: None,
        place: Place::default(),
    };
    let plan = Arc::new(Plan { flows: vec![Arc::new(flow)], partial: true, ..plan.clone() });
    let settings = Settings { jobs: 1, ..Settings::default() };
    let stop = Arc::new(Stop::default());
    let events = runner::run(plan, single.clone(), settings, Arc::new(Deaf), stop).await;
    let step = |event| match event {
        Event::Step(step) => Some(*step),
        _ => None,
    };
    Some(Tried { steps: events.into_iter().filter_map(step).collect() })
}

/// The fixture with the fewest steps that sends client credentials, and reads a code where one is wanted.
fn shortest<'a>(suites: &'a Suites, contract: &Contract, with_code: bool) -> Option<&'a Arc<Fixture>> {
    let fits = |fixture: &&Arc<Fixture>| {
        let all = all_steps(fixture, suites);
        let credentials = |action: &&Action| match action {
            Action::Call(call) => contract.operation(&call.operation).is_some_and(|it| it.client_credentials),
            _ => false,
        };
        let reads = all.iter().any(|action| matches!(action, Action::Code { .. }));
        all.iter().any(credentials) && reads == with_code
    };
    suites.fixtures.iter().filter(fits).min_by_key(|fixture| all_steps(fixture, suites).len())
}

fn all_steps<'a>(fixture: &'a Fixture, suites: &'a Suites) -> Vec<&'a Action> {
    let inner = fixture.given.iter().filter_map(|given| suites.fixture(&given.fixture));
    let mut steps: Vec<&Action> = inner.flat_map(|inner| all_steps(inner, suites)).collect();
    steps.extend(fixture.steps.iter().map(|step| &step.action));
    steps
}

impl Tried {
    /// The exchanges at operations that take client credentials.
    fn with_credentials<'a>(&'a self, contract: &'a Contract) -> impl Iterator<Item = &'a Exchange> {
        let exchanges = self.steps.iter().flat_map(|step| &step.exchanges);
        exchanges.filter(|exchange| {
            contract.operation(&exchange.request.operation).is_some_and(|operation| operation.client_credentials)
        })
    }

    /// The operations by which accounts came to be.
    pub(super) fn accounts<'a>(&'a self, contract: &'a Contract) -> impl Iterator<Item = &'a str> {
        let taken = self.with_credentials(contract).filter(|exchange| {
            exchange.request.header("authorization").is_none()
                && exchange.response().is_some_and(|response| response.is_success())
        });
        taken.map(|exchange| exchange.request.operation.as_str())
    }

    /// Whether the target refused the client exactly as documented. Anything else may be its own fault.
    pub(super) fn client_is_refused(&self, contract: &Contract) -> bool {
        let Some(refusal) = contract.error(contract.client_refusal()) else { return false };
        self.with_credentials(contract).next().and_then(Exchange::response).is_some_and(|response| {
            let body = response.json().unwrap_or_default();
            let is = |key: &str, value: &str| body.get(key).and_then(serde_json::Value::as_str) == Some(value);
            response.status == refusal.status && is("error", &refusal.error)
        })
    }

    /// The lines for credentials, signup and code.
    pub(super) fn lines(&self, contract: &Contract, target: &Target) -> Vec<Line> {
        let Some(signup) = self.with_credentials(contract).next() else {
            let reason = self.steps.iter().find_map(|step| step.blocked.as_ref()).map(|blocked| blocked.reason.clone());
            let says = reason.unwrap_or_else(|| "nothing was sent".to_owned());
            return vec![Line::problem("signup", Whose::Profile, says, "give the `phones` that this tool may use")];
        };
        let mut lines = vec![self.credentials(contract, target)];
        let accepted = signup.response().is_some_and(|response| response.is_success());
        if !accepted {
            if !lines.iter().any(Line::is_problem) {
                let says = format!("{} was answered {}", signup.request.operation, answer(signup));
                lines.push(Line::problem(
                    "signup",
                    Whose::Target,
                    says,
                    "see the logs of the deployment, or run with -v",
                ));
            }
            return lines;
        }
        lines.push(Line::ok("signup", format!("{} is taken", signup.request.operation)));
        lines.push(self.code(target));
        lines
    }

    fn credentials(&self, contract: &Contract, target: &Target) -> Line {
        if self.client_is_refused(contract) {
            let advice = "check `client_id` and the source of `client_secret`: the target knows no such client";
            return Line::problem("client", Whose::Profile, "the target refuses the client credentials", advice);
        }
        if target.client_id.is_none() {
            return Line::left_out("client", "the profile gives no client credentials");
        }
        Line::ok("client", "the credentials are not refused")
    }

    fn code(&self, target: &Target) -> Line {
        let read =
            |step: &&StepEvent| step.assertions.iter().any(|assertion| matches!(assertion.test, Test::Came { .. }));
        let came = self.steps.iter().find(read).and_then(|step| step.assertions.first());
        match came.map(|assertion| &assertion.test) {
            Some(Test::Came { missing: None, .. }) => Line::ok("code", "the source yields the code that was sent"),
            Some(Test::Came { missing: Some(reason), .. }) if target.sms.is_none() => {
                let advice = "add a table `sms` with a source, or declare the gap `sms` with its reason";
                Line::problem("code", Whose::Profile, reason.clone(), advice)
            }
            Some(Test::Came { missing: Some(reason), .. }) => {
                let advice = "check the table `sms` by hand: open its URL (run its command, look into its file) for the number, and check `code` or `pattern`";
                Line::problem("code", Whose::Profile, reason.clone(), advice)
            }
            _ => {
                let failed = self.steps.iter().flat_map(|step| &step.exchanges).last();
                let says = failed.map_or_else(
                    || "no code was asked for".to_owned(),
                    |exchange| format!("{} was answered {}", exchange.request.operation, answer(exchange)),
                );
                Line::problem("code", Whose::Target, says, "see the logs of the deployment, or run with -v")
            }
        }
    }
}

fn answer(exchange: &Exchange) -> String {
    match &exchange.outcome {
        Outcome::Answer(response) => response.status.to_string(),
        Outcome::Failure(failure) => format!("not at all: {}", failure.message),
    }
}
