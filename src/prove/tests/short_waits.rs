//! What a target is told to wait for is judged while it lasts. Of waits of a second nobody can tell.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use rstest::rstest;

use super::super::bench::Bench;
use super::contract;
use crate::deployments::Embedded;
use crate::generate::with_generated;
use crate::judge::judge_flow;
use crate::reference::{Options, Settings, faults};
use crate::suite::Suites;
use crate::verdict::Verdict;

const CODES: &str = "ask-for-a-code-twice";
const MAILS: &str = "ask-for-a-link-twice";
const RACE: &str = "ask-for-a-code-four-times-at-once";

/// The verdicts on one rule in a flow, on a server with these waits and perhaps a fault.
async fn verdicts(flow: &str, rule: &str, wait: u64, fault: Option<&str>) -> BTreeSet<Verdict> {
    let contract = contract();
    let suites = with_generated(Suites::embedded(&contract).unwrap(), &contract);
    let wait = Duration::from_secs(wait);
    let settings = Settings { resend_wait: wait, email_wait: wait, ..Settings::default() };
    let fault = fault.map(|id| faults::find(id).unwrap_or_else(|| panic!("{id}")));
    let servers = Embedded::new(Options::default(), 0, None).unwrap();
    let bench = Bench::new(contract, Arc::new(suites), servers, 0).unwrap();
    let flow = bench.plan.flows.iter().find(|known| known.id == flow).unwrap();
    let servers = &bench.servers(Options { settings, fault, ..Options::default() });
    let steps = judge_flow(bench.events(servers, flow).await, &bench.plan.contract);
    let checks = steps.into_iter().flat_map(|step| step.checks);
    checks.filter(|check| check.requirement.as_deref() == Some(rule)).map(|check| check.verdict).collect()
}

#[rstest]
#[case::kept(CODES, "verify-start-please-wait", 60, None, (true, false))]
#[case::not_kept(CODES, "verify-start-please-wait", 60, Some("send-without-wait"), (false, true))]
#[case::too_short_to_tell(CODES, "verify-start-please-wait", 1, Some("send-without-wait"), (false, false))]
#[case::race_kept(RACE, "verify-start-please-wait", 60, None, (true, false))]
#[case::race_not_kept(RACE, "verify-start-please-wait", 60, Some("send-without-wait"), (false, true))]
#[case::race_too_short_to_tell(RACE, "verify-start-please-wait", 1, Some("send-without-wait"), (false, false))]
#[case::mails_kept(MAILS, "email-start-please-wait", 60, None, (true, false))]
#[case::mails_not_kept(MAILS, "email-start-please-wait", 60, Some("mail-without-wait"), (false, true))]
#[case::mails_too_short_to_tell(MAILS, "email-start-please-wait", 1, Some("mail-without-wait"), (false, false))]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wait_is_judged_where_it_can_be(
    #[case] flow: &str,
    #[case] rule: &str,
    #[case] wait: u64,
    #[case] fault: Option<&str>,
    #[case] (passes, fails): (bool, bool),
) {
    let verdicts = verdicts(flow, rule, wait, fault).await;
    assert_eq!((verdicts.contains(&Verdict::Pass), verdicts.contains(&Verdict::Fail)), (passes, fails), "{verdicts:?}");
}
