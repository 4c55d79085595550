//! `reports/sample/`: every format of one recording that has every verdict, as the tool of today writes it.
//!
//! `UPDATE_SAMPLES=1 cargo test --test it samples` writes them anew, and `UPDATE_SAMPLES=record` makes the recording
//! anew, too.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use conformance::contract::Contract;
use conformance::event::{Event, RunStarted};
use conformance::exchange::{Body, FailureKind, Outcome, Response, TransportFailure};
use conformance::judge::{self, RunResult};
use conformance::recording::Chain;
use conformance::report::Format;
use conformance::verdict::Verdict;
use conformance::waiver::{Lines, Waiver};

use crate::command::command;
use crate::servers::{Reference, text};

/// Flows that pass, fail (for the fault), warn, break, are waived and change between two attempts (for what is changed
/// below), are blocked (no mails) and skipped (a declared gap).
const FLOWS: [&str; 8] = [
    "reset-a-forgotten-password",
    "sign-in-by-username",
    "refresh-as-a-guest",
    "log-out",
    "verify-the-email-of-an-account",
    "come-in-as-a-guest",
    "sign-in-twice",
    "ask-for-a-code-while-blocked",
];
/// What the server does wrong.
const FAULT: &str = "reset-keeps-refresh";

/// The folder of the samples, after they were written anew where that is asked for.
fn folder() -> PathBuf {
    static UPDATED: OnceLock<()> = OnceLock::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/sample");
    UPDATED.get_or_init(|| {
        if let Ok(update) = std::env::var("UPDATE_SAMPLES") {
            write_anew(&folder, update == "record");
        }
    });
    folder
}

fn write_anew(folder: &Path, record: bool) {
    let contract = Contract::embedded().unwrap();
    let recording = folder.join("recording.jsonl");
    let mut events = if record { recorded() } else { opened(&fs::read_to_string(&recording).unwrap()) };
    starts(&mut events, |start| {
        start.contract_digest = contract.digest().to_owned();
        // Not where it was recorded.
        start.target.reached_by = ["--profile", "staging"].map(str::to_owned).to_vec();
    });
    fs::write(&recording, sealed(&events)).unwrap();
    let result = judge::judge(events, &contract, false).unwrap();
    for format in Format::ALL {
        fs::write(folder.join(format.file()), format.render(&result)).unwrap();
    }
}

#[test]
fn the_samples_are_current() {
    let contract = Contract::embedded().unwrap();
    let lines = fs::read(folder().join("recording.jsonl")).unwrap();
    let read = judge::read_recording(lines.as_slice(), &contract).unwrap_or_else(|error| panic!("{error}; {HOW}"));
    let result = judge::judge(read, &contract, false).unwrap();
    for verdict in Verdict::ALL.into_iter().filter(|verdict| *verdict != Verdict::NotApplicable) {
        assert!(result.counts.checks.get(verdict) > 0, "the recording has no `{verdict}`");
        assert!(result.flows.iter().any(|flow| flow.verdict == verdict), "no flow of the recording is `{verdict}`");
    }
    assert!(result.drift.as_ref().is_some_and(|drift| !drift.drifts.is_empty()), "the recording has no drift");
    assert!(result.attempts.len() > 1 && !result.unstable.is_empty(), "the recording has nothing unstable");
    assert!(!result.accounts.is_empty() && result.speed.is_some() && result.target.build().is_some());
    let stale: Vec<&str> = Format::ALL.into_iter().filter(|it| !is_current(*it, &result)).map(Format::file).collect();
    assert!(stale.is_empty(), "{stale:?} in reports/sample/ are not what the tool writes; {HOW}");
}

const HOW: &str = "`UPDATE_SAMPLES=1 cargo test --test it samples` writes the samples anew";

fn is_current(format: Format, result: &RunResult) -> bool {
    fs::read_to_string(folder().join(format.file())).is_ok_and(|text| text == format.render(result))
}

