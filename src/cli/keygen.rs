//! `conformance keygen`: makes the key of a sign-off.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::error::CliError;
use super::output;
use crate::signoff::key::PrivateKey;

const EXAMPLES: &str = "\
Examples:
  conformance keygen release.key
      writes release.key, which you keep, and release.key.pub, which you give to whoever verifies.
  openssl pkey -pubin -in release.key.pub -text
      other tools read both.
";

/// Makes a key to sign releases off with.
///
/// An ed25519 key: the private one in PKCS#8 PEM, readable by you alone, and the public one beside it in FILE.pub. A
/// file that is there is never overwritten.
#[derive(Debug, Clone, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Args {
    /// Where the private key goes.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(super) fn execute(args: &Args) -> Result<ExitCode, CliError> {
    let unmade = |error: crate::signoff::key::KeyError| CliError::Internal(error.to_string());
    let public_file = PathBuf::from(format!("{}.pub", args.file.display()));
    if let Some(there) = [&args.file, &public_file].into_iter().find(|path| path.symlink_metadata().is_ok()) {
        return Err(CliError::Usage {
            message: format!("`{}` is there already, and a key is never overwritten", there.display()),
            help: Some("name another file, or move the old key away".to_owned()),
        });
    }
    let key = PrivateKey::generate().map_err(unmade)?;
    write_new(&args.file, &key.to_pem().map_err(unmade)?, true)?;
    write_new(&public_file, &key.public().to_pem().map_err(unmade)?, false)?;
    output::print(&format!(
        "private key  {}  (keep it secret: whoever has it can sign)\npublic key   {}  (for `conformance verify --key`)\nkey id       {}\n",
        args.file.display(),
        public_file.display(),
        key.public().id().map_err(unmade)?,
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// Writes a file that is not there yet; a private one is so from its first byte.
fn write_new(path: &Path, text: &str, private: bool) -> Result<(), CliError> {
    let unwritable = |cause: io::Error| CliError::Unwritable { path: path.to_owned(), cause };
    let mut file = open_new(path, private).map_err(unwritable)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(unwritable)
}

#[cfg(unix)]
fn open_new(path: &Path, private: bool) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let mode = if private { 0o600 } else { 0o644 };
    OpenOptions::new().write(true).create_new(true).mode(mode).open(path)
}

#[cfg(not(unix))]
fn open_new(path: &Path, _private: bool) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}
