//! Joins what the parts of a run recorded into the events of the whole run.
//!
//! Judges nothing and reads no file. Parts of different runs are refused, and what is missing is said.

use thiserror::Error;

use crate::event::{Comparing, Event, Part, RunStarted};

/// The events of one part, and what it is called in messages.
#[derive(Debug)]
pub struct Recorded {
    /// The name of its file.
    pub name: String,
    /// Its events, the start of the run first.
    pub events: Vec<Event>,
}

/// Why parts cannot be joined.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MergeError {
    /// There is nothing to join.
    #[error("there is nothing to merge")]
    Nothing,
    /// A recording does not begin with the start of a run.
    #[error("`{name}` does not begin with the start of a run")]
    NoStart {
        /// Its name.
        name: String,
    },
    /// A recording is of a whole run.
    #[error("`{name}` is no part of a run: it was made without `--partition`")]
    Whole {
        /// Its name.
        name: String,
    },
    /// A recording is of several attempts.
    #[error("`{name}` is of a run that was done several times, and cannot be joined with others")]
    Repeated {
        /// Its name.
        name: String,
    },
    /// Two recordings are of the same part.
    #[error("`{one}` and `{other}` are both part {number} of {of}")]
    Twice {
        /// The first.
        one: String,
        /// The second.
        other: String,
        /// The part.
        number: usize,
        /// How many parts there are.
        of: usize,
    },
    /// Two recordings are of different runs.
    #[error("`{one}` and `{other}` are not parts of one run: {what} {of_one}, and {of_other}")]
    Different {
        /// The first.
        one: String,
        /// The second.
        other: String,
        /// What they differ in, as the beginning of a sentence.
        what: &'static str,
        /// What the first has.
        of_one: String,
        /// What the second has.
        of_other: String,
    },
    /// A recording says something impossible of its part.
    #[error("`{name}` is damaged: its flows do not fit into the run that it is a part of")]
    Damaged {
        /// Its name.
        name: String,
    },
}

/// What was joined.
#[derive(Debug)]
pub struct Merged {
    /// The events of the whole run: the start, each flow's in the order of the suites, the end.
    pub events: Vec<Event>,
    /// The parts that are missing.
    pub missing: Vec<usize>,
    /// How many parts there are.
    pub of: usize,
}

/// Joins parts, in whatever order they come.
///
/// # Errors
/// Why they are not parts of one run.
pub fn merge(mut recorded: Vec<Recorded>) -> Result<Merged, MergeError> {
    let mut parts = Vec::new();
    for one in &recorded {
        parts.push(started(one)?);
    }
    // Messages name files in the order in which they were given.
    let (first, part) = parts.first().ok_or(MergeError::Nothing)?;
    for (one, (start, other)) in recorded.iter().zip(&parts).skip(1) {
        same_run(&recorded[0].name, first, part, &one.name, start, other)?;
    }
    let mut owners: Vec<Option<&str>> = vec![None; part.of];
    for (one, (_, part)) in recorded.iter().zip(&parts) {
        for &number in &part.numbers {
            let damaged = || MergeError::Damaged { name: one.name.clone() };
            let owner = number.checked_sub(1).and_then(|at| owners.get_mut(at)).ok_or_else(damaged)?;
            if let Some(earlier) = owner.replace(&one.name) {
                let (one, other, of) = (earlier.to_owned(), one.name.clone(), part.of);
                return Err(MergeError::Twice { one, other, number, of });
            }
        }
    }
    let missing: Vec<usize> = (1..=part.of).filter(|number| owners[number - 1].is_none()).collect();
    let of = part.of;
    let start = whole(&parts, &recorded, &missing)?;
    let ended = ended(&recorded);
    let mut flows: Vec<Event> = recorded.iter_mut().flat_map(|one| one.events.drain(..)).collect();
    flows.retain(|event| !matches!(event, Event::RunStarted(_) | Event::RunEnded { .. }));
    let order: std::collections::HashMap<String, usize> =
        start.flows.iter().enumerate().map(|(at, flow)| (flow.id.clone(), at)).collect();
    flows.sort_by_cached_key(|event| order.get(flow_of(event)).copied().unwrap_or(usize::MAX));
    let events = std::iter::once(Event::RunStarted(Box::new(start))).chain(flows).chain(ended).collect();
    Ok(Merged { events, missing, of })
}

