//! The way to a failure as a file for Hurl (<https://hurl.dev>): requests one after another, with captures and asserts.
//!
//! A file of Hurl takes one way: it has no conditions and no loops. Which way that is, a recording says; without one it
//! is that on which every step that may be refused is accepted, and the file asserts so. What such a file cannot do
//! at all (several requests at once, arithmetic, commands) is an error that says so, and never left out in silence.

mod asserts;
mod entry;
mod sources;
mod steps;
mod text;
mod universal;
mod values;
mod waits;
mod way;

use std::collections::BTreeMap;

use self::entry::Entry;
use self::values::Bound;
use self::way::Outcome;
use super::{Case, ReproError};
use crate::contract::Requirement;

/// A file that grows, entry by entry.
struct File<'a> {
    case: &'a Case<'a>,
    /// The first computes fresh values; the others are the steps.
    entries: Vec<Entry>,
    /// What references stand for, by scope and name.
    bound: BTreeMap<String, Bound>,
    /// The label of the fixture under way, with a dot; empty in the flow itself.
    scope: String,
    /// Why what a reference stands for cannot be made, where a later step may do without it.
    lost: BTreeMap<String, String>,
    /// How steps with an id were answered on this way, by scope and id.
    outcomes: BTreeMap<String, Outcome>,
    /// What the step in question asks of steps before it.
    forced: BTreeMap<String, Outcome>,
    /// Labels of the steps that were written down.
    labels: Vec<String>,
    /// The step that is being written down.
    label: String,
    /// Whether the step in question was written down.
    reached: bool,
    /// Variables that must be given: secrets of the target.
    secrets: Vec<String>,
    /// Comments for the entry that follows.
    comments: Vec<String>,
    /// A wait before the entry that follows, as an option.
    delay: Option<String>,
    /// The last value that was read of each address, so that an old message is not taken for a new one.
    read: BTreeMap<String, String>,
    /// How many numbers of a list were used.
    phones: usize,
}

/// What ends the writing.
enum Stop {
    /// It cannot be said in a file of Hurl; the reason.
    Impossible(String),
    /// The step in question wants other answers of the steps before it.
    Otherwise(BTreeMap<String, Outcome>),
}

/// A file for Hurl that leads to the step in question, whose last entry asserts what is expected there.
///
/// # Errors
/// The flow has no such step, or a file of Hurl cannot do what leads to it.
pub fn hurl(case: &Case<'_>) -> Result<String, ReproError> {
    let mut forced = BTreeMap::new();
    loop {
        let mut file = File::new(case, forced.clone());
        match file.flow() {
            Ok(()) if file.reached => return Ok(file.whole()),
            Ok(()) => return Err(super::no_step(case, &file.labels)),
            Err(Stop::Otherwise(more)) if more.iter().any(|(key, outcome)| forced.get(key) != Some(outcome)) => {
                forced.extend(more);
            }
            Err(Stop::Otherwise(_)) => return Err(file.impossible("the step does not apply on any way that is known")),
            Err(Stop::Impossible(why)) => return Err(file.impossible(&why)),
        }
    }
}

impl<'a> File<'a> {
    fn new(case: &'a Case<'a>, forced: BTreeMap<String, Outcome>) -> Self {
        let mut bound = BTreeMap::new();
        if let Some(id) = &case.target.client_id {
            bound.insert("client.id".to_owned(), Bound::Fixed(id.as_str().into()));
        }
        if case.target.client_secret.is_some() {
            bound.insert("client.secret".to_owned(), Bound::variable("client_secret"));
        }
        Self {
            case,
            entries: vec![Entry::new("GET", "{{target}}")],
            bound,
            scope: String::new(),
            lost: BTreeMap::new(),
            outcomes: BTreeMap::new(),
            forced,
            labels: Vec::new(),
            label: String::new(),
            reached: case.step.is_none(),
            secrets: Vec::new(),
            comments: Vec::new(),
            delay: None,
            read: BTreeMap::new(),
            phones: 0,
        }
    }

    fn impossible(&self, why: &str) -> ReproError {
        ReproError::NotInHurl { step: self.label.clone(), why: why.to_owned() }
    }

    /// The requirement in question.
    fn requirement(&self) -> Option<&'a Requirement> {
        self.case.contract.requirement(self.case.requirement.as_deref()?)
    }

    /// Adds an entry, with the comments and the wait that belong to it.
    fn add(&mut self, mut entry: Entry) {
        entry.comments = std::mem::take(&mut self.comments);
        entry.options.splice(0..0, self.delay.take());
        self.entries.push(entry);
    }

    /// The last entry, to which captures and asserts can be added.
    fn last(&mut self) -> &mut Entry {
        let last = self.entries.len() - 1;
        &mut self.entries[last]
    }

    fn whole(mut self) -> String {
        let first = &mut self.entries[0];
        first
            .comments
            .push("This request only finds out whether the target is there, and computes fresh values.".to_owned());
        first.captures.insert(0, "origin: variable \"target\" regex /^([a-z]+:\\/\\/[^\\/]+)/".to_owned());
        let entries: Vec<String> = self.entries.iter().map(Entry::text).collect();
        format!("{}\n{}", self.head(), entries.join("\n"))
    }

    fn head(&self) -> String {
        let case = self.case;
        let mut lines = vec![format!("{} / {}: {}", case.flow.suite, case.flow.id, case.flow.about)];
        lines.extend(case.step.as_ref().map(|step| format!("up to step {step}")));
        if let Some(requirement) = self.requirement() {
            lines.push(format!("{}: {}", requirement.id, requirement.says));
            lines.push(format!("source: {}", requirement.source));
        }
        lines.extend([String::new(), format!("Made by: {}", case.command), "Run it by:".to_owned()]);
        let base = case.target.base.as_str().trim_end_matches('/');
        let mut command = format!("  hurl --test --variable target={base}");
        if case.target.client_secret.is_some() {
            command.push_str(" --secret client_secret=\"$CONFORMANCE_CLIENT_SECRET\"");
        }
        for secret in &self.secrets {
            command.push_str(&format!(" --secret {secret}=\"${}\"", secret.to_uppercase()));
        }
        lines.push(format!("{command} FILE"));
        if case.embedded {
            lines.push("The reference server is to be started first, and says its client secret:".to_owned());
            lines.push("  conformance serve --listen 127.0.0.1:8080".to_owned());
        }
        lines.push(
            "An assert of the last entry that fails shows the fault. One that fails before tells nothing.".to_owned(),
        );
        lines.push("Needs Hurl 6 or newer. An answer of 429 is not waited out.".to_owned());
        let line = |line: &String| format!("{}\n", format!("# {}", crate::report::plain::line(line)).trim_end());
        lines.iter().map(line).collect()
    }
}