#[test]
fn render_writes_the_whole_set_with_the_recording() {
    let target = tempfile::tempdir().unwrap();
    let out = target.path().join("set");
    let recording = folder().join("recording.jsonl");
    let output = command(&["render", text(&recording), "--out", text(&out)]).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout), (Some(0), Vec::new()), "{told}");
    assert_eq!(told.lines().count(), Format::ALL.len(), "{told}");
    let names = |folder: &Path| {
        let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names(&out), names(&folder()));
    for name in names(&out) {
        let same = fs::read(out.join(&name)).unwrap() == fs::read(folder().join(&name)).unwrap();
        assert!(same, "{name:?} is another");
    }
    // A second time, out of the set itself, which must not be emptied first.
    let again = command(&["render", text(&out.join("recording.jsonl")), "--out", text(&out)]).output().unwrap();
    assert_eq!(again.status.code(), Some(0));
    assert!(
        fs::read(out.join("recording.jsonl")).unwrap() == fs::read(&recording).unwrap(),
        "the recording is another"
    );
}

#[test]
fn a_run_writes_the_whole_set_with_its_recording() {
    let target = tempfile::tempdir().unwrap();
    let out = target.path().join("set");
    let ran = command(&["run", "-q", "--flow", "log-out", "--out", text(&out)]).output().unwrap();
    assert_eq!(ran.status.code(), Some(0), "{}", String::from_utf8_lossy(&ran.stderr));
    let written = fs::read_to_string(out.join("report.json")).unwrap();
    let again = command(&["judge", text(&out.join("recording.jsonl")), "-q", "--report", "json=-"]).output().unwrap();
    assert!(String::from_utf8(again.stdout).unwrap() == written, "the recording gives another report");
    assert_eq!(fs::read_dir(&out).unwrap().count(), Format::ALL.len() + 1);
    let both = command(&["run", "--out", text(&out), "--record", "run.jsonl"]).output().unwrap();
    assert_eq!(both.status.code(), Some(2));
    assert!(String::from_utf8(both.stderr).unwrap().contains("cannot be used with"));
}

#[test]
fn render_wants_a_report() {
    let output = command(&["render", text(&folder().join("recording.jsonl"))]).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        told,
        "error: no report is asked for\nhelp: add `--report FORMAT=PATH`, or `--out DIR` for every format\n"
    );
}

#[test]
fn judge_gives_the_exit_code_and_any_report() {
    let recording = folder().join("recording.jsonl");
    let output = command(&["judge", text(&recording), "-q", "--report", "badge=-"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), fs::read_to_string(folder().join("badge.svg")).unwrap());
}

fn opened(lines: &str) -> Vec<Event> {
    let mut chain = Chain::default();
    lines.lines().map(|line| chain.open(line.as_bytes()).unwrap()).collect()
}

fn sealed(events: &[Event]) -> String {
    let mut chain = Chain::default();
    events.iter().map(|event| chain.seal(event).unwrap() + "\n").collect()
}

