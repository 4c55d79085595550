//! `conformance doctor`: whether a run would meet what it needs, and whose fault it is where not.

mod line;
mod reach;
mod signup;

use std::process::ExitCode;
use std::sync::Arc;

use anstyle::{AnsiColor, Style};

use super::error::CliError;
use super::globals::Globals;
use super::output;
use super::target::{self, TargetArgs};
use crate::deployments::Single;
use crate::judge::several;
use crate::plan::{Plan, Selection};
use crate::runner::Deployments;
use crate::runner::probe::{self, Greeting, Place};
use crate::suite::estimate::estimate;
use crate::target::Target;
use line::{Line, State, Whose};

const EXAMPLES: &str = "\
Examples:
  conformance doctor
      Looks at the target of the conformance.toml in the working directory.
  conformance doctor --profile-file staging.toml --profile staging
  conformance doctor --target https://staging.example.test --json

It signs up one account and has one code sent. `run` does the cheap part of this by itself.

Exit codes: 0 all is well, 2 something in the profile is wrong, 3 the target cannot be used.
";

/// Looks whether a run would meet what it needs, and says whose fault it is where not.
///
/// One line for each of: DNS, TCP, TLS (issuer, end and fingerprint of the certificate), HTTP, base path, clock, client
/// credentials, one signup, one code from the source, rate limits.
#[derive(Debug, Clone, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten, next_help_heading = "Target")]
    at: TargetArgs,

    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn execute(args: &Args, globals: &Globals) -> Result<ExitCode, CliError> {
    let (contract, suites) = globals.load()?;
    let contract = Arc::new(contract);
    let plan = Plan::new(contract.clone(), Arc::new(suites), &Selection::default())
        .map_err(|error| CliError::usage(error.to_string()))?;
    let Some(target) = target::named(&args.at, &contract)? else {
        return Err(CliError::Usage {
            message: "there is nothing to look at: no target was named".to_owned(),
            help: Some(
                "give --target URL or --profile-file FILE, or write a conformance.toml with `conformance init`"
                    .to_owned(),
            ),
        });
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| CliError::Internal(format!("cannot start a runtime: {error}")))?;
    let single = Arc::new(target::single(&args.at, target, 0)?);
    let lines = runtime.block_on(examine(&single, &plan));
    let text = if args.json { json(&lines) } else { text(&lines) };
    output::print(&text)?;
    Ok(ExitCode::from(exit_code(&lines)))
}

async fn examine(single: &Arc<Single>, plan: &Plan) -> Vec<Line> {
    let instance = single.instance();
    let (mut lines, greeting) = reach::look(instance, &plan.contract).await;
    let Some(greeting) = greeting else { return lines };
    if lines.iter().any(|line| line.check == "base path" && line.is_problem()) {
        return lines;
    }
    match signup::begin(single, plan, true).await {
        Some(tried) => lines.extend(tried.lines(&plan.contract, &instance.target)),
        None => lines.push(Line::left_out("signup", "the suites have no beginning that reads a code")),
    }
    lines.extend(few_phones(&instance.target).map(|(says, advice)| Line::note("phones", Whose::Profile, says, advice)));
    lines.push(rate(&greeting, requests_of(plan)));
    for line in &mut lines {
        line.says = instance.hide(&line.says);
    }
    lines
}

/// What is told where runs are likely to meet each other's numbers, and what to do about it.
pub(super) fn few_phones(target: &Target) -> Option<(String, &'static str)> {
    let count = Some(target.phones.count()).filter(|_| target.phones.are_few())?;
    let says = format!("the profile has {count} phones: a run may meet one that has an account of an earlier run");
    Some((says, "give a range of a million numbers or more, or empty the deployment before each run"))
}

/// How many requests a run of this plan may send.
fn requests_of(plan: &Plan) -> u32 {
    plan.flows
        .iter()
        .map(|flow| estimate(flow, &plan.suites, &plan.contract))
        .map(|costs| costs.requests.saturating_add(costs.sessions))
        .fold(0, u32::saturating_add)
}

/// What the target announces of its limits, against what a whole run sends.
fn rate(greeting: &Greeting, requests: u32) -> Line {
    let left = greeting.headers.iter().find(|(name, _)| name.ends_with("ratelimit-remaining"));
    let left = left.and_then(|(_, value)| value.trim().parse::<u32>().ok());
    let advice = "set `limits.requests_per_second`, or have this tool exempted";
    let announces = |left: u32| format!("it announces {} left", several(left as usize, "request", "requests"));
    match left {
        _ if greeting.status == 429 => Line::problem("rate", Whose::Target, "it answers 429 already", advice),
        Some(left) if left < requests => {
            let says = format!("{}, and a whole run may send {requests}", announces(left));
            Line::problem("rate", Whose::Profile, says, advice)
        }
        Some(left) => Line::ok("rate", format!("{}; a whole run may send {requests}", announces(left))),
        None => Line::ok("rate", format!("it announces no limit; a whole run may send {requests} requests")),
    }
}

