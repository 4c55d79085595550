//! Finds the smallest form of what random cases found, each attempt in a fresh state.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::generate::fuzz::{SUITE, attempt, body_of, smaller};
use crate::judge::{self, RunResult};
use crate::plan::Plan;
use crate::runner::{self, Deaf, Deployments, Settings, Stop};
use crate::suite::Stage;
use crate::verdict::Verdict;

/// Requests that one finding may cost.
const ATTEMPTS: usize = 200;
/// Findings that are shrunk; more of them say little more.
const FINDINGS: usize = 5;

/// The smallest request that still breaks a requirement.
pub(super) struct Smallest {
    operation: String,
    requirement: String,
    body: Value,
    seed: u64,
    attempts: usize,
}

impl fmt::Display for Smallest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, requirement, body, seed, attempts } = self;
        writeln!(f, "smallest request that breaks {requirement} (seed {seed}, {attempts} attempts):")?;
        writeln!(f, "  {operation} {body}")
    }
}

/// Shrinks what the random cases of a run found, one finding for each stage and requirement.
pub(super) async fn shrink(
    result: &RunResult,
    plan: &Plan,
    deployments: &Arc<dyn Deployments>,
    settings: &Settings,
) -> Vec<Smallest> {
    let mut found: Vec<Smallest> = Vec::new();
    let mut seen = Vec::new();
    let broken = |verdict| matches!(verdict, Verdict::Fail | Verdict::Warn);
    for finding in result.findings.iter().filter(|finding| finding.suite == SUITE && broken(finding.verdict)) {
        let Some((stage, requirement)) = finding.step.split('/').next().zip(finding.requirement.as_deref()) else {
            continue;
        };
        if found.len() >= FINDINGS || seen.contains(&(stage, requirement)) {
            continue;
        }
        seen.push((stage, requirement));
        let step = plan.flows.iter().flat_map(|flow| &flow.steps).find(|step| step.id.as_ref() == Some(&finding.step));
        let stage = plan.suites.stages.iter().find(|known| known.id == stage);
        if let (Some(stage), Some(body)) = (stage, step.and_then(body_of)) {
            let shrinking = Shrinking { stage, requirement, plan, deployments, settings };
            found.push(shrinking.smallest(body.clone()).await);
        }
    }
    found
}

struct Shrinking<'a> {
    stage: &'a Stage,
    requirement: &'a str,
    plan: &'a Plan,
    deployments: &'a Arc<dyn Deployments>,
    settings: &'a Settings,
}

impl Shrinking<'_> {
    async fn smallest(&self, mut body: Value) -> Smallest {
        let mut attempts = 0;
        'smaller: loop {
            for candidate in smaller(&body) {
                if attempts >= ATTEMPTS {
                    break 'smaller;
                }
                attempts += 1;
                if self.breaks(attempts, &candidate).await {
                    body = candidate;
                    continue 'smaller;
                }
            }
            break;
        }
        Smallest {
            operation: self.stage.twin.operation.clone(),
            requirement: self.requirement.to_owned(),
            body,
            seed: self.settings.seed,
            attempts,
        }
    }

    async fn breaks(&self, number: usize, body: &Value) -> bool {
        let flow = Arc::new(attempt(self.stage, number, body.clone()));
        let plan = Arc::new(Plan { flows: vec![flow], partial: true, ..self.plan.clone() });
        let contract = plan.contract.clone();
        let settings = self.settings.clone();
        let events =
            runner::run(plan, self.deployments.clone(), settings, Arc::new(Deaf), Arc::new(Stop::default())).await;
        judge::judge(events, &contract, self.settings.strict).is_ok_and(|result| {
            let mut findings = result.findings.iter();
            findings.any(|finding| {
                finding.requirement.as_deref() == Some(self.requirement) && finding.step.contains("/fuzz/")
            })
        })
    }
}
