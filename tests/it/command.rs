//! Runs the command and shows all that came of it.

use std::path::Path;

use assert_cmd::Command;

/// Runs the command; whole exit code, standard output and standard error as one text.
pub fn conformance(arguments: &[&str]) -> String {
    let output = command(arguments).output().unwrap();
    let code = output.status.code().map_or_else(|| "none".to_owned(), |code| code.to_string());
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the command prints UTF-8");
    format!("exit code: {code}\n--- stdout\n{}--- stderr\n{}", text(output.stdout), text(output.stderr))
}

/// Runs the command with a small contract of another domain, so that no change of the API's contract shows.
pub fn library(arguments: &[&str]) -> String {
    let folders = ["--contract", "library/schemas", "--suites", "library/suites"];
    conformance(&[arguments, &folders].concat())
}

/// The command, in the folder of these tests and in an environment without surprises.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("conformance").unwrap();
    command.args(arguments).current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it"));
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "TERM", "CI"] {
        command.env_remove(variable);
    }
    command
}
