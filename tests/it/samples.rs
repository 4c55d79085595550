//! `reports/sample/`: every format of one recording that has every verdict, as the tool of today writes it.
//!
//! `UPDATE_SAMPLES=1 cargo test --test it samples` writes them anew, and `UPDATE_SAMPLES=record` makes the recording
//! anew, too.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use conformance::contract::Contract;
use conformance::event::Event;
use conformance::exchange::{Body, FailureKind, Outcome, TransportFailure};
use conformance::judge::{self, RunResult};
use conformance::recording::Chain;
use conformance::report::Format;
use conformance::verdict::Verdict;

use crate::command::command;
use crate::servers::{Reference, text};

/// Flows that pass, fail (for the fault), warn and break (for what is changed below), and are blocked (no mails).
const FLOWS: [&str; 6] = [
    "reset-a-forgotten-password",
    "sign-in-by-username",
    "refresh-as-a-guest",
    "log-out",
    "verify-the-email-of-an-account",
    "come-in-as-a-guest",
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
    if let Some(Event::RunStarted(start)) = events.first_mut() {
        start.contract_digest = contract.digest().to_owned();
        // Not where it was recorded.
        start.target.reached_by = ["--profile", "staging"].map(str::to_owned).to_vec();
    }
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
    for verdict in [Verdict::Pass, Verdict::Fail, Verdict::Warn, Verdict::Blocked, Verdict::Broken] {
        assert!(result.counts.checks.get(verdict) > 0, "the recording has no `{verdict}`");
        assert!(result.flows.iter().any(|flow| flow.verdict == verdict), "no flow of the recording is `{verdict}`");
    }
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

/// A run against the reference server with a fault and without its mails, changed where it cannot show a verdict.
fn recorded() -> Vec<Event> {
    let server = Reference::start(Some(FAULT));
    let target = tempfile::tempdir().unwrap();
    let recording = target.path().join("run.jsonl");
    let profile = server.profile_without("mail");
    let flows = FLOWS.iter().flat_map(|flow| ["--flow", flow]);
    let arguments =
        ["run", "-q", "--seed", "1", "--jobs", "1", "--profile-file", text(&profile), "--record", text(&recording)];
    let output = command(&arguments.into_iter().chain(flows).collect::<Vec<_>>()).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let events = opened(&fs::read_to_string(&recording).unwrap());
    let elsewhere =
        serde_json::to_string(&events).unwrap().replace(server.url(), "https://staging.example.test/api/v1");
    let mut events: Vec<Event> = serde_json::from_str(&elsewhere).unwrap();
    if let Some(Event::RunStarted(start)) = events.first_mut() {
        start.target.name = "staging".to_owned();
    }
    change(&mut events);
    events
}

/// One answer without the header that a `should` asks for, one with hostile text, one that never came.
fn change(events: &mut [Event]) {
    for event in events.iter_mut() {
        let Event::Step(step) = event else { continue };
        let Some(exchange) = step.exchanges.last_mut() else { continue };
        let Outcome::Answer(answer) = &mut exchange.outcome else { continue };
        match step.flow.as_str() {
            "sign-in-by-username" => answer.headers.retain(|(name, _)| name != "cache-control"),
            "refresh-as-a-guest" => {
                let message = "connection closed before message completed".to_owned();
                exchange.outcome = Outcome::Failure(TransportFailure { kind: FailureKind::Broken, message });
            }
            "log-out" if step.step == "1" => {
                answer.body = Body::Text("\u{1b}[2J\u{202e}<script>alert('x')</script> & é 日本".to_owned());
            }
            _ => {}
        }
    }
}
