//! `repro` from outside: its scripts are run by a shell against the reference server, with a fault and without.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use conformance::repro::{Case, script};
use conformance::target::profile::{self, Surroundings};
use conformance::target::{Target, secret::Secret};
use rstest::rstest;
use url::Url;

use crate::command::command;
use crate::scripts::{Library, repro_line, shown};
use crate::servers::{Reference, text};

fn ran(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = command(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// Runs a script with `sh`, curl and jq; `.ci/run` makes sure of them.
fn shell(script: &str, at: &str) -> Output {
    let mut child = Command::new("sh")
        .args(["-s"])
        .env("CONFORMANCE_TARGET", at)
        .env("CONFORMANCE_CLIENT_SECRET", "reference-client-secret")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// What a line of the console prints, as somebody types it into a shell.
fn typed(line: &str) -> String {
    let program = command(&[]).get_program().to_owned();
    let folder = Path::new(&program).parent().unwrap().display().to_string();
    let path = format!("{folder}:{}", std::env::var("PATH").unwrap());
    let output = Command::new("sh").args(["-c", line]).env("PATH", path).env_remove("CI").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{line}\n{}", shown(&output));
    String::from_utf8(output.stdout).unwrap()
}

/// A run finds the fault; its block on the console names a command; what that prints shows the fault to a shell, and
/// shows none on a server without the fault.
#[rstest]
#[case::a_kept_session("logout-keeps-access", "logout", "logout-ends-access")]
#[case::a_lived_reset("reset-old-password-lives", "password-reset", "reset-old-password-dead")]
#[case::a_race("refresh-race", "races", "")]
#[case::a_clock("access-never-expires", "tokens-life", "")]
#[case::a_code("code-second-attempt", "verify-phone", "")]
#[case::a_mailed_link("link-says-so-only", "verify-email", "")]
#[case::a_block("blocked-user-verifies", "blocked", "")]
#[case::a_value("complete-loses-gender", "complete", "")]
#[case::every_answer("token-cacheable", "token", "token-no-store")]
#[case::a_generated_case("signup-any-phone", "generated", "")]
#[case::a_model("profile-id-number", "profile", "user-profile-out-model")]
#[case::a_challenge("challenge-missing", "logout", "bearer-refusal-challenge")]
#[case::a_message("error-message-other", "token", "error-message-as-documented")]
#[case::an_expiry("token-refresh-expires-first", "token", "refresh-expires-not-before-access")]
#[case::a_content_type("guest-as-plain-text", "guest", "json-content-type")]
#[case::a_validation_item("validation-items-without-loc", "generated", "validation-item-shape")]
#[case::a_named_field("validation-other-field", "generated", "validation-loc-names-field")]
fn the_command_of_a_failure_leads_a_shell_to_it(#[case] fault: &str, #[case] suite: &str, #[case] rule: &str) {
    let (broken, clean) = (Reference::start(Some(fault)), Reference::start(None));
    let profile = broken.profile();
    let (code, out, err) = ran(&["run", "--profile-file", text(&profile), "--suite", suite, "--strict"]);
    assert_eq!(code, Some(1), "{out}{err}");
    let line = repro_line(&out, |line| line.ends_with(rule) || line.contains(&format!("/{rule} ")));
    let script = typed(line);
    assert!(!script.contains("reference-client-secret"));
    let found = shell(&script, broken.url());
    assert_eq!(found.status.code(), Some(1), "{line}\n{}", shown(&found));
    assert!(shown(&found).contains("FAULT SHOWN at step "), "{}", shown(&found));
    let none = shell(&script, clean.url());
    assert_eq!(none.status.code(), Some(0), "{line}\n{}", shown(&none));
    assert_eq!(shown(&none), "NO FAULT SHOWN: it was answered as expected\n");
}

const PROFILE: &str = r#"
[target.t]
url = "https://t.test/api"
client_id = "an-id"
client_secret = { env = "X" }
headers = { x-api-key = { env = "X" } }
phones = "+9715{0000000..9999999}"
secrets = { inbox = { env = "X" } }
[target.t.sms]
source = "command"
argv = ["read-sms", "${phone}"]
pattern = "code (\\d+)"
[target.t.mail]
source = "http"
url = "https://inbox.test/?to=${email}&key=${secret.inbox}"
headers = { authorization = { env = "X" } }
link = "$[?@.to == '${email}'].link"
[target.t.clock]
control = "wait"
[target.t.block]
action = "command"
argv = ["block", "${phone}"]
"#;

fn target(profile: &str) -> Target {
    let secret = |_: &_| Ok("hunter2hunter2".to_owned());
    let surroundings = Surroundings { base_path: "/api", requirements: &[], secret: &secret };
    profile::parse(profile, Path::new("p.toml"), None, &surroundings).unwrap()
}

/// Every flow there is, whatever its steps, is a script that a shell takes, and none holds a secret.
#[test]
fn every_flow_is_a_script_that_a_shell_reads() {
    let library = Library::embedded();
    let bare = Target {
        client_id: None,
        client_secret: Some(Secret::new("hunter2hunter2".to_owned())),
        ..Target::bare("target", Url::parse("http://127.0.0.1/api").unwrap())
    };
    let mut flows = 0;
    for (flow, target) in library.suites.flows().flat_map(|flow| [(flow, target(PROFILE)), (flow, bare.clone())]) {
        let text = script(&library.case(flow, &target, None)).unwrap();
        assert!(!text.contains("hunter2"), "{}", flow.id);
        let mut child = Command::new("sh").args(["-n", "-s"]).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        assert!(child.wait().unwrap().success(), "{}", flow.id);
        flows += 1;
    }
    assert!(flows > 300, "{flows}");
}

#[test]
fn what_cannot_be_judged_by_a_shell_says_so() {
    let server = Reference::start(None);
    let profile = server.profile();
    let id = "reset-a-forgotten-password/3/tokens-unique";
    let (code, script, err) = ran(&["repro", id, "--profile-file", text(&profile)]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let head: Vec<&str> = script.lines().take_while(|line| line.starts_with('#')).collect();
    assert!(head.iter().any(|line| line.starts_with("# Not shown by a script: `tokens-unique`, for ")), "{head:#?}");
    let output = shell(&script, server.url());
    assert_eq!(output.status.code(), Some(2));
    assert!(shown(&output).contains("cannot tell: above is the answer of step 3; whether it holds `tokens-unique`"));
}

/// A rule for every answer is tested by a script, or the script says why not.
#[test]
fn every_universal_rule_is_a_test_or_has_a_reason() {
    let library = Library::embedded();
    let target = target(PROFILE);
    let rules = conformance::check::CHECKS.iter().flat_map(|check| check.requirements);
    let (mut tested, mut reasoned) = (Vec::new(), Vec::new());
    for rule in rules {
        let scripts = library.suites.flows().flat_map(|flow| {
            let steps = flow.steps.iter().enumerate();
            let labels = steps.map(|(index, step)| match &step.id {
                Some(id) if id.contains('/') => id.clone(),
                Some(_) | None => (index + 1).to_string(),
            });
            labels.map(move |label| (flow, label)).collect::<Vec<_>>()
        });
        let told = scripts.map(|(flow, label)| {
            let whole = library.case(flow, &target, None);
            let case = Case { step: Some(label), requirement: Some((*rule).to_owned()), ..whole };
            let text = script(&case).unwrap();
            // The functions of a script name a place that they are given.
            let shown = text.lines().any(|line| line.contains("|| shows ") && !line.contains("|| shows \"$place\""));
            (shown, text.contains("# Not shown by a script: "))
        });
        // One step where it is tested is enough; one where it is not says why.
        let (mut shown, mut why) = (false, false);
        for (it, reason) in told {
            why |= reason;
            shown |= it;
            if shown || why {
                break;
            }
        }
        match (shown, why) {
            (true, false) => tested.push(*rule),
            (false, true) => reasoned.push(*rule),
            _ => panic!("`{rule}`: neither a test nor a reason, or both"),
        }
    }
    assert_eq!(
        reasoned,
        [
            "response-fields-extra",
            "expiry-notation",
            "tokens-unique",
            "session-values-unique",
            "sids-never-shared",
            "code-never-shown"
        ]
    );
    assert!(tested.len() > 30, "{tested:?}");
}

// --- from a recording

#[test]
fn a_recording_alone_leads_a_shell_to_the_failure() {
    let (broken, clean) = (Reference::start(Some("guest-as-plain-text")), Reference::start(None));
    let (profile, home) = (broken.profile(), tempfile::tempdir().unwrap());
    let recording = home.path().join("run.jsonl");
    let (code, out, _) =
        ran(&["run", "--profile-file", text(&profile), "--suite", "guest", "--strict", "--record", text(&recording)]);
    assert_eq!(code, Some(1), "{out}");
    let id = out.lines().find_map(|line| line.trim().strip_prefix("repro ")?.split_whitespace().nth(2)).unwrap();
    // With the profile that the run had, nothing is missing.
    let (code, script, err) = ran(&["repro", id, "--recording", text(&recording)]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(script.contains("/_test/clock/advance") || !script.contains("pass "), "{script}");
    std::fs::remove_file(&profile).unwrap();
    let (code, script, err) = ran(&["repro", id, "--recording", text(&recording)]);
    assert_eq!(code, Some(0), "{err}");
    assert!(err.starts_with("note: the profile of the run is not here unchanged: "), "{err}");
    let found = shell(&script, broken.url());
    assert_eq!(found.status.code(), Some(1), "{script}\n{}", shown(&found));
    assert!(shown(&found).contains("header content-type: `application/json`"), "{}", shown(&found));
    let none = shell(&script, clean.url());
    assert_eq!(none.status.code(), Some(0), "{script}\n{}", shown(&none));
}

/// Random cases are known by the seed of their run alone.
#[test]
fn a_random_case_is_found_by_the_recording_of_its_run() {
    let home = tempfile::tempdir().unwrap();
    let recording = home.path().join("run.jsonl");
    let arguments =
        ["run", "--embedded", "--fuzz", "1", "--seed", "3", "--suite", "fuzz", "-q", "--record", text(&recording)];
    let (code, out, err) = ran(&arguments);
    assert_eq!(code, Some(0), "{out}{err}");
    let start = std::fs::read_to_string(&recording).unwrap();
    let flow = start.split("\"flow\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(flow.starts_with("fuzz-"), "{flow}");
    let (code, _, err) = ran(&["repro", &flow, "--embedded"]);
    assert!(code == Some(2) && err.contains("there is no flow"), "{err}");
    let (code, script, err) = ran(&["repro", &flow, "--recording", text(&recording)]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(script.contains("conformance serve --listen"), "{script}");
    let (code, out, err) = ran(&["repro", "log-out", "--recording", text(&recording)]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(err.contains("the run did not come to `log-out`"), "{err}");
}

#[test]
fn a_server_that_is_not_there_is_no_fault() {
    let (code, script, _) = ran(&["repro", "reset-a-forgotten-password"]);
    assert_eq!(code, Some(0));
    let output = shell(&script, &crate::servers::nowhere());
    assert_eq!(output.status.code(), Some(2), "{}", shown(&output));
    assert!(shown(&output).contains("cannot tell: "), "{}", shown(&output));
}

#[rstest]
#[case::flow(
    "reset-a-forgoten-password",
    "there is no flow `reset-a-forgoten-password`",
    "did you mean `reset-a-forgotten-password`?"
)]
#[case::step(
    "reset-a-forgotten-password/99",
    "the flow `reset-a-forgotten-password` has no step `99`",
    "its steps are "
)]
fn an_unknown_name_is_a_wrong_use(#[case] id: &str, #[case] message: &str, #[case] help: &str) {
    let (code, out, err) = ran(&["repro", id]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(err.starts_with(&format!("error: {message}\nhelp: {help}")), "{err}");
}
