//! The flags of `run`.

use std::num::{NonZeroU16, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Arg, ArgAction, ValueEnum};

use super::dry::Form;
use super::partition::Partition;
use crate::cli::output::{Detail, Wanted};
use crate::cli::target::TargetArgs;
use crate::target::profile::parse_duration;

const EXAMPLES: &str = "\
Examples:
  conformance run
  conformance run --target https://staging.example.test --report json=report.json
  conformance run --profile staging --strict --jobs 4 --report junit=report.xml
  conformance run --profile-file /etc/staging.toml --record run.jsonl
  conformance run --suite NAME --flow NAME -v
  conformance run --report json=- -q | jq .conclusion
  conformance run --profile staging --out report/
  conformance run --profile staging --profile production --out report/
  conformance run --profile staging --dry-run

Several targets (--profile, repeated) are run one after the other and not at the same time: they may
share an inbox, numbers or a clock, and their times are to be comparable. Standard output shows the
requirements that are not alike at all of them. --report takes console, html and json for it.
--out DIR writes DIR/matrix.html, .json and .txt, and to DIR/NAME/ all that a run of that target
alone writes. One that cannot be run does not keep the others from it. The exit code is the gravest
of all: 130, 4, 1, 2, 3, 0.

`conformance explain waivers` (or drift, limits, dry-run, side-by-side) tells more of each.

Exit codes: 0 conformant, 1 non-conformant, 2 usage, 3 inconclusive, 4 internal, 130 interrupted.
See `conformance --help`.
";

/// Certifies a deployment.
///
/// With --target URL it certifies any deployment; a profile also tells where codes and mails are read, and how its
/// clock is moved. Without these, what needs them is not judged, and the run is inconclusive. Without either option it
/// takes the profile of a conformance.toml in the working directory, and says so; where there is none, or with
/// --embedded, it starts the reference server that is in this program and certifies that.
#[derive(Debug, Clone, clap::Args)]
#[command(after_long_help = EXAMPLES)]
#[command(mut_arg("profile", several))]
pub(in crate::cli) struct Args {
    #[command(flatten, next_help_heading = "Target")]
    pub(in crate::cli) at: TargetArgs,

    /// Only flows of this suite (repeatable).
    #[arg(long, value_name = "ID", help_heading = "Selection")]
    pub(in crate::cli) suite: Vec<String>,

    /// Only this flow (repeatable).
    #[arg(long, value_name = "ID", help_heading = "Selection")]
    pub(in crate::cli) flow: Vec<String>,

    /// Only flows that call this operation, such as `GET /things` (repeatable).
    #[arg(long, value_name = "ID", help_heading = "Selection")]
    pub(in crate::cli) operation: Vec<String>,

    /// Only flows that show this requirement (repeatable).
    #[arg(long, value_name = "ID", help_heading = "Selection")]
    pub(in crate::cli) requirement: Vec<String>,

    /// Sends N random requests more for each operation with a JSON body, and shrinks what they find.
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true, help_heading = "Selection")]
    pub(in crate::cli) fuzz: u32,

    /// Does one of N parts of the run, for N machines; `conformance merge` joins what they recorded. All parts need the
    /// same --seed.
    #[arg(long, value_name = "K/N", requires = "seed", conflicts_with = "repeat", help_heading = "Selection")]
    pub(in crate::cli) partition: Option<Partition>,

    /// A broken `should` fails, too.
    #[arg(long)]
    pub(in crate::cli) strict: bool,

    /// Waivers: failures that somebody answers for until a day. [default: those of the profile, else waivers.toml]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) waivers: Option<PathBuf>,

    /// What fails a run that would not otherwise: `drift` from the accepted snapshots.
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(in crate::cli) deny: Vec<Denied>,

    /// Runs N times, and tells what is not the same every time: a result that passes only sometimes is never green.
    #[arg(long, value_name = "N", default_value = "1", hide_default_value = true)]
    pub(in crate::cli) repeat: NonZeroU16,

    /// Gates on change alone: exit code 1 only for what is worse than in this recording or JSON report.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) baseline: Option<PathBuf>,

    /// Folder of the accepted snapshots; where answers differ, it gets FLOW.snap.new for `conformance accept`, not in CI.
    /// [default: snapshots/NAME beside the profile, where there is one]
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) snapshots: Option<PathBuf>,

    /// How many flows run at the same time. [default: 8, and up to 128 where answers take long]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(in crate::cli) jobs: Option<NonZeroUsize>,

    /// Seed of everything random, to repeat a run. [default: a fresh one, which is shown]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(in crate::cli) seed: Option<u64>,

    /// Time for one whole exchange, such as `10s`.
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    pub(in crate::cli) timeout: Option<Duration>,

    /// Tries a connection again so often where there is none. Nothing else is ever sent again but after a 429.
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(in crate::cli) retry_connect: u32,

    /// Shows what the run would do to the target at most, and what is left out and why, and sends nothing.
    #[arg(long, value_name = "FORM", num_args = 0..=1, require_equals = true, default_missing_value = "text")]
    pub(in crate::cli) dry_run: Option<Form>,

    /// Stops at the first failure; the run is then marked partial.
    #[arg(long)]
    pub(in crate::cli) fail_fast: bool,

    #[command(flatten, next_help_heading = "Output")]
    pub(in crate::cli) wanted: Wanted,

    /// Writes everything that happens to this file, for `conformance judge` and `conformance render`.
    #[arg(long, value_name = "PATH", help_heading = "Output", conflicts_with = "out")]
    pub(in crate::cli) record: Option<PathBuf>,

    #[command(flatten, next_help_heading = "Output")]
    pub(in crate::cli) detail: Detail,
}

/// The option of the target, as `run` has it.
fn several(profile: Arg) -> Arg {
    let help = "Target of this name in the profile file; not needed where there is one. Several (repeatable) are run one \
                after the other and shown side by side, see below";
    profile.action(ArgAction::Append).help(help)
}

/// What can fail a run beside broken rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Denied {
    /// Answers that differ from the accepted snapshots.
    Drift,
}