fn started(recorded: &Recorded) -> Result<(RunStarted, Part), MergeError> {
    let name = || recorded.name.clone();
    let Some(Event::RunStarted(start)) = recorded.events.first() else {
        return Err(MergeError::NoStart { name: name() });
    };
    if start.attempt.is_some() {
        return Err(MergeError::Repeated { name: name() });
    }
    let part = start.part.as_deref().cloned().ok_or_else(|| MergeError::Whole { name: name() })?;
    let fits = part.places.len() == start.flows.len()
        && part.places.iter().all(|place| *place < part.flows)
        && part.flows <= 1_000_000
        && part.of <= 1_000_000;
    if fits { Ok((start.as_ref().clone(), part)) } else { Err(MergeError::Damaged { name: name() }) }
}

fn comparing(comparing: Option<Comparing>) -> &'static str {
    match comparing {
        None => "not looked at",
        Some(Comparing { denied: false }) => "compared",
        Some(Comparing { denied: true }) => "compared, and drift is denied",
    }
}

fn same_run(
    one: &str,
    start: &RunStarted,
    part: &Part,
    other: &str,
    other_start: &RunStarted,
    other_part: &Part,
) -> Result<(), MergeError> {
    let facts = |start: &RunStarted, part: &Part| {
        [
            ("the tool is", start.tool.clone()),
            ("the contract is", start.contract_digest.clone()),
            ("the suites are", start.suites_digest.clone()),
            ("the seed is", start.seed.to_string()),
            ("the target is", format!("`{}` at {}", start.target.name, start.target.url)),
            ("the profile is", start.target.profile_digest.clone()),
            ("the run is", if start.strict { "strict" } else { "not strict" }.to_owned()),
            ("the waivers are", serde_json::to_string(&start.waivers).unwrap_or_default()),
            ("accepted answers are", comparing(start.drift).to_owned()),
            ("the number of parts is", part.of.to_string()),
            ("the number of flows is", part.flows.to_string()),
            ("the flows are", if part.selected { "selected" } else { "all that there are" }.to_owned()),
        ]
    };
    let pairs = facts(start, part).into_iter().zip(facts(other_start, other_part));
    for ((what, of_one), (_, of_other)) in pairs {
        if of_one != of_other {
            return Err(MergeError::Different { one: one.to_owned(), other: other.to_owned(), what, of_one, of_other });
        }
    }
    Ok(())
}

/// The start of the whole run.
fn whole(parts: &[(RunStarted, Part)], recorded: &[Recorded], missing: &[usize]) -> Result<RunStarted, MergeError> {
    let (first, part) = &parts[0];
    let mut flows = std::collections::BTreeMap::new();
    for ((start, part), one) in parts.iter().zip(recorded) {
        for (place, flow) in part.places.iter().zip(&start.flows) {
            if flows.insert(*place, flow.clone()).is_some() {
                return Err(MergeError::Damaged { name: one.name.clone() });
            }
        }
    }
    if missing.is_empty() && flows.len() != part.flows {
        return Err(MergeError::Damaged { name: recorded[0].name.clone() });
    }
    let mut numbers: Vec<usize> = parts.iter().flat_map(|(_, part)| part.numbers.iter().copied()).collect();
    numbers.sort_unstable();
    let joined = (!missing.is_empty()).then(|| Part {
        numbers,
        of: part.of,
        places: flows.keys().copied().collect(),
        flows: part.flows,
        selected: part.selected,
        incomplete: true,
    });
    Ok(RunStarted {
        partial: part.selected || joined.is_some(),
        started_ms: parts.iter().map(|(start, _)| start.started_ms).min().unwrap_or(first.started_ms),
        accounts_before: parts.iter().flat_map(|(start, _)| start.accounts_before.clone()).collect(),
        flows: flows.into_values().collect(),
        part: joined.map(Box::new),
        ..first.clone()
    })
}

/// The end of the whole run, which took as long as its longest part; none where a part has none.
fn ended(recorded: &[Recorded]) -> Option<Event> {
    let mut whole = (false, false, 0.0_f64);
    for one in recorded {
        let end = one.events.iter().rev().find_map(|event| match event {
            Event::RunEnded { interrupted, stopped_at_failure, elapsed_ms } => {
                Some((*interrupted, *stopped_at_failure, *elapsed_ms))
            }
            _ => None,
        });
        let (interrupted, stopped, elapsed_ms) = end?;
        whole = (whole.0 || interrupted, whole.1 || stopped, whole.2.max(elapsed_ms));
    }
    let (interrupted, stopped_at_failure, elapsed_ms) = whole;
    Some(Event::RunEnded { interrupted, stopped_at_failure, elapsed_ms })
}

fn flow_of(event: &Event) -> &str {
    match event {
        Event::FlowStarted { flow }
        | Event::FlowEnded { flow, .. }
        | Event::Throttled { flow, .. }
        | Event::Reconnected { flow, .. } => flow,
        Event::Step(step) => &step.flow,
        Event::RunStarted(_) | Event::RunEnded { .. } => "",
    }
}
