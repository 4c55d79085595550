//! What a run will do to a target, told beforehand: counts, waits, and what is left out. No network.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Plan;
use crate::suite::estimate::estimate;
use crate::suite::needs::{Needs, longest_wait, needs, proves};

/// What a target offers, as far as a plan cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offers {
    /// Codes can be read.
    pub sms: bool,
    /// Mailed links can be read.
    pub mail: bool,
    /// Users can be blocked.
    pub block: bool,
    /// How time passes.
    pub clock: Clocks,
    /// Whether flows end the sessions that they opened.
    pub ends_sessions: bool,
    /// Accounts that come to be before the first flow.
    pub accounts_before: u32,
    /// Requests that are sent before the first flow.
    pub requests_before: u32,
}

impl Offers {
    /// What the embedded server offers: everything, at no cost.
    pub const EMBEDDED: Offers = Offers {
        sms: true,
        mail: true,
        block: true,
        clock: Clocks::Moved,
        ends_sessions: false,
        accounts_before: 0,
        requests_before: 0,
    };
}

/// How time passes on a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clocks {
    /// It cannot be waited for.
    None,
    /// Really, so many seconds at a time at most.
    Wait {
        /// The longest single wait, seconds.
        at_most_seconds: u64,
    },
    /// It is moved.
    Moved,
}

/// A run, told beforehand.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outlook {
    /// Flows that will be run.
    pub flows: usize,
    /// Generated cases in them.
    pub cases: usize,
    /// Accounts that come to be at most.
    pub accounts: u64,
    /// Messages that the target sends at most.
    pub messages: u64,
    /// Requests at most, those that are sent again included.
    pub requests: u64,
    /// What is waited for.
    pub waits: Waiting,
    /// What is left out, or cannot be finished.
    pub left_out: Vec<LeftOut>,
    /// Each suite by itself.
    pub suites: Vec<SuiteOutlook>,
}

/// What is waited for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Waiting {
    /// Flows that wait, or may have to.
    pub flows: usize,
    /// The longest wait that a suite states, seconds.
    pub longest_stated_seconds: Option<f64>,
    /// Whether there are waits whose length only the target tells.
    pub up_to_the_target: bool,
    /// The longest that is really waited, seconds; none where the clock is moved, or there is none.
    pub at_most_seconds: Option<u64>,
}

/// Flows that are not done, or not to their end, for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Why.
    pub reason: String,
    /// Whether nothing of them is done.
    pub whole: bool,
    /// Their ids.
    pub flows: Vec<String>,
    /// Requirements that no other flow shows, so that they may not be judged.
    pub requirements: Vec<String>,
}

/// One suite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SuiteOutlook {
    /// Its id.
    pub id: String,
    /// Its flows that will be run.
    pub flows: usize,
    /// Generated cases in them.
    pub cases: usize,
    /// Accounts at most.
    pub accounts: u64,
    /// Messages at most.
    pub messages: u64,
    /// Requests at most.
    pub requests: u64,
}

/// Tells a run beforehand.
pub fn outlook(plan: &Plan, offers: &Offers) -> Outlook {
    let mut suites: Vec<SuiteOutlook> = Vec::new();
    let mut waits = Waiting { flows: 0, longest_stated_seconds: None, up_to_the_target: false, at_most_seconds: None };
    for flow in plan.flows.iter().filter(|flow| !plan.left_out.contains_key(&flow.id)) {
        if suites.last().is_none_or(|suite| suite.id != flow.suite) {
            let id = flow.suite.clone();
            suites.push(SuiteOutlook { id, flows: 0, cases: 0, accounts: 0, messages: 0, requests: 0 });
        }
        let costs = estimate(flow, &plan.suites, &plan.contract);
        if let Some(suite) = suites.last_mut() {
            suite.flows += 1;
            suite.cases += flow.cases.map_or(0, |cases| cases.count);
            suite.accounts += u64::from(costs.accounts);
            suite.messages += u64::from(costs.messages);
            suite.requests += u64::from(costs.requests);
            suite.requests += u64::from(costs.sessions) * u64::from(offers.ends_sessions);
        }
        let longest = longest_wait(flow, &plan.suites);
        waits.flows += usize::from(plan.moves_clock(flow));
        waits.up_to_the_target |= longest.up_to_the_target;
        let (known, stated) = (waits.longest_stated_seconds, longest.stated_seconds);
        waits.longest_stated_seconds = known.into_iter().chain(stated).reduce(f64::max);
    }
    if let Clocks::Wait { at_most_seconds } = offers.clock {
        waits.at_most_seconds = Some(at_most_seconds);
    }
    Outlook {
        flows: suites.iter().map(|suite| suite.flows).sum(),
        cases: suites.iter().map(|suite| suite.cases).sum(),
        accounts: u64::from(offers.accounts_before) + suites.iter().map(|suite| suite.accounts).sum::<u64>(),
        messages: suites.iter().map(|suite| suite.messages).sum(),
        requests: u64::from(offers.requests_before) + suites.iter().map(|suite| suite.requests).sum::<u64>(),
        waits,
        left_out: left_out(plan, offers),
        suites,
    }
}

