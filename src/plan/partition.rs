//! Which flows are in which part of a run: the costliest first, each to the part that has least to do so far.

use std::cmp::Reverse;

use super::Plan;

/// Where the flows of a part stand in the plan, in its order; `number` from 1.
pub(super) fn places(plan: &Plan, number: usize, of: usize) -> Vec<usize> {
    let weights: Vec<u64> = plan.flows.iter().map(|flow| plan.cost(flow).weight()).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|&place| Reverse(weights[place]));
    let mut loads = vec![0_u64; of];
    let mut own = Vec::new();
    for place in order {
        let least = (0..of).min_by_key(|&part| loads[part]).unwrap_or(0);
        if let Some(load) = loads.get_mut(least) {
            *load += weights[place];
        }
        if least + 1 == number {
            own.push(place);
        }
    }
    own.sort_unstable();
    own
}
