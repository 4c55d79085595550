//! `run --dry-run`: what a run would do to its target, without doing it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::prepared::Outlined;
use crate::cli::doctor;
use crate::cli::error::CliError;
use crate::judge::several;
use crate::plan::outlook::{Clocks, Offers, Outlook, outlook};
use crate::target::{Clock, Target};

/// In which form a plan is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(in crate::cli) enum Form {
    /// For people.
    Text,
    /// For other tools.
    Json,
}

/// What a run would do, as it is printed; the embedded server offers everything.
pub(super) fn shown(run: &Outlined, form: Form) -> Result<String, CliError> {
    match form {
        Form::Text => Ok(text(&told(run), run.target.as_ref())),
        Form::Json => json(&told(run)),
    }
}

/// What a run would do on each of several targets, by their names.
pub(super) fn side_by_side(runs: &[(String, Outlined)], form: Form) -> Result<String, CliError> {
    match form {
        Form::Text => {
            let pages: Vec<String> = runs.iter().map(|(_, run)| text(&told(run), run.target.as_ref())).collect();
            Ok(pages.join("\n"))
        }
        Form::Json => json(&runs.iter().map(|(name, run)| (name, told(run))).collect::<BTreeMap<_, _>>()),
    }
}

fn told(run: &Outlined) -> Outlook {
    outlook(&run.plan, &run.target.as_ref().map_or(Offers::EMBEDDED, offers))
}

fn json(value: &impl Serialize) -> Result<String, CliError> {
    let json = serde_json::to_string_pretty(value);
    let json = json.map_err(|error| CliError::Internal(format!("cannot write the plan: {error}")))?;
    Ok(format!("{json}\n"))
}

fn offers(target: &Target) -> Offers {
    let clock = match &target.clock {
        None => Clocks::None,
        Some(Clock::Wait { max_wait }) => Clocks::Wait { at_most_seconds: max_wait.as_secs() },
        Some(_) => Clocks::Moved,
    };
    let accounts_before = doctor::accounts_before(target);
    Offers {
        sms: target.sms.is_some(),
        mail: target.mail.is_some(),
        block: target.block.is_some(),
        clock,
        ends_sessions: true,
        accounts_before,
        // Each account is signed up, and its session is ended.
        requests_before: doctor::REQUESTS + 2 * accounts_before,
    }
}

fn text(told: &Outlook, target: Option<&Target>) -> String {
    let mut page = String::new();
    let place = target.map_or("the embedded reference server".to_owned(), |it| format!("{}, {}", it.name, it.base));
    let mut line = |label: &str, text: &str| {
        let _ = writeln!(page, "{label:<10} {text}");
    };
    line("target", &place);
    line("flows", &format!("{}, with {} generated cases", told.flows, told.cases));
    line("accounts", &format!("{} at most", told.accounts));
    line("messages", &format!("{} at most (texts and mails)", told.messages));
    line("requests", &format!("{} at most", told.requests));
    line("waits", &waits(told, target));
    if told.left_out.is_empty() {
        line("left out", "nothing");
    }
    for out in &told.left_out {
        let how = if out.whole { "not done" } else { "not to be finished" };
        line("left out", &format!("{}: {} {how}", out.reason, several(out.flows.len(), "flow", "flows")));
        line("", &out.flows.join(", "));
        if !out.requirements.is_empty() {
            line("", &format!("not judged elsewhere: {}", out.requirements.join(", ")));
        }
    }
    page.push_str("\nNothing was sent. By suite, at most:\n");
    for suite in &told.suites {
        let _ = writeln!(
            page,
            "  {:<18} {:>3} flows  {:>4} cases  {:>4} accounts  {:>4} messages  {:>5} requests",
            suite.id, suite.flows, suite.cases, suite.accounts, suite.messages, suite.requests
        );
    }
    page
}

fn waits(told: &Outlook, target: Option<&Target>) -> String {
    let up_to = if told.waits.up_to_the_target { "; how long, the target says" } else { "" };
    let how = match (told.waits.at_most_seconds, target.is_some_and(|target| target.clock.is_none())) {
        (Some(seconds), _) => format!("really, {seconds} s at a time at most"),
        (None, true) => "not waited for: the profile has no clock".to_owned(),
        (None, false) => "the clock is moved".to_owned(),
    };
    format!("{}, or may have to ({how}){up_to}", several(told.waits.flows, "flow waits", "flows wait"))
}