fn left_out(plan: &Plan, offers: &Offers) -> Vec<LeftOut> {
    let mut reasons: BTreeMap<(bool, String), Vec<usize>> = BTreeMap::new();
    let mut lacking = BTreeSet::new();
    for (index, flow) in plan.flows.iter().enumerate() {
        if plan.left_out.contains_key(&flow.id) {
            let reason = "the limits of the profile leave no room for it".to_owned();
            reasons.entry((true, reason)).or_default().push(index);
            lacking.insert(index);
            continue;
        }
        for reason in missing(&needs(flow, &plan.suites), offers) {
            reasons.entry((false, reason.to_owned())).or_default().push(index);
            lacking.insert(index);
        }
    }
    let whole = plan.flows.iter().enumerate().filter(|(index, _)| !lacking.contains(index));
    let shown: BTreeSet<String> = whole.flat_map(|(_, flow)| proves(flow)).collect();
    let told = |((whole, reason), flows): ((bool, String), Vec<usize>)| {
        let lost: BTreeSet<String> = flows.iter().flat_map(|index| proves(&plan.flows[*index])).collect();
        LeftOut {
            reason,
            whole,
            flows: flows.iter().map(|index| plan.flows[*index].id.clone()).collect(),
            requirements: lost.difference(&shown).cloned().collect(),
        }
    };
    reasons.into_iter().map(told).collect()
}

/// What a flow needs and the target does not offer.
fn missing(needs: &Needs, offers: &Offers) -> Vec<&'static str> {
    let wants = [
        (needs.sms && !offers.sms, "the profile has no source of codes (`[target.NAME.sms]`)"),
        (needs.mail && !offers.mail, "the profile has no source of mails (`[target.NAME.mail]`)"),
        (needs.block && !offers.block, "the profile has no way to block a user (`[target.NAME.block]`)"),
        (needs.clock && offers.clock == Clocks::None, "the profile has no clock (`[target.NAME.clock]`)"),
    ];
    wants.into_iter().filter(|(lacks, _)| *lacks).map(|(_, reason)| reason).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::contract::Contract;
    use crate::generate::with_generated;
    use crate::plan::{Budget, Selection};
    use crate::suite::Suites;

    fn plan() -> Plan {
        let contract = Arc::new(Contract::embedded().unwrap());
        let suites = Arc::new(with_generated(Suites::embedded(&contract).unwrap(), &contract));
        Plan::new(contract, suites, &Selection::default()).unwrap()
    }

    #[test]
    fn a_target_that_offers_everything_leaves_nothing_out() {
        let plan = plan();
        let told = outlook(&plan, &Offers::EMBEDDED);
        assert_eq!((told.flows, told.left_out.as_slice()), (plan.flows.len(), &[][..]));
        assert!(told.cases > 300 && told.accounts > 100 && told.requests > 1_000 && told.messages > 50, "{told:?}");
        assert!(told.waits.flows > 10 && told.waits.up_to_the_target);
        assert_eq!(told.suites.iter().map(|suite| suite.requests).sum::<u64>(), told.requests);
    }

    #[test]
    fn what_a_run_does_besides_its_flows_is_counted() {
        let (told, plan) = (outlook(&plan(), &Offers::EMBEDDED), plan());
        let polite =
            outlook(&plan, &Offers { ends_sessions: true, accounts_before: 1, requests_before: 6, ..Offers::EMBEDDED });
        assert_eq!(polite.accounts, told.accounts + 1);
        // A session for each account, and more by signing in.
        assert!(polite.requests > told.requests + 6 + told.accounts / 2, "{} {}", polite.requests, told.requests);
    }

    #[test]
    fn what_a_target_does_not_offer_is_told_with_what_is_lost() {
        let told = outlook(&plan(), &Offers { mail: false, ..Offers::EMBEDDED });
        let [mails] = told.left_out.as_slice() else { panic!("{:?}", told.left_out) };
        assert!(mails.reason.contains("source of mails") && !mails.whole);
        assert!(mails.requirements.iter().any(|id| id == "email-link-verifies"), "{:?}", mails.requirements);
        let told = outlook(
            &plan(),
            &Offers { sms: false, mail: false, block: false, clock: Clocks::None, ..Offers::EMBEDDED },
        );
        assert_eq!(told.left_out.len(), 4);
    }

    #[test]
    fn what_the_limits_leave_out_is_not_counted() {
        let told = outlook(&plan().within(&Budget { accounts: Some(5), ..Budget::default() }), &Offers::EMBEDDED);
        assert!(told.accounts <= 5, "{}", told.accounts);
        assert!(told.left_out.iter().any(|out| out.whole && !out.flows.is_empty()));
    }
}
