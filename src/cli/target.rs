//! What is talked to: the embedded server, a URL, or a profile.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::ArgAction;

use super::error::CliError;
use super::output;
use super::terminal::Terminal;
use crate::contract::Contract;
use crate::deployments::Single;
use crate::reference::{self, Options};
use crate::target::profile::{self, SecretSource, Surroundings};
use crate::target::{Secret, Source, Target, base_url};

/// The profile file that is looked for in the working directory.
pub(super) const PROFILE_FILE: &str = "conformance.toml";
/// Client credentials for `--target`, which takes no profile.
const CLIENT_ID: &str = "CONFORMANCE_CLIENT_ID";
const CLIENT_SECRET: &str = "CONFORMANCE_CLIENT_SECRET";

/// Which target.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct TargetArgs {
    /// Base URL of the deployment; without a path, the documented base path is taken.
    #[arg(long, value_name = "URL", conflicts_with_all = ["profile", "profile_file"])]
    pub(super) target: Option<String>,

    /// Target of this name in the profile file; not needed where there is one.
    // A list, as `run` takes several; the other commands take one.
    #[arg(long, value_name = "NAME", action = ArgAction::Set)]
    pub(super) profile: Vec<String>,

    /// Profile file. [default: conformance.toml in the working directory, if it is there]
    #[arg(long, value_name = "FILE")]
    pub(super) profile_file: Option<PathBuf>,

    /// The reference server in this program, whatever is in the working directory.
    #[arg(long, conflicts_with_all = ["target", "profile", "profile_file"])]
    pub(super) embedded: bool,
}

/// The target that the arguments name; none for the embedded server.
///
/// A profile that lies in the working directory is meant: who certifies something else by mistake would take its green
/// for that of the deployment. It is said which one it is.
pub(super) fn named(args: &TargetArgs, contract: &Contract) -> Result<Option<Target>, CliError> {
    found(args, contract, &read_secret)
}

/// The same without its secrets, for who sends nothing.
pub(super) fn described(args: &TargetArgs, contract: &Contract) -> Result<Option<Target>, CliError> {
    found(args, contract, &|_, _| Ok("not read".to_owned()))
}

/// The embedded server as a target of its own, where it listens at this address.
pub(super) fn served(listen: &str) -> Result<Target, CliError> {
    let internal = |message: String| CliError::Internal(format!("the reference server has no profile: {message}"));
    let runtime = tokio::runtime::Runtime::new().map_err(|error| internal(error.to_string()))?;
    let server = runtime.block_on(reference::start(Options::default())).map_err(|error| internal(error.to_string()))?;
    let text = server.profile_toml().replace(&server.address().to_string(), listen);
    let secret = |_: &SecretSource| Ok("not read".to_owned());
    let surroundings = Surroundings { base_path: "", requirements: &[], secret: &secret };
    profile::parse(&text, Path::new("embedded"), None, &surroundings).map_err(|error| internal(error.to_string()))
}

/// Reads a secret; a file or command of it is relative to the folder.
type SecretReader = dyn Fn(&SecretSource, &Path) -> Result<String, String>;

fn found(args: &TargetArgs, contract: &Contract, secret: &SecretReader) -> Result<Option<Target>, CliError> {
    if args.embedded {
        return Ok(None);
    }
    if let Some(url) = &args.target {
        return by_url(url, contract).map(Some);
    }
    if !args.profile.is_empty() || args.profile_file.is_some() {
        return by_profile(args, contract, secret).map(Some);
    }
    if !Path::new(PROFILE_FILE).is_file() {
        return Ok(None);
    }
    let target = by_profile(args, contract, secret)?;
    let said =
        format!("target `{}` of {PROFILE_FILE}: {} (--embedded for the reference server)\n", target.name, target.base);
    output::eprint(&said)?;
    Ok(Some(target))
}

/// The folder of the profile file that names the target; none where a URL does.
pub(super) fn profile_folder(args: &TargetArgs) -> Option<PathBuf> {
    let file = args.profile_file.clone().unwrap_or_else(|| PathBuf::from(PROFILE_FILE));
    args.target.is_none().then(|| file.parent().map(Path::to_path_buf).unwrap_or_default())
}

/// The deployment of a target, not talked to yet.
pub(super) fn single(args: &TargetArgs, mut target: Target, retry_connect: u32) -> Result<Single, CliError> {
    // Runs against one target seldom meet each other's numbers, whatever their seeds.
    target.phones = target.phones.beginning_at(crate::runner::entropy());
    let prompts = asks(&target);
    let single = Single::reconnecting(target, retry_connect).map_err(CliError::usage)?.reached_by(options(args));
    if !prompts {
        return Ok(single);
    }
    let terminal = Terminal::open().ok_or_else(|| CliError::Usage {
        message: "the profile wants to ask for codes (`source = \"prompt\"`), and nobody can be asked here".to_owned(),
        help: Some("run it on a terminal, and not in CI; or give a source that needs nobody".to_owned()),
    })?;
    Ok(single.asking(Arc::new(terminal)))
}

/// Whether somebody is asked for what is sent.
pub(super) fn asks(target: &Target) -> bool {
    [&target.sms, &target.mail].iter().any(|source| matches!(source, Some(Source::Prompt)))
}

/// The options that name the target, for whoever wants to reach it again.
pub(super) fn options(args: &TargetArgs) -> Vec<String> {
    let file = args.profile_file.as_ref().map(|path| path.display().to_string());
    let found = (args.target.is_none() && args.profile.is_empty() && file.is_none()).then(|| PROFILE_FILE.to_owned());
    let (file, profile) = (file.or(found), args.profile.first());
    let options = [("--target", args.target.as_ref()), ("--profile-file", file.as_ref()), ("--profile", profile)]
        .map(|(name, value)| Some([name.to_owned(), value?.clone()]));
    options.into_iter().flatten().flatten().collect()
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

fn by_profile(args: &TargetArgs, contract: &Contract, secret: &SecretReader) -> Result<Target, CliError> {
    let path = args.profile_file.clone().unwrap_or_else(|| PathBuf::from(PROFILE_FILE));
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    let secret = |source: &SecretSource| secret(source, &folder);
    let requirements: Vec<String> = contract.requirements().iter().map(|rule| rule.id.clone()).collect();
    let surroundings = Surroundings { base_path: contract.base_path(), requirements: &requirements, secret: &secret };
    Ok(profile::load(&path, args.profile.first().map(String::as_str), &surroundings)?)
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
