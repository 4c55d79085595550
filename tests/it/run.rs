//! `run` from outside: each exit code, each way in which a run could be falsely green, and what it leaves behind.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use rstest::rstest;
use serde_json::Value;

use crate::command::{command, conformance};
use crate::servers::{Raw, Reference, html, nowhere, text};

/// What came of a command.
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

fn ran(arguments: &[&str]) -> Ran {
    let output = command(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// A run with its JSON report.
fn reported(arguments: &[&str]) -> (Option<i32>, Value) {
    let ran = ran(&[&["run", "--report", "json=-", "-q"], arguments].concat());
    let report = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}{}", ran.out, ran.err));
    (ran.code, report)
}

fn statuses(report: &Value) -> BTreeMap<&str, &str> {
    let requirements = report["requirements"].as_array().unwrap();
    requirements.iter().map(|it| (it["id"].as_str().unwrap(), it["status"].as_str().unwrap())).collect()
}

// --- usage: 2

#[rstest]
#[case::suite(&["--suite", "logot"], "there is no suite `logot`; did you mean `logout`?")]
#[case::flow(&["--flow", "cases-end-a-sesion"], "there is no flow `cases-end-a-sesion`; did you mean `cases-end-a-session`?")]
#[case::operation(&["--operation", "GET /auth/usr"], "there is no operation `GET /auth/usr`; did you mean `GET /auth/user`?")]
#[case::requirement(&["--requirement", "no-server-eror"], "there is no requirement `no-server-eror`; did you mean `no-server-error`?")]
#[case::second(&["--suite", "logout", "--suite", ""], "there is no suite ``")]
#[case::nothing(&["--suite", "races", "--flow", "cases-end-a-session"], "no flow is selected: nothing matches all of the given filters")]
#[case::no_url(&["--target", "localhost"], "--target: `localhost` is no URL")]
#[case::no_http(&["--target", "ftp://localhost"], "--target: `ftp://localhost` is no http or https URL")]
#[case::no_profile(&["--profile", "staging"], "cannot read the profile `conformance.toml`: ")]
#[case::no_report(&["--report", "json=nowhere/report.json"], "cannot write `nowhere/report.json`: ")]
#[case::no_record(&["--record", "nowhere/run.jsonl"], "cannot write `nowhere/run.jsonl`: ")]
#[case::no_suites(&["--suites", "snapshots"], "expected suites in `snapshots`, found none")]
fn a_wrong_use_sends_nothing(#[case] arguments: &[&str], #[case] message: &str) {
    let ran = ran(&[&["run"], arguments].concat());
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{}", ran.err);
    assert!(ran.err.starts_with(&format!("error: {message}")), "{}", ran.err);
}

#[rstest]
#[case::unknown_key("url = \"http://127.0.0.1:1\"\nclient_idd = \"x\"", "has no key `client_idd`")]
#[case::no_toml("url = ", "p.toml:2:")]
#[case::no_url("url = \"localhost\"", "url")]
#[case::unset_secret(
    "url = \"http://127.0.0.1:1\"\nclient_secret = { env = \"NO_VARIABLE_OF_THIS_NAME\" }",
    "the environment variable `NO_VARIABLE_OF_THIS_NAME` is not set"
)]
fn a_bad_profile_sends_nothing(#[case] target: &str, #[case] message: &str) {
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("p.toml");
    fs::write(&profile, format!("[target.staging]\n{target}\n")).unwrap();
    let ran = ran(&["run", "--profile-file", text(&profile)]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{}", ran.err);
    assert!(ran.err.contains(message), "{}", ran.err);
}

#[test]
fn a_target_that_the_profile_does_not_know_sends_nothing() {
    let server = Reference::start(None);
    let ran = ran(&["run", "--profile-file", text(&server.profile()), "--profile", "referense"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("no target `referense`; did you mean `reference`?"), "{}", ran.err);
}

#[test]
fn a_broken_suite_or_contract_sends_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let suites = folder.path().join("suites");
    let schemas = folder.path().join("schemas");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("suites"), &suites);
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas"), &schemas);
    let run = |flag: &str, folder: &Path| ran(&["run", "--suite", "logout", flag, text(folder)]);
    assert_eq!(run("--suites", &suites).code, Some(0));
    assert_eq!(run("--contract", &schemas).code, Some(0));

    change(&suites.join("logout.yaml"), "steps:", "stpes:");
    let broken = run("--suites", &suites);
    assert_eq!((broken.code, broken.out.as_str()), (Some(2), ""));
    assert!(broken.err.contains("logout.yaml") && broken.err.contains("did you mean `steps`?"), "{}", broken.err);

    change(&schemas.join("models/Token.json"), "\"type\": \"object\"", "\"tpye\": \"object\"");
    let broken = run("--contract", &schemas);
    assert_eq!((broken.code, broken.out.as_str()), (Some(2), ""));
    assert!(broken.err.contains("models/Token.json"), "{}", broken.err);
}

