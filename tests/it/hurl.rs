//! `repro --format hurl` from outside. Where Hurl is, its files are run; `.ci/run` makes sure of it.

use std::io::Cursor;
use std::path::Path;
use std::process::{Command, Output};

use conformance::judge::{Keep, judge_recording};
use conformance::repro::{Recorded, ReproError, hurl};
use conformance::target::profile::{self, Surroundings};
use rstest::rstest;

use crate::command::{command, conformance};
use crate::scripts::{Library, repro_line, shown};
use crate::servers::{Reference, text};

/// Runs files of Hurl; `HURL` names the program.
fn run(files: &[&Path], at: &str) -> Output {
    let program = std::env::var("HURL").unwrap_or_else(|_| "hurl".to_owned());
    let mut command = Command::new(&program);
    command.args(["--test", "--no-color", "--jobs", "1", "--variable", &format!("target={at}")]);
    command.args(["--secret", "client_secret=reference-client-secret"]).args(files);
    command.output().unwrap_or_else(|error| panic!("`{program}` does not start: {error}"))
}

/// A run finds the fault; the file for what it found fails in its last entry, and passes without the fault.
#[rstest]
#[case::a_kept_session("logout-keeps-access", "logout", "logout-ends-access", false)]
#[case::a_lived_reset("reset-old-password-lives", "password-reset", "reset-old-password-dead", false)]
#[case::a_clock("access-never-expires", "tokens-life", "access-token-expires", false)]
#[case::a_code("code-second-attempt", "verify-phone", "", false)]
#[case::a_mailed_link("link-says-so-only", "verify-email", "", true)]
#[case::a_block("blocked-user-verifies", "blocked", "", false)]
#[case::a_value("complete-loses-gender", "complete", "", true)]
#[case::every_answer("token-cacheable", "token", "token-no-store", false)]
#[case::a_model("profile-id-number", "profile", "user-profile-out-model", false)]
#[case::a_generated_case("signup-any-phone", "generated", "", false)]
#[case::a_claim_of_equal_values("profile-phone-unverifies", "profile", "", false)]
#[ignore = "needs Hurl, which .ci/run installs"]
fn the_file_of_a_failure_leads_hurl_to_it(
    #[case] fault: &str,
    #[case] suite: &str,
    #[case] rule: &str,
    #[case] recorded: bool,
) {
    let (broken, clean) = (Reference::start(Some(fault)), Reference::start(None));
    let (profile, home) = (broken.profile(), tempfile::tempdir().unwrap());
    let recording = home.path().join("run.jsonl");
    let arguments =
        ["run", "--profile-file", text(&profile), "--suite", suite, "--strict", "--record", text(&recording)];
    let out = command(&arguments).output().unwrap();
    let out = String::from_utf8(out.stdout).unwrap();
    let line = repro_line(&out, |line| rule.is_empty() || line.contains(&format!("/{rule} ")));
    let mut words = shlex::split(line).unwrap();
    words.extend(["--format".to_owned(), "hurl".to_owned()]);
    if recorded {
        words.extend(["--recording".to_owned(), text(&recording).to_owned()]);
    }
    let words: Vec<&str> = words[1..].iter().map(String::as_str).collect();
    let made = command(&words).output().unwrap();
    assert!(made.status.success(), "{line}: {}", shown(&made));
    let text = String::from_utf8(made.stdout).unwrap();
    assert!(!text.contains("reference-client-secret"));
    let file = home.path().join("repro.hurl");
    std::fs::write(&file, &text).unwrap();
    let none = run(&[&file], clean.url());
    assert_eq!(none.status.code(), Some(0), "{line}\n{}\n{text}", shown(&none));
    let shows = run(&[&file], broken.url());
    assert_eq!(shows.status.code(), Some(4), "{line}\n{}\n{text}", shown(&shows));
    // `--> FILE:LINE:COLUMN` of what failed, which stands in the last entry.
    let last = text.lines().count() - text.rsplit("\n\n").next().unwrap().lines().count();
    let errors = shown(&shows);
    let lines =
        errors.lines().filter_map(|line| line.trim().strip_prefix("--> ")?.rsplit(':').nth(1)?.parse::<usize>().ok());
    let lines: Vec<usize> = lines.collect();
    assert!(!lines.is_empty() && lines.iter().all(|line| *line > last), "{lines:?}, last entry from {last}: {errors}");
}