/// Requests that look, before a run, whether there is anything at the target; with an account, those of a signup more.
pub(super) const REQUESTS: u32 = 4;

/// Accounts that come to be when a run looks before it begins: one where there are client credentials to look at, unless
/// the limits allow none.
pub(super) fn accounts_before(target: &Target) -> u32 {
    u32::from(target.client_id.is_some() && target.limits.accounts != Some(0))
}

/// The cheap part, before a run: no answer at all is inconclusive, and what is surely a matter of the profile is a
/// wrong use. In doubt the run goes on, as the target may be at fault, which it is for the run to show.
pub(super) async fn before_a_run(single: &Arc<Single>, plan: &Plan) -> Result<(), CliError> {
    let instance = single.instance();
    single.reach().await.map_err(|reason| CliError::Inconclusive {
        message: format!("nothing answers at {}: {reason}", single.identity().url),
        help: Some("`conformance doctor` tells where it ends: DNS, TCP, TLS or HTTP".to_owned()),
    })?;
    if let Place::Elsewhere(other) = probe::find(instance, &plan.contract).await {
        return Err(CliError::Usage {
            message: format!(
                "the base path is wrong: no operation is below {}, and they are below {other}",
                single.identity().url
            ),
            help: Some(format!("write `url = \"{other}\"`, or give --target {other}")),
        });
    }
    if accounts_before(&instance.target) == 0 {
        return Ok(());
    }
    let tried = signup::begin(single, plan, false).await;
    for operation in tried.iter().flat_map(|tried| tried.accounts(&plan.contract)) {
        single.made_before(operation);
    }
    if tried.is_some_and(|tried| tried.client_is_refused(&plan.contract)) {
        return Err(CliError::Usage {
            message: format!("{} refuses the client credentials of the profile", single.identity().url),
            help: Some("check `client_id` and the source of `client_secret`; where they are right, the target is broken, and refuses every signup".to_owned()),
        });
    }
    Ok(())
}

fn exit_code(lines: &[Line]) -> u8 {
    let problem = |whose| lines.iter().any(|line| line.is_problem() && line.whose == Some(whose));
    if problem(Whose::Tool) {
        super::error::INTERNAL
    } else if problem(Whose::Profile) {
        super::error::USAGE
    } else if lines.iter().any(Line::is_problem) {
        super::error::INCONCLUSIVE
    } else {
        0
    }
}

fn text(lines: &[Line]) -> String {
    const OK: Style = AnsiColor::Green.on_default();
    const NOTE: Style = AnsiColor::Yellow.on_default();
    const PROBLEM: Style = AnsiColor::Red.on_default().bold();
    let mut text = String::new();
    for line in lines {
        let (style, word) = match line.state {
            State::Ok => (OK, "ok"),
            State::Note => (NOTE, "note"),
            State::Problem => (PROBLEM, "problem"),
            State::LeftOut => (Style::new(), "-"),
        };
        let whose = line.whose.map(|whose| format!(" [{}]", whose.words())).unwrap_or_default();
        text.push_str(&format!("{style}{word:<8}{style:#} {:<10} {}{whose}\n", line.check, line.says));
        if let Some(advice) = &line.advice {
            text.push_str(&format!("{:20}{advice}\n", ""));
        }
    }
    text
}

fn json(lines: &[Line]) -> String {
    let value = serde_json::json!({ "exit_code": exit_code(lines), "checks": lines });
    let mut text = serde_json::to_string_pretty(&value).unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::one(Some("1"), "it announces 1 request left, and a whole run may send 50")]
    #[case::few(Some("49"), "it announces 49 requests left, and a whole run may send 50")]
    #[case::enough(Some(" 50 "), "it announces 50 requests left; a whole run may send 50")]
    #[case::not_told(None, "it announces no limit; a whole run may send 50 requests")]
    fn what_is_left_is_held_against_what_a_run_sends(#[case] left: Option<&str>, #[case] wanted: &str) {
        let headers = left.map(|left| ("x-ratelimit-remaining".to_owned(), left.to_owned())).into_iter().collect();
        let greeting = Greeting { status: 200, headers, certificate: None, fingerprint: None, ahead_seconds: None };
        assert_eq!(rate(&greeting, 50).says, wanted);
    }
}
