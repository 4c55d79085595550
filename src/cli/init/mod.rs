//! `conformance init`: writes a profile with every setting explained.

mod template;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::ValueEnum;

use super::error::CliError;
use super::globals::Globals;
use super::output;
use super::target::PROFILE_FILE;
use super::terminal::Terminal;
use crate::target::{Phones, base_url};

const EXAMPLES: &str = "\
Examples:
  conformance init
      Asks what it has to know, on a terminal.
  conformance init --url https://staging.example.test --client-id ID \\
    --client-secret-env STAGING_SECRET --phones '+9715{0000000..9999999}' \\
    --source http --inbox 'https://inbox.example.test/sms?phone=${phone}'

Then: export the variable of the secret, `conformance doctor`, `conformance run`.
";

/// Writes a profile, conformance.toml, with every setting explained; asks on a terminal.
///
/// What is not given stands in it as a comment. An existing file is never overwritten without --force.
#[derive(Debug, Clone, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Args {
    /// Where to write it.
    #[arg(value_name = "FILE", default_value = PROFILE_FILE)]
    file: PathBuf,

    /// Name of the target.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// Base URL of the deployment; without a path, the documented base path is taken.
    #[arg(long, value_name = "URL")]
    url: Option<String>,

    /// The client's id.
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,

    /// The environment variable that holds the client's secret.
    #[arg(long, value_name = "VARIABLE")]
    client_secret_env: Option<String>,

    /// Numbers that the tool may use, such as `+9715{0000000..9999999}`.
    #[arg(long, value_name = "RANGE")]
    phones: Option<String>,

    /// Where codes are read.
    #[arg(long, value_enum, value_name = "KIND")]
    source: Option<SourceKind>,

    /// The URL of the inbox, the path of the log, or the fixed code, as the source wants it.
    #[arg(long, value_name = "TEXT")]
    inbox: Option<String>,

    /// Overwrites an existing file.
    #[arg(long)]
    force: bool,
}

/// The kinds of source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SourceKind {
    /// Codes cannot be read yet.
    None,
    /// The same code always.
    Fixed,
    /// An inbox over HTTP.
    Http,
    /// What a command prints.
    Command,
    /// What is appended to a log.
    File,
    /// Somebody at the terminal.
    Prompt,
}

/// What the profile is to say.
#[derive(Debug, Clone)]
pub(super) struct Answers {
    pub(super) name: String,
    pub(super) url: String,
    pub(super) client_id: Option<String>,
    pub(super) secret_variable: Option<String>,
    pub(super) phones: Option<String>,
    pub(super) source: SourceKind,
    pub(super) inbox: Option<String>,
}

pub(super) fn execute(args: &Args, globals: &Globals) -> Result<ExitCode, CliError> {
    if args.file.exists() && !args.force {
        return Err(CliError::Usage {
            message: format!("`{}` is there already", args.file.display()),
            help: Some("give another FILE, or --force to overwrite it".to_owned()),
        });
    }
    let contract = globals.load_contract()?;
    let answers = answers(args, contract.base_path())?;
    write(&args.file, &template::profile(&answers), args.force)?;
    let file = if args.file == Path::new(PROFILE_FILE) {
        String::new()
    } else {
        format!(" --profile-file {}", args.file.display())
    };
    let export = answers.secret_variable.map(|name| format!("export {name}=…, then ")).unwrap_or_default();
    output::print(&format!(
        "wrote {}\nnext: {export}`conformance doctor{file}`, then `conformance run{file}`\n",
        args.file.display()
    ))?;
    Ok(ExitCode::SUCCESS)
}

fn write(path: &Path, text: &str, force: bool) -> Result<(), CliError> {
    let unwritable = |cause| CliError::Unwritable { path: path.to_owned(), cause };
    let mut options = std::fs::OpenOptions::new();
    options.write(true);
    // Whoever came first since the look above keeps the file.
    if force {
        options.create(true).truncate(true)
    } else {
        options.create_new(true)
    };
    let mut file = options.open(path).map_err(unwritable)?;
    file.write_all(text.as_bytes()).map_err(unwritable)
}