/// Flows in which the reference server takes another way than the one that a file takes without a recording.
const OTHER_WAY: [&str; 9] = [
    "ask-for-a-reset-of-a-phone-without-an-account",
    "change-a-password",
    "go-through-a-reset-of-a-phone-without-an-account",
    "reset-the-phone-of-a-signup",
    "set-two-passwords-with-one-reset",
    "sign-up-with-the-email-of-an-account",
    "sign-up-with-the-phone-of-an-account",
    "verify-the-email-of-a-signup",
    "verify-the-phone-of-an-account-by-a-signup",
];

/// Every flow that can be said in a file for Hurl passes on the clean server; with a recording on its way, without one
/// on that which is assumed. Why the others cannot be is told.
#[rstest]
#[case::on_the_way_that_is_assumed(false, 175)]
#[case::on_the_way_that_was_recorded(true, 185)]
#[ignore = "needs Hurl, which .ci/run installs"]
fn every_flow_that_can_be_a_file_passes_on_the_clean_server(#[case] recorded: bool, #[case] least: usize) {
    let library = Library::embedded();
    let server = Reference::start(None);
    let (profile, home) = (server.profile(), tempfile::tempdir().unwrap());
    let recording = home.path().join("run.jsonl");
    if recorded {
        let other = Reference::start(None);
        let at = other.profile();
        let arguments = ["run", "--profile-file", text(&at), "-q", "--record", text(&recording)];
        assert!(command(&arguments).output().unwrap().status.success());
    }
    let profile = std::fs::read_to_string(profile).unwrap();
    let secret = |_: &_| Ok("reference-client-secret".to_owned());
    let surroundings = Surroundings { base_path: "", requirements: &[], secret: &secret };
    let target = profile::parse(&profile, Path::new("p.toml"), None, &surroundings).unwrap();
    let (mut files, mut reasons) = (Vec::new(), std::collections::BTreeMap::<String, usize>::new());
    let run_all = recorded.then(|| std::fs::read(&recording).unwrap());
    let judged =
        run_all.map(|bytes| judge_recording(Cursor::new(bytes), &library.contract, false, Keep::Everything).unwrap().0);
    for flow in library.suites.flows() {
        let way = judged.as_ref().and_then(|run| Recorded::of(run, &flow.id));
        let case = library.case(flow, &target, way.as_ref());
        match hurl(&case) {
            Ok(text) => {
                assert!(!text.contains("reference-client-secret"), "{}", flow.id);
                let file = home.path().join(format!("{}.hurl", flow.id));
                std::fs::write(&file, text).unwrap();
                files.push(file);
            }
            Err(ReproError::NotInHurl { why, .. }) => *reasons.entry(why).or_default() += 1,
            Err(other) => panic!("{}: {other}", flow.id),
        }
    }
    println!("{} files; not: {reasons:#?}", files.len());
    let files: Vec<&Path> = files.iter().map(AsRef::as_ref).collect();
    let output = run(&files, server.url());
    let said = shown(&output);
    let failed =
        said.lines().filter_map(|line| line.strip_prefix("Failure ")?.split(".hurl").next()?.rsplit('/').next());
    let mut failed: Vec<&str> = failed.collect();
    failed.sort_unstable();
    let expected: &[&str] = if recorded { &[] } else { &OTHER_WAY };
    assert_eq!(failed, expected, "{said}");
    assert!(files.len() >= least, "{} files; not: {reasons:#?}", files.len());
}

#[test]
fn what_hurl_cannot_do_is_a_wrong_use_that_says_so() {
    let shown = conformance(&["repro", "--embedded", "--format", "hurl", "show-one-code-twice-at-once"]);
    let error =
        "error: step `1` cannot be said in a file for Hurl: Hurl sends one request at a time, and this is a race\n";
    let help = "help: `--format shell` prints a script of curl calls, which can\n";
    assert_eq!(shown, format!("exit code: 2\n--- stdout\n--- stderr\n{error}{help}"));
}
