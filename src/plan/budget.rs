//! What of a plan fits within the accounts and messages that a target allows. What does not fit is left out with its
//! reason; what fits is chosen so that it shows most.

use std::collections::{BTreeMap, BTreeSet};

use super::Plan;
use crate::contract::Level;
use crate::suite::estimate::{Estimate, estimate};
use crate::suite::needs::proves;

/// What a run may do to a target at most; `None` for no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Budget {
    /// Accounts that come to be.
    pub accounts: Option<u32>,
    /// Those of them that come to be before the first flow.
    pub accounts_before: u32,
    /// Messages that the target sends.
    pub messages: Option<u32>,
}

struct Wanted {
    costs: Estimate,
    shows: BTreeSet<String>,
    steps: u64,
}

/// The flows that do not fit, each with the reason.
pub(super) fn left_out(plan: &Plan, budget: &Budget) -> BTreeMap<String, String> {
    if budget.accounts.is_none() && budget.messages.is_none() {
        return BTreeMap::new();
    }
    let wanted = |flow: &std::sync::Arc<crate::suite::Flow>| Wanted {
        costs: estimate(flow, &plan.suites, &plan.contract),
        shows: proves(flow),
        steps: flow.steps.len() as u64,
    };
    let mut waiting: BTreeMap<usize, Wanted> = plan.flows.iter().map(wanted).enumerate().collect();
    let (mut left, mut shown) = (*budget, BTreeSet::new());
    left.accounts = left.accounts.map(|accounts| accounts.saturating_sub(budget.accounts_before));
    while let Some(index) = best(&waiting, &left, &shown, plan) {
        if let Some(Wanted { costs, shows, .. }) = waiting.remove(&index) {
            left.accounts = left.accounts.map(|left| left.saturating_sub(costs.accounts));
            left.messages = left.messages.map(|left| left.saturating_sub(costs.messages));
            shown.extend(shows);
        }
    }
    let out = waiting.into_iter().map(|(index, wanted)| (plan.flows[index].id.clone(), reason(budget, &wanted.costs)));
    out.collect()
}

/// The flow that fits and shows most for what it costs; of equals the first.
fn best(waiting: &BTreeMap<usize, Wanted>, left: &Budget, shown: &BTreeSet<String>, plan: &Plan) -> Option<usize> {
    let fits = |costs: &Estimate| {
        left.accounts.is_none_or(|left| costs.accounts <= left)
            && left.messages.is_none_or(|left| costs.messages <= left)
    };
    let fitting = waiting.iter().filter(|(_, wanted)| fits(&wanted.costs));
    // Compared as fractions, without division: more shown for each unit of what is scarce.
    let worth = |wanted: &Wanted| {
        let new = wanted.shows.iter().filter(|id| !shown.contains(*id));
        let new: u64 = new.map(|id| weight(plan, id)).sum();
        (1 + new * 1_000 + wanted.steps.min(999), 1 + scarce(&wanted.costs, left))
    };
    let better = |one: (u64, u64), other: (u64, u64)| {
        u128::from(one.0) * u128::from(other.1) > u128::from(other.0) * u128::from(one.1)
    };
    let mut best: Option<(usize, (u64, u64))> = None;
    for (&index, wanted) in fitting {
        let worth = worth(wanted);
        if best.is_none_or(|(_, known)| better(worth, known)) {
            best = Some((index, worth));
        }
    }
    best.map(|(index, _)| index)
}

/// What a flow takes of that which is limited.
fn scarce(costs: &Estimate, left: &Budget) -> u64 {
    let of = |limit: Option<u32>, cost: u32| limit.map_or(0, |_| u64::from(cost));
    of(left.accounts, costs.accounts) + of(left.messages, costs.messages)
}

fn weight(plan: &Plan, requirement: &str) -> u64 {
    match plan.contract.requirement(requirement).map(|requirement| requirement.level) {
        Some(Level::Must) | None => 4,
        Some(Level::Should) => 2,
        Some(Level::Observe) => 1,
    }
}

fn reason(budget: &Budget, costs: &Estimate) -> String {
    let over = |[one, many]: [&str; 2], limit: Option<u32>, cost: u32| {
        let name = if cost == 1 { one } else { many };
        limit.filter(|_| cost > 0).map(|limit| format!("it takes {cost} {name} at most, of {limit} for the whole run"))
    };
    let parts = [
        over(["account", "accounts"], budget.accounts, costs.accounts),
        over(["message", "messages"], budget.messages, costs.messages),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    format!("the limits of the profile leave no room for it: {}", parts.join(", and "))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::contract::Contract;
    use crate::plan::Selection;
    use crate::suite::Suites;

    fn within(accounts: Option<u32>, messages: Option<u32>) -> Plan {
        let contract = Arc::new(Contract::embedded().unwrap());
        let suites = Arc::new(Suites::embedded(&contract).unwrap());
        Plan::new(contract, suites, &Selection::default()).unwrap().within(&Budget {
            accounts,
            messages,
            accounts_before: 0,
        })
    }

    fn costs(plan: &Plan) -> (u32, u32) {
        let done = plan.flows.iter().filter(|flow| !plan.left_out.contains_key(&flow.id));
        let costs: Vec<Estimate> = done.map(|flow| estimate(flow, &plan.suites, &plan.contract)).collect();
        (costs.iter().map(|costs| costs.accounts).sum(), costs.iter().map(|costs| costs.messages).sum())
    }

    #[test]
    fn without_limits_nothing_is_left_out() {
        assert!(within(None, None).left_out.is_empty());
        assert!(within(Some(100_000), Some(100_000)).left_out.is_empty());
    }

    #[test]
    fn what_is_done_stays_within_the_limits_and_what_is_not_says_why() {
        let plan = within(Some(20), Some(7));
        let (accounts, messages) = costs(&plan);
        assert!(accounts <= 20 && messages <= 7, "{accounts} accounts, {messages} messages");
        // No flow is left out that would still have fitted.
        for flow in plan.flows.iter().filter(|flow| plan.left_out.contains_key(&flow.id)) {
            let costs = estimate(flow, &plan.suites, &plan.contract);
            assert!(accounts + costs.accounts > 20 || messages + costs.messages > 7, "{}", flow.id);
            let reason = &plan.left_out[&flow.id];
            assert!(reason.starts_with("the limits of the profile leave no room for it: it takes "), "{reason}");
        }
    }

    #[test]
    fn what_costs_nothing_is_always_done() {
        let plan = within(None, Some(0));
        assert!(!plan.left_out.is_empty() && plan.left_out.len() < plan.flows.len());
        assert_eq!(costs(&plan).1, 0);
    }

    #[test]
    fn what_fits_shows_more_than_the_first_that_fit() {
        let plan = within(Some(12), None);
        let shown = |flows: Vec<&Arc<crate::suite::Flow>>| {
            flows.into_iter().flat_map(|flow| proves(flow)).collect::<BTreeSet<_>>().len()
        };
        let chosen = shown(plan.flows.iter().filter(|flow| !plan.left_out.contains_key(&flow.id)).collect());
        let mut left = 12;
        let mut first = Vec::new();
        for flow in &plan.flows {
            let accounts = estimate(flow, &plan.suites, &plan.contract).accounts;
            if accounts <= left {
                left -= accounts;
                first.push(flow);
            }
        }
        assert!(chosen > shown(first), "{chosen}");
    }
}
