//! What a run talks to: the embedded server, a URL, or a profile.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Args;
use crate::cli::error::CliError;
use crate::contract::Contract;
use crate::deployments::{Embedded, Single};
use crate::reference::Options;
use crate::runner::Deployments;
use crate::target::profile::{self, SecretSource, Surroundings};
use crate::target::{Secret, Target, base_url};

/// The profile file that is looked for in the working directory.
const PROFILE_FILE: &str = "conformance.toml";
/// Client credentials for `--target`, which takes no profile.
const CLIENT_ID: &str = "CONFORMANCE_CLIENT_ID";
const CLIENT_SECRET: &str = "CONFORMANCE_CLIENT_SECRET";

/// The target that the arguments name; none for the embedded server.
pub(super) fn named(args: &Args, contract: &Contract) -> Result<Option<Target>, CliError> {
    if let Some(url) = &args.target {
        by_url(url, contract).map(Some)
    } else if args.profile.is_some() || args.profile_file.is_some() {
        by_profile(args, contract).map(Some)
    } else {
        Ok(None)
    }
}

/// What flows are run on.
pub(super) async fn deployments(
    args: &Args,
    target: Option<Target>,
    seed: u64,
) -> Result<Arc<dyn Deployments>, CliError> {
    let Some(mut target) = target else {
        let embedded = Embedded::new(Options::default(), seed, args.timeout).map_err(CliError::Internal)?;
        return Ok(Arc::new(embedded));
    };
    target.connection.timeout = args.timeout.unwrap_or(target.connection.timeout);
    // Runs against one target seldom meet each other's numbers, whatever their seeds.
    target.phones = target.phones.beginning_at(crate::runner::entropy());
    let single = Single::reconnecting(target, args.retry_connect).map_err(CliError::usage)?.reached_by(options(args));
    single.reach().await.map_err(|reason| CliError::Inconclusive {
        message: format!("nothing answers at {}: {reason}", single.identity().url),
        help: Some("check the URL, and that the deployment is up and can be reached from here".to_owned()),
    })?;
    Ok(Arc::new(single))
}

/// The options that name the target, for whoever wants to reach it again.
fn options(args: &Args) -> Vec<String> {
    let file = args.profile_file.as_ref().map(|path| path.display().to_string());
    let options = [("--target", &args.target), ("--profile-file", &file), ("--profile", &args.profile)];
    let given = options.into_iter().filter_map(|(name, value)| Some([name.to_owned(), value.clone()?]));
    given.flatten().collect()
}

fn by_url(url: &str, contract: &Contract) -> Result<Target, CliError> {
    let base =
        base_url(url, contract.base_path()).map_err(|message| CliError::usage(format!("--target: {message}")))?;
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    Ok(Target {
        client_id: variable(CLIENT_ID),
        client_secret: variable(CLIENT_SECRET).map(Secret::new),
        ..Target::bare("target", base)
    })
}

fn by_profile(args: &Args, contract: &Contract) -> Result<Target, CliError> {
    let path = args.profile_file.clone().unwrap_or_else(|| PathBuf::from(PROFILE_FILE));
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    let secret = |source: &SecretSource| read_secret(source, &folder);
    let requirements: Vec<String> = contract.requirements().iter().map(|rule| rule.id.clone()).collect();
    let surroundings = Surroundings { base_path: contract.base_path(), requirements: &requirements, secret: &secret };
    Ok(profile::load(&path, args.profile.as_deref(), &surroundings)?)
}

fn read_secret(source: &SecretSource, folder: &Path) -> Result<String, String> {
    match source {
        SecretSource::Env(name) => match std::env::var(name) {
            Ok(value) if !value.is_empty() => Ok(value),
            Ok(_) => Err(format!("the environment variable `{name}` is empty")),
            Err(_) => Err(format!("the environment variable `{name}` is not set: export it first")),
        },
        SecretSource::File(file) => {
            let file = folder.join(file);
            let text = std::fs::read_to_string(&file);
            text.map(|text| text.trim_end_matches(['\r', '\n']).to_owned())
                .map_err(|error| format!("cannot read `{}`: {error}", file.display()))
        }
        SecretSource::Command(argv) => printed(argv, folder),
    }
}

/// What a command prints, for a secret; what it says on standard error is shown as it says it.
fn printed(argv: &[String], folder: &Path) -> Result<String, String> {
    let Some((program, arguments)) = argv.split_first() else { return Err("the command is empty".to_owned()) };
    let mut command = std::process::Command::new(program);
    command.args(arguments).stderr(std::process::Stdio::inherit());
    if !folder.as_os_str().is_empty() {
        command.current_dir(folder);
    }
    let output = command.output().map_err(|error| format!("`{program}` does not start: {error}"))?;
    if !output.status.success() {
        return Err(format!("`{program}` did not end well ({})", output.status));
    }
    let text = String::from_utf8(output.stdout).map_err(|_| format!("`{program}` prints no text"))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