/// A run against the reference server with a fault, without its mails and with nobody who blocks users, done twice and
/// held against the accepted answers; changed where it cannot show a verdict.
fn recorded() -> Vec<Event> {
    let server = Reference::start(Some(FAULT));
    let target = tempfile::tempdir().unwrap();
    let (recording, accepted) = (target.path().join("run.jsonl"), target.path().join("accepted"));
    fs::create_dir(&accepted).unwrap();
    for flow in FLOWS {
        let file = format!("{flow}.snap");
        let known = Path::new(env!("CARGO_MANIFEST_DIR")).join("suites/snapshots/embedded").join(&file);
        fs::copy(known, accepted.join(file)).unwrap();
    }
    let text_of_profile = fs::read_to_string(server.profile()).unwrap();
    let is_kept = |table: &&str| !table.contains(".mail]") && !table.contains(".block]");
    let kept: Vec<&str> = text_of_profile.split("\n\n").filter(is_kept).collect();
    let gaps = "[target.reference.gaps]\nblock = \"nobody can block a user on staging\"\n";
    let profile = target.path().join("p.toml");
    fs::write(&profile, format!("{}\n\n{gaps}", kept.join("\n\n"))).unwrap();
    let flows = FLOWS.iter().flat_map(|flow| ["--flow", flow]);
    let fixed = ["run", "-q", "--seed", "1", "--jobs", "1", "--repeat", "2", "--snapshots", text(&accepted)];
    let named = ["--profile-file", text(&profile), "--record", text(&recording)];
    let arguments: Vec<&str> = fixed.into_iter().chain(named).chain(flows).collect();
    let output = command(&arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let events = opened(&fs::read_to_string(&recording).unwrap());
    let elsewhere =
        serde_json::to_string(&events).unwrap().replace(server.url(), "https://staging.example.test/api/v1");
    let mut events: Vec<Event> = serde_json::from_str(&elsewhere).unwrap();
    starts(&mut events, |start| {
        start.target.name = "staging".to_owned();
        start.target.certificate = Some(CERTIFICATE.to_owned());
        start.target.build_header = Some("x-build".to_owned());
        start.waivers = vec![waiver(start.started_ms)];
    });
    change(&mut events);
    events
}

/// A fingerprint of nothing.
const CERTIFICATE: &str =
    "E3:B0:C4:42:98:FC:1C:14:9A:FB:F4:C8:99:6F:B9:24:27:AE:41:E4:64:9B:93:4C:A4:95:99:1B:78:52:B8:55";

fn starts(events: &mut [Event], change: impl Fn(&mut RunStarted)) {
    for event in events {
        if let Event::RunStarted(start) = event {
            change(start);
        }
    }
}

/// A waiver that holds on the day of the run.
fn waiver(started_ms: i64) -> Waiver {
    let day = jiff::Timestamp::from_millisecond(started_ms).unwrap().to_zoned(jiff::tz::TimeZone::UTC).date();
    Waiver {
        requirement: Some("token-model".to_owned()),
        flow: Some("sign-in-twice".to_owned()),
        result: None,
        reason: "the gateway drops scopes until its next release".to_owned(),
        owner: "ann@example.test".to_owned(),
        ticket: Some("AUTH-7".to_owned()),
        expires: day.checked_add(jiff::Span::new().days(60)).unwrap(),
        place: Lines { file: "waivers.toml".to_owned(), first: 1, last: 7 },
    }
}

/// One answer without the header that a `should` asks for, one with hostile text, one that never came, one without a
/// field, and one that is wrong in the second attempt alone.
fn change(events: &mut [Event]) {
    let mut attempt = 0;
    for event in events.iter_mut() {
        attempt += usize::from(matches!(event, Event::RunStarted(_)));
        let Event::Step(step) = event else { continue };
        for exchange in &mut step.exchanges {
            if let Outcome::Answer(answer) = &mut exchange.outcome {
                answer.headers.push(("x-build".to_owned(), "1.4.2".to_owned()));
            }
        }
        let Some(exchange) = step.exchanges.last_mut() else { continue };
        let Outcome::Answer(answer) = &mut exchange.outcome else { continue };
        match step.flow.as_str() {
            "sign-in-by-username" => answer.headers.retain(|(name, _)| name != "cache-control"),
            "refresh-as-a-guest" => {
                let message = "connection closed before message completed".to_owned();
                exchange.outcome = Outcome::Failure(TransportFailure { kind: FailureKind::Broken, message });
            }
            "log-out" if step.step == "1" => {
                let hostile = "\u{1b}[2J\u{202e}<script>alert('x')</script> & é 日本";
                answer.replace_body(Body::Text(hostile.to_owned()));
            }
            "sign-in-twice" if step.step == "2" => without(answer, "scopes"),
            "come-in-as-a-guest" if attempt == 2 && step.step == "1" => without(answer, "session"),
            _ => {}
        }
    }
}

fn without(answer: &mut Response, key: &str) {
    let mut value = answer.json().unwrap().clone();
    value.as_object_mut().unwrap().remove(key).unwrap();
    answer.replace_body(Body::Text(value.to_string()));
}