#[test]
fn a_run_that_sends_nothing_is_no_success() {
    let folder = tempfile::tempdir().unwrap();
    let suite = "suite: idle\nabout: Nothing is sent.\nflows:\n  - id: idle-about\n    about: A value is made.\n    \
                 steps:\n      - make: { it: { fresh: uuid } }\n";
    fs::write(folder.path().join("idle.yaml"), suite).unwrap();
    let ran = ran(&["run", "--suites", text(folder.path()), "-q"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), "NOTHING SENT: no request was sent, so nothing is known\n"));
}

// --- not conformant: 1, or not to be told: 3

#[test]
fn a_target_that_is_not_there_is_inconclusive() {
    let ran = ran(&["run", "--target", &nowhere()]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(3), ""));
    assert!(ran.err.starts_with("error: nothing answers at http://127.0.0.1:"), "{}", ran.err);
}

const YES: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";

#[rstest]
#[case::empty_objects(YES, &[1])]
#[case::html(html(200), &[1])]
#[case::not_found(html(404), &[1, 3])]
#[case::bad_gateway(html(502), &[1])]
#[case::nothing("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n", &[1])]
#[case::no_content("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n", &[1])]
#[case::sent_elsewhere("HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 0\r\nconnection: close\r\n\r\n", &[1, 3])]
#[case::cut_off("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{}", &[3])]
#[case::no_http("220 smtp.example.com ready\r\n", &[3])]
#[case::closed("", &[3])]
#[case::unauthorized(
    "HTTP/1.1 401 Unauthorized\r\nwww-authenticate: Bearer\r\ncontent-type: application/json\r\ncontent-length: 84\r\n\
     connection: close\r\n\r\n{\"code\":401,\"error\":\"auth_bad_credentials\",\"message\":\"Could not validate credentials\"}",
    &[1, 3]
)]
fn a_target_that_answers_everything_alike_is_never_green(#[case] answer: &'static str, #[case] codes: &[i32]) {
    let server = Raw::answering(answer);
    let ran = ran(&["run", "-q", "--suite", "profile", "--suite", "generated", "--target", &server.url()]);
    assert!(ran.code.is_some_and(|code| codes.contains(&code)), "{:?}: {}{}", ran.code, last(&ran.out), ran.err);
}

#[test]
fn a_whole_run_against_a_target_that_says_yes_to_everything_fails() {
    let server = Raw::answering(YES);
    let (code, report) = reported(&["--target", &server.url()]);
    assert_eq!((code, &report["conclusion"]), (Some(1), &Value::from("non-conformant")));
    let held = report["counts"]["requirements"]["held"].as_u64().unwrap();
    assert!(held < 20, "{held}");
}

#[rstest]
#[case::sms("sms", "verify-phone", "verify-start-sends-code")]
#[case::mail("mail", "verify-email", "email-start-sends-link")]
#[case::block("block", "blocked", "verify-blocked-user")]
#[case::clock("clock", "tokens-life", "access-token-expires")]
fn what_the_profile_lacks_is_not_judged(#[case] table: &str, #[case] suite: &str, #[case] requirement: &str) {
    let server = Reference::start(None);
    let (code, report) = reported(&["--suite", suite, "--profile-file", text(&server.profile_without(table))]);
    assert_eq!((code, &report["conclusion"]), (Some(3), &Value::from("inconclusive")));
    assert_eq!(report["counts"]["checks"]["fail"], 0, "{}", report["findings"]);
    assert_eq!(statuses(&report)[requirement], "not-judged");
}

#[test]
fn a_url_alone_leaves_what_needs_credentials_undecided() {
    let server = Reference::start(None);
    let (code, report) = reported(&["--target", server.url(), "--suite", "profile"]);
    assert_eq!((code, &report["counts"]["checks"]["fail"]), (Some(3), &Value::from(0)), "{}", report["findings"]);
}

