//! What a run begins with: its plan, target, waivers and accepted answers. Nothing is sent here, and all that can be
//! wrong with a command is told here.

use std::sync::Arc;

use super::args::{Args, Denied};
use crate::cli::error::CliError;
use crate::cli::globals::Globals;
use crate::cli::snapshots::{self, Accepted};
use crate::cli::{diff, doctor, target, waivers};
use crate::generate::fuzz::with_random_cases;
use crate::judge::RunResult;
use crate::plan::{Budget, Plan, PlanError, Selection};
use crate::runner;
use crate::target::Target;
use crate::waiver::Waiver;

/// A run that can begin.
pub(super) struct Prepared {
    /// The flows.
    pub(super) plan: Arc<Plan>,
    /// What they are run on; none for the embedded server.
    pub(super) target: Option<Target>,
    /// Failures that somebody answers for.
    pub(super) waivers: Vec<Waiver>,
    /// Answers that are expected.
    pub(super) accepted: Accepted,
    /// The seed of everything random.
    pub(super) seed: u64,
    /// The earlier run that it is held against.
    pub(super) baseline: Option<RunResult>,
}

/// What a run would do, and on what.
pub(super) struct Outlined {
    /// The flows.
    pub(super) plan: Plan,
    /// What they would be run on; none for the embedded server.
    pub(super) target: Option<Target>,
}

impl Prepared {
    /// Reads all that a run needs.
    pub(super) fn new(args: &Args, globals: &Globals) -> Result<Self, CliError> {
        let baseline = args.baseline.as_ref().map(|path| diff::load(path, globals)).transpose()?;
        let seed = args.seed.unwrap_or_else(runner::entropy);
        let (plan, target) = planned(args, globals, seed)?;
        let of_profile = target.as_ref().and_then(|target| target.waivers.clone());
        let waivers = waivers::load(args.waivers.clone().or(of_profile).as_deref(), waivers::today())?;
        let accepted = accepted(args, globals, target.as_ref())?;
        Ok(Self { plan: Arc::new(plan), target, waivers, accepted, seed, baseline })
    }

    /// Reads what is to be done, and no more.
    pub(super) fn outlined(args: &Args, globals: &Globals) -> Result<Outlined, CliError> {
        let (plan, target) = planned(args, globals, args.seed.unwrap_or_default())?;
        Ok(Outlined { plan, target })
    }
}

/// What is to be done, within what the target allows: the parts of a run share its limits.
fn planned(args: &Args, globals: &Globals, seed: u64) -> Result<(Plan, Option<Target>), CliError> {
    let (contract, suites) = globals.load()?;
    let contract = Arc::new(contract);
    let suites = Arc::new(with_random_cases(suites, seed, args.fuzz));
    let plan = Plan::new(contract.clone(), suites, &selection(args)).map_err(unplanned)?;
    let target = target::named(&args.at, &contract)?;
    let parts = args.partition.map_or(1, |part| u32::try_from(part.of).unwrap_or(u32::MAX));
    let budget = target.as_ref().map_or_else(Budget::default, |target| Budget {
        accounts: target.limits.accounts,
        accounts_before: doctor::accounts_before(target).saturating_mul(parts),
        messages: target.limits.messages,
    });
    let whole = plan.within(&budget);
    let plan = match args.partition {
        None => whole,
        Some(part) => whole.part(part.number, part.of).map_err(unplanned)?,
    };
    Ok((plan, target))
}

/// What was accepted of the target.
fn accepted(args: &Args, globals: &Globals, target: Option<&Target>) -> Result<Accepted, CliError> {
    let accepted = match (&args.snapshots, target) {
        (Some(folder), _) => snapshots::in_folder(folder, true)?,
        (None, None) => snapshots::embedded(globals.suites.as_deref())?,
        (None, Some(target)) => match target::profile_folder(&args.at) {
            Some(folder) => snapshots::in_folder(&folder.join(snapshots::BESIDE).join(&target.name), false)?,
            None => Accepted::default(),
        },
    };
    if accepted.texts.is_none() && args.deny.contains(&Denied::Drift) {
        return Err(CliError::Usage {
            message: "--deny drift: there are no accepted snapshots of this target to compare with".to_owned(),
            help: Some("`--snapshots DIR` begins them, and `conformance accept` takes them".to_owned()),
        });
    }
    Ok(accepted)
}

fn selection(args: &Args) -> Selection {
    Selection {
        suites: args.suite.clone(),
        flows: args.flow.clone(),
        operations: args.operation.clone(),
        requirements: args.requirement.clone(),
    }
}

fn unplanned(error: PlanError) -> CliError {
    let help = match &error {
        PlanError::Unknown { kind, .. } => format!("`conformance list {kind}s` shows all there are"),
        PlanError::NothingLeft { .. } => "make fewer parts".to_owned(),
        PlanError::Nothing => "filters of several kinds must all match: leave one out".to_owned(),
    };
    CliError::Usage { message: error.to_string(), help: Some(help) }
}
