//! `conformance serve`: the reference server, until it is stopped.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use super::error::CliError;
use super::names;
use super::output;
use super::signals::Signals;
use crate::reference::variants::Variant;
use crate::reference::{self, Options, Running, Settings, TEST_SUPPORT_HELP, VariantSet, faults};
use crate::target::profile::parse_duration;

fn examples() -> String {
    format!(
        "\
Examples:
  conformance serve --write-profile p.toml
      and in another shell: conformance run --profile-file p.toml
  conformance serve --listen 127.0.0.1:8080 --access-life 30s

{TEST_SUPPORT_HELP}"
    )
}

/// Starts the reference server, and serves until Ctrl-C.
///
/// The whole API, in memory, on a virtual clock. It prints its URL, client id and secret. It holds every rule of the
/// contract, unless a fault is switched on.
#[derive(Debug, Clone, clap::Args)]
#[command(after_long_help = examples())]
pub(super) struct Args {
    /// Address to listen on; port 0 takes any free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    listen: SocketAddr,

    /// Writes a profile that reaches this server, and the client secret beside it in FILE.secret.
    #[arg(long, value_name = "FILE")]
    write_profile: Option<PathBuf>,

    /// Does this one thing wrong; see `conformance list faults`.
    #[arg(long, value_name = "ID")]
    fault: Option<String>,

    /// Takes a legitimate freedom (repeatable); see `conformance list variants`.
    #[arg(long, value_name = "ID")]
    variant: Vec<String>,

    /// Where codes come from: equal seeds send equal codes.
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,

    /// Sends this code always, as many a staging deployment does.
    #[arg(long, value_name = "DIGITS", value_parser = digits)]
    fixed_code: Option<String>,

    /// Answers each request so much later, as a server that is far away, such as `100ms`.
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    latency: Option<Duration>,

    #[command(flatten, next_help_heading = "Lives, waits and limits, by the virtual clock")]
    settings: SettingsArgs,
}

#[derive(Debug, Clone, clap::Args)]
struct SettingsArgs {
    /// How long an access token lives.
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    access_life: Option<Duration>,

    /// How long a refresh token lives.
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    refresh_life: Option<Duration>,

    /// How long a code can be used.
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    code_life: Option<Duration>,

    /// How long to wait between two codes.
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    resend_wait: Option<Duration>,

    /// How long a mailed link can be used.
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    email_life: Option<Duration>,

    /// How long to wait between two mails.
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    email_wait: Option<Duration>,

    /// How many codes are sent in one day.
    #[arg(long, value_name = "N")]
    send_limit: Option<u32>,

    /// How many wrong codes are taken in one day.
    #[arg(long, value_name = "N")]
    guess_limit: Option<u32>,
}

fn digits(text: &str) -> Result<String, String> {
    let right = (4..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if right { Ok(text.to_owned()) } else { Err("a code is 4 to 8 digits".to_owned()) }
}

impl SettingsArgs {
    fn settings(&self) -> Settings {
        let default = Settings::default();
        Settings {
            access_life: self.access_life.unwrap_or(default.access_life),
            refresh_life: self.refresh_life.unwrap_or(default.refresh_life),
            code_life: self.code_life.unwrap_or(default.code_life),
            resend_wait: self.resend_wait.unwrap_or(default.resend_wait),
            email_life: self.email_life.unwrap_or(default.email_life),
            email_wait: self.email_wait.unwrap_or(default.email_wait),
            send_limit: self.send_limit.unwrap_or(default.send_limit),
            guess_limit: self.guess_limit.unwrap_or(default.guess_limit),
            password_cost: default.password_cost,
        }
    }
}

pub(super) fn execute(args: &Args) -> Result<ExitCode, CliError> {
    let options = options(args)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| CliError::Internal(format!("cannot start a runtime: {error}")))?;
    runtime.block_on(serve(args, options))
}

fn options(args: &Args) -> Result<Options, CliError> {
    for name in &args.variant {
        names::require("variant", name, Variant::ALL.iter().map(|variant| variant.id()))?;
    }
    if let Some(name) = &args.fault {
        names::require("fault", name, faults::all().map(|fault| fault.id))?;
    }
    let variants = VariantSet::parse(args.variant.iter().map(String::as_str));
    Ok(Options {
        listen: args.listen,
        settings: args.settings.settings(),
        fault: args.fault.as_deref().and_then(faults::find),
        variants: variants.map_err(|error| CliError::usage(error.to_string()))?,
        seed: args.seed,
        fixed_code: args.fixed_code.clone(),
        latency: args.latency.unwrap_or_default(),
        ..Options::default()
    })
}

async fn serve(args: &Args, options: Options) -> Result<ExitCode, CliError> {
    let server = reference::start(options).await.map_err(|error| CliError::Usage {
        message: format!("cannot listen on {}: {error}", args.listen),
        help: Some("port 0 takes any free one".to_owned()),
    })?;
    let deaf = |error: io::Error| CliError::Internal(format!("cannot wait for Ctrl-C: {error}"));
    let mut signals = Signals::listen().map_err(deaf)?;
    if let Some(path) = &args.write_profile {
        write_profile(&server, path)?;
    }
    output::print(&greeting(&server, args.write_profile.as_deref()))?;
    signals.next().await.map_err(deaf)?;
    server.shutdown().await;
    Ok(ExitCode::SUCCESS)
}

fn greeting(server: &Running, profile: Option<&Path>) -> String {
    let mut text = format!(
        "url            {}\nclient id      {}\nclient secret  {}\n",
        server.base_url(),
        server.client_id(),
        server.client_secret()
    );
    if let Some(path) = profile {
        text.push_str(&format!("profile        {}\n", path.display()));
    }
    text.push_str("stop it with Ctrl-C\n");
    text
}

/// Writes the secret, then the profile that refers to it, so that a profile that is there works.
fn write_profile(server: &Running, path: &Path) -> Result<(), CliError> {
    let unwritable = |path: &Path, cause| CliError::Unwritable { path: path.to_owned(), cause };
    let mut secret = path.as_os_str().to_owned();
    secret.push(".secret");
    let secret = std::path::absolute(PathBuf::from(secret)).map_err(|cause| unwritable(path, cause))?;
    write_private(&secret, server.client_secret()).map_err(|cause| unwritable(&secret, cause))?;
    let profile = server.profile_toml_with_secret_file(&secret);
    std::fs::write(path, profile).map_err(|cause| unwritable(path, cause))
}

/// Writes a file that only its owner may read.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
        options.mode(0o600);
        let mut file = options.open(path)?;
        // The mode counts only for a new file; an old one may be open to others.
        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
        file.write_all(text.as_bytes())
    }
    #[cfg(not(unix))]
    options.open(path)?.write_all(text.as_bytes())
}