#[rstest]
#[case::not_declared("", Some(3), "not-judged")]
#[case::declared("\n[target.reference.gaps]\nclient = \"none was given to us\"\n", Some(0), "gap")]
fn a_client_that_the_profile_does_not_give_is_no_choice_of_the_target(
    #[case] gaps: &str,
    #[case] code: Option<i32>,
    #[case] status: &str,
) {
    let server = Reference::start(None);
    let path = server.profile();
    let profile = std::fs::read_to_string(&path).unwrap();
    let bare: Vec<&str> = profile.lines().filter(|line| !line.starts_with("client_")).collect();
    std::fs::write(&path, format!("{}\n{gaps}", bare.join("\n"))).unwrap();
    let (ended, report) = reported(&["--profile-file", text(&path), "--suite", "token"]);
    assert_eq!(ended, code, "{}", report["findings"]);
    assert_eq!(statuses(&report)["token-wrong-client-secret-refused"], status);
}

/// A refusal for want of a client, in whatever else a request is wrong.
const WANTS_CLIENT: &str = "HTTP/1.1 422 Unprocessable Content\r\ncontent-type: application/json\r\ncontent-length: 81\r\n\
    connection: close\r\n\r\n{\"detail\":[{\"loc\":[\"body\",\"client_id\"],\"msg\":\"Field required\",\"type\":\"missing\"}]}";

#[test]
fn a_client_that_is_wanted_and_not_given_is_no_misnamed_field() {
    let server = Raw::answering(WANTS_CLIENT);
    let (_, report) = reported(&["--target", &server.url(), "--suite", "generated"]);
    assert_ne!(statuses(&report)["validation-loc-names-field"], "broken", "{}", report["findings"]);
}

#[test]
fn a_broken_should_warns_and_fails_under_strict_also_later() {
    let server = Reference::start(Some(SHOULD));
    let folder = tempfile::tempdir().unwrap();
    let recording = folder.path().join("run.jsonl");
    let profile = server.profile();
    let arguments = ["--profile-file", text(&profile), "--suite", "token"];
    let (code, report) = reported(&[&arguments[..], &["--record", text(&recording)]].concat());
    assert_eq!((code, statuses(&report)["token-no-store"]), (Some(0), "broken"));
    assert!(report["counts"]["checks"]["warn"].as_u64().unwrap() > 0);
    let (code, strict) = reported(&[&arguments[..], &["--strict"]].concat());
    assert_eq!((code, &strict["conclusion"]), (Some(1), &Value::from("non-conformant")));
    assert_eq!(ran(&["judge", text(&recording)]).code, Some(0));
    assert_eq!(ran(&["judge", text(&recording), "--strict"]).code, Some(1));
}

/// A fault of the reference server that breaks a `should` and nothing else.
const SHOULD: &str = "token-cacheable";

#[test]
fn fail_fast_stops_at_the_first_failure_and_says_so() {
    let server = Raw::answering(html(200));
    let url = server.url();
    let arguments = ["--target", &url, "--suite", "profile", "--jobs", "1", "--seed", "1"];
    let (whole_code, whole) = reported(&arguments);
    let (code, fast) = reported(&[&arguments[..], &["--fail-fast"]].concat());
    assert_eq!((whole_code, code), (Some(1), Some(1)));
    assert!(fast["findings"].to_string().contains("the run was to stop at the first failure"));
    let requests = |report: &Value| report["counts"]["requests"].as_u64().unwrap();
    assert!(requests(&fast) < requests(&whole), "{} of {}", requests(&fast), requests(&whole));
}

// --- internal: 4

#[cfg(target_os = "linux")]
#[rstest]
#[case::recording(&["--record", "/dev/full"], "cannot write the recording: ")]
#[case::report(&["--report", "json=/dev/full"], "cannot write `/dev/full`: ")]
fn what_cannot_be_written_in_the_end_is_no_success(#[case] arguments: &[&str], #[case] message: &str) {
    let ran = ran(&[&["run", "--suite", "logout", "-q"], arguments].concat());
    assert_eq!(ran.code, Some(4), "{}{}", ran.out, ran.err);
    assert!(ran.err.starts_with(&format!("error: {message}")), "{}", ran.err);
}

// --- interrupted: 130

