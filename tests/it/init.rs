//! `init` on a terminal: it asks for what it was not told, again where an answer is wrong, and writes what it was told.
#![cfg(target_os = "linux")]

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::command::command;

/// Types these lines at `init`, which runs at a terminal of its own; the exit code, and what the terminal showed.
fn typed(folder: &Path, arguments: &str, lines: &[&str]) -> (Option<i32>, String) {
    let program = command(&[]).get_program().to_str().unwrap().to_owned();
    let mut script = Command::new("script");
    script.args(["-qec", &format!("'{program}' init {arguments}"), "/dev/null"]).current_dir(folder).env_remove("CI");
    let mut child = script.env("NO_COLOR", "1").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    // It stays open: its end would be one of the answers.
    let mut keyboard = child.stdin.take().unwrap();
    for line in lines {
        writeln!(keyboard, "{line}").unwrap();
    }
    let mut shown = String::new();
    child.stdout.take().unwrap().read_to_string(&mut shown).unwrap();
    let code = child.wait().unwrap().code();
    drop(keyboard);
    (code, shown)
}

#[test]
fn what_was_not_told_is_asked_and_asked_again_until_it_is_right() {
    let folder = tempfile::tempdir().unwrap();
    let lines = [
        "no URL at all",
        "https://staging.example.test",
        "",
        "an-id",
        "STAGING_SECRET",
        "+97150{9..1}",
        "+97150{0000000..9999999}",
        "by pigeon",
        "http",
        "https://inbox.example.test/sms?phone=${phone}",
    ];
    let (code, shown) = typed(folder.path(), "", &lines);
    assert_eq!(code, Some(0), "{shown}");
    for (question, times) in [
        ("base URL of the deployment: ", 2),
        ("name of the target [staging]: ", 1),
        ("client id (empty for none): ", 1),
        ("phones that may be used, such as +9715{0000000..9999999} (empty for none): ", 2),
        ("where codes are read: none, fixed, http, command, file or prompt [none]: ", 2),
        ("URL of the inbox, with ${phone} in it: ", 1),
        ("one of none, fixed, http, command, file, prompt", 1),
        ("the range ends before it begins", 1),
        ("wrote conformance.toml", 1),
    ] {
        assert_eq!(shown.matches(question).count(), times, "`{question}` in {shown}");
    }
    let profile = fs::read_to_string(folder.path().join("conformance.toml")).unwrap();
    for line in [
        "[target.staging]",
        "url = \"https://staging.example.test/api/v1\"",
        "client_id = \"an-id\"",
        "client_secret = { env = \"STAGING_SECRET\" }",
        "phones = \"+97150{0000000..9999999}\"",
        "[target.staging.sms]",
        "source = \"http\"",
        "url = \"https://inbox.example.test/sms?phone=${phone}\"",
    ] {
        assert!(profile.lines().any(|written| written.starts_with(line)), "`{line}` in {profile}");
    }
    // It is a profile, as it stands.
    let planned =
        command(&["run", "--dry-run"]).current_dir(folder.path()).env("STAGING_SECRET", "x").output().unwrap();
    assert_eq!(planned.status.code(), Some(0), "{}", String::from_utf8_lossy(&planned.stderr));
}

#[test]
fn what_was_told_is_not_asked() {
    let folder = tempfile::tempdir().unwrap();
    let told = "--url https://s.example.test --name s --client-id i --client-secret-env V --phones +971500000000 --source none";
    let (code, shown) = typed(folder.path(), told, &[]);
    assert_eq!(code, Some(0), "{shown}");
    assert!(!shown.contains(": ") || shown.starts_with("wrote "), "{shown}");
}
