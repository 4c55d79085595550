//! Names that a user gives and that must exist.

use super::error::CliError;
use crate::diagnostic::suggest;

/// Refuses a name that there is not, with the nearest one that there is.
pub(super) fn require<'a>(kind: &str, name: &str, known: impl IntoIterator<Item = &'a str>) -> Result<(), CliError> {
    let known: Vec<&str> = known.into_iter().collect();
    if known.contains(&name) { Ok(()) } else { Err(unknown(kind, name, known)) }
}

/// What `conformance list` takes for a kind of name; for ids of any kind and for areas, what leads to them.
fn listed(kind: &str) -> String {
    match kind {
        "id" => "`conformance list KIND` shows the ids of a kind, such as flows or requirements".to_owned(),
        "area" => "`conformance list faults` and `list mutants` show the areas".to_owned(),
        kind => format!("`conformance list {kind}s` shows what there is"),
    }
}

/// The error for a name that there is not.
pub(super) fn unknown<'a>(kind: &str, name: &str, known: impl IntoIterator<Item = &'a str>) -> CliError {
    let help = suggest(name, known).unwrap_or_else(|| listed(kind));
    CliError::Usage { message: format!("there is no {kind} `{name}`"), help: Some(help) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_is_refused_with_the_nearest() {
        assert!(require("flow", "sign-in", ["sign-up", "sign-in"]).is_ok());
        let error = require("flow", "sing-in", ["sign-up", "sign-in"]).unwrap_err();
        assert_eq!((error.exit_code(), error.to_string().as_str()), (2, "there is no flow `sing-in`"));
        assert_eq!(error.help(), Some("did you mean `sign-in`?"));
    }
}