fn answers(args: &Args, base_path: &str) -> Result<Answers, CliError> {
    let terminal = Terminal::open().is_some();
    let wrong = |option: &'static str| move |message: String| CliError::usage(format!("{option}: {message}"));
    let url = |text: &str| base_url(text, base_path).map(|url| url.to_string());
    let phones = |text: &str| Phones::pattern(text).map(|_| text.to_owned());
    let any = |text: &str| Ok::<_, String>(text.to_owned());
    let url = match &args.url {
        Some(text) => url(text).map_err(wrong("--url"))?,
        None if terminal => asked("base URL of the deployment", "", &url)?.unwrap_or_default(),
        None => {
            return Err(CliError::Usage {
                message: "the profile wants --url: nobody can be asked, as this is no terminal".to_owned(),
                help: Some("for example: conformance init --url https://staging.example.test".to_owned()),
            });
        }
    };
    let given_or_asked = |given: &Option<String>, question: &str, default: &str| match given {
        Some(given) => Ok(Some(given.clone())),
        None if terminal => asked(question, default, &any),
        None => Ok(Some(default.to_owned()).filter(|default| !default.is_empty())),
    };
    let name = given_or_asked(&args.name, "name of the target", "staging")?.unwrap_or_else(|| "staging".to_owned());
    bare_key(&name)?;
    let client_id = given_or_asked(&args.client_id, "client id (empty for none)", "")?;
    let secret_variable = given_or_asked(
        &args.client_secret_env,
        "environment variable that holds the client secret (empty for none)",
        "",
    )?;
    let phones = match &args.phones {
        Some(text) => Some(phones(text).map_err(wrong("--phones"))?),
        None if terminal => {
            asked("phones that may be used, such as +9715{0000000..9999999} (empty for none)", "", &phones)?
        }
        None => None,
    };
    let source = match args.source {
        Some(source) => source,
        None if terminal => {
            let kind = |text: &str| {
                SourceKind::from_str(text, true)
                    .map_err(|_| "one of none, fixed, http, command, file, prompt".to_owned())
            };
            asked("where codes are read: none, fixed, http, command, file or prompt", "none", &kind)?
                .unwrap_or(SourceKind::None)
        }
        None => SourceKind::None,
    };
    let question = match source {
        SourceKind::Fixed => Some("the code"),
        SourceKind::Http => Some("URL of the inbox, with ${phone} in it"),
        SourceKind::File => Some("path of the log"),
        SourceKind::None | SourceKind::Command | SourceKind::Prompt => None,
    };
    let inbox = match question {
        Some(question) => given_or_asked(&args.inbox, question, "")?,
        None => args.inbox.clone(),
    };
    Ok(Answers { name, url, client_id, secret_variable, phones, source, inbox })
}

/// An answer that is right; asked again until it is. An empty one takes the default.
fn asked<T>(question: &str, default: &str, read: &dyn Fn(&str) -> Result<T, String>) -> Result<Option<T>, CliError> {
    let shown = if default.is_empty() { question.to_owned() } else { format!("{question} [{default}]") };
    loop {
        let line = Terminal::line(&shown).map_err(CliError::Internal)?;
        let text = if line.is_empty() { default } else { &line };
        if text.is_empty() {
            return Ok(None);
        }
        match read(text) {
            Ok(value) => return Ok(Some(value)),
            Err(message) => output::eprint(&format!("  {message}\n"))?,
        }
    }
}

/// A name that needs no quotes.
fn bare_key(name: &str) -> Result<(), CliError> {
    let right = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if right {
        Ok(())
    } else {
        Err(CliError::usage(format!("`{name}` is no name for a target: letters, digits, `-` and `_`")))
    }
}
