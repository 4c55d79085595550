//! Finds and reads the file of waivers, on the day that the clock shows.

use std::path::Path;

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};

use super::error::CliError;
use crate::waiver::{self, Waiver};

/// The file that is looked for in the working directory.
pub(super) const FILE: &str = "waivers.toml";

/// Today in UTC.
pub(super) fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}

/// The waivers of the file that was named, else of the one in the working directory, else none.
pub(super) fn load(named: Option<&Path>, today: Date) -> Result<Vec<Waiver>, CliError> {
    let path = named.unwrap_or(Path::new(FILE));
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(waiver::parse(&text, &path.to_string_lossy(), today)?),
        Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(CliError::usage(format!("cannot read the waivers `{}`: {error}", path.display()))),
    }
}