fn spawned(arguments: &[&str]) -> Child {
    let mut command = std::process::Command::new(command(&[]).get_program());
    command.arg("run").args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[cfg(unix)]
fn signalled(child: Child, signal: &str) -> Ran {
    let sent = std::process::Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

#[cfg(unix)]
#[rstest]
#[case::by_hand("-INT")]
#[case::by_a_supervisor("-TERM")]
fn an_interrupted_run_is_written_and_marked(#[case] signal: &str) {
    let folder = tempfile::tempdir().unwrap();
    let (recording, report) = (folder.path().join("run.jsonl"), folder.path().join("report.json"));
    // The first few requests look whether the API is there; each flow sends one at least, and some wait for an answer.
    let (server, held) = Raw::silent_after(60);
    let json = format!("json={}", text(&report));
    let child = spawned(&["--target", &server.url(), "-q", "--record", text(&recording), "--report", &json]);
    held.recv().unwrap();
    let ran = signalled(child, signal);
    assert_eq!(ran.code, Some(130), "{}{}", ran.out, ran.err);
    assert_eq!(last(&ran.out), "INTERRUPTED: the run was stopped before its end, and says nothing about the rest");
    let report: Value = serde_json::from_str(&fs::read_to_string(&report).unwrap()).unwrap();
    assert_eq!((&report["conclusion"], &report["partial"]), (&Value::from("interrupted"), &Value::from(true)));
    assert_eq!(conformance(&["judge", text(&recording), "-q"]).lines().next(), Some("exit code: 130"));
}

#[cfg(unix)]
#[test]
fn a_run_can_be_interrupted_while_it_looks_for_its_target() {
    let (server, held) = Raw::silent_after(0);
    let child = spawned(&["--target", &server.url()]);
    held.recv().unwrap();
    let ran = signalled(child, "-INT");
    assert_eq!((ran.code, ran.err.as_str()), (Some(130), "error: stopped before anything was sent\n"));
}

// --- conformant: 0, and the same every time

#[test]
fn seeds_and_jobs_change_nothing_that_is_counted() {
    let run = |seed: &str, jobs: &str| {
        let (code, mut report) = reported(&["--seed", seed, "--jobs", jobs]);
        assert_eq!((code, &report["findings"]), (Some(0), &Value::Array(Vec::new())));
        assert_eq!(report["seed"].to_string(), seed);
        // How many checks a race passes depends on who wins it.
        assert!(report["counts"]["checks"]["pass"].take().as_u64().unwrap() > 10_000);
        report
    };
    let (one, other) = (run("1", "1"), run("2", "16"));
    assert_eq!(one["counts"], other["counts"]);
    assert_eq!(statuses(&one), statuses(&other));
}

#[test]
fn a_served_profile_gives_the_result_of_the_embedded_server() {
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("p.toml");
    let mut server = std::process::Command::new(command(&[]).get_program())
        .args(["serve", "--write-profile", text(&profile)])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let greeting = BufReader::new(server.stdout.as_mut().unwrap()).lines().map_while(Result::ok);
    assert!(greeting.take_while(|line| !line.starts_with("stop it")).count() > 0);
    let (code, served) = reported(&["--profile-file", text(&profile), "--strict"]);
    server.kill().unwrap();
    server.wait().unwrap();
    let (_, embedded) = reported(&["--strict"]);
    assert_eq!((code, &served["findings"]), (Some(0), &Value::Array(Vec::new())));
    assert_eq!(statuses(&served), statuses(&embedded));
    assert_eq!(served["counts"]["flows"], embedded["counts"]["flows"]);
    assert_eq!(served["target"]["embedded"], false);
}

#[test]
fn a_recording_is_judged_again_with_the_same_report() {
    let folder = tempfile::tempdir().unwrap();
    let recording = folder.path().join("run.jsonl");
    let run = ran(&["run", "--suite", "logout", "--report", "json=-", "-q", "--record", text(&recording)]);
    let judged = ran(&["judge", text(&recording), "--report", "json=-", "-q"]);
    assert_eq!((run.code, judged.code), (Some(0), Some(0)));
    assert_eq!(judged.out, run.out);
    let piped = command(&["judge", "-", "--report", "json=-", "-q"]).pipe_stdin(&recording).unwrap().output().unwrap();
    assert_eq!(String::from_utf8(piped.stdout).unwrap(), run.out);
}

#[test]
fn quiet_says_one_line() {
    let ran = ran(&["run", "--suite", "logout", "-q"]);
    assert_eq!((ran.code, ran.err.as_str(), ran.out.lines().count()), (Some(0), "", 1));
    assert!(ran.out.starts_with("CONFORMANT: every requirement that counts was judged and held: "), "{}", ran.out);
}

#[test]
fn a_report_on_standard_output_is_alone_there() {
    let ran = ran(&["run", "--suite", "logout", "--report", "json=-"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, &report["conclusion"]), (Some(0), &Value::from("conformant")));
    assert_eq!(report["partial"], true);
    assert!(last(&ran.err).starts_with("CONFORMANT: "), "{}", ran.err);
}

fn last(text: &str) -> &str {
    text.lines().last().unwrap_or_default()
}

fn change(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{from}");
    fs::write(file, text.replacen(from, to, 1)).unwrap();
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)
        } else {
            assert!(fs::copy(entry.path(), target).is_ok())
        }
    }
}
