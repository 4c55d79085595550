//! `keygen`, `signoff` and `verify` from outside: what a sign-off holds, and everything that must not pass for one.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::LazyLock;

use conformance::contract::Contract;
use conformance::judge;
use conformance::recording::Chain;
use conformance::runner::Maker;
use conformance::signoff::key::{PrivateKey, PublicKey};
use conformance::signoff::statement::Statement;
use conformance::signoff::verify::{Refusal, verify};
use conformance::signoff::{
    CERTIFICATE, Evidence, RECORDING, REPORT, STATEMENT, Terms, WAIVERS, archive, envelope, evidence, sign,
};
use jiff::{Timestamp, ToSpan, tz::TimeZone};
use rstest::rstest;
use tempfile::TempDir;

use crate::command::command;
use crate::servers::{Raw, Reference, html, text};

/// One sign-off of the embedded server, which the tests share and do not change.
struct Signed {
    folder: TempDir,
    output: String,
    evidence: Evidence,
    public: PublicKey,
    statement: Statement,
}

static SIGNED: LazyLock<Signed> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let (key, out) = (folder.path().join("release.key"), folder.path().join("out"));
    assert_eq!(ran(&["keygen", text(&key)]).status.code(), Some(0));
    let arguments = ["signoff", "--release", "2.4.0", "--by", "Ada Lovelace", "-q"];
    let output = ran(&[&arguments[..], &["--key", text(&key), "--out", text(&out)]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    let files = fs::read_dir(&out).unwrap().map(Result::unwrap);
    let evidence: Evidence =
        files.map(|file| (file.file_name().into_string().unwrap(), fs::read(file.path()).unwrap())).collect();
    let public = fs::read_to_string(folder.path().join("release.key.pub")).unwrap();
    let public = PublicKey::from_pem(&public).unwrap();
    let statement = Statement::read(&envelope::open(&evidence[STATEMENT], &public).unwrap()).unwrap();
    Signed { folder, output: shown(&output), evidence, public, statement }
});

impl Signed {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn private(&self) -> PrivateKey {
        PrivateKey::from_pem(&fs::read_to_string(self.path("release.key")).unwrap()).unwrap()
    }

    /// Verifies other evidence with the key and at a time that are right.
    fn refusals(&self, evidence: &Evidence) -> Vec<Refusal> {
        let at = self.statement.predicate.signoff.issued;
        verify(evidence, &self.public, &CONTRACT, at).map(drop).err().unwrap_or_default()
    }

    /// Evidence that was tampered with by somebody who has the key, and signs all of it anew.
    fn signed_anew(&self, change: impl FnOnce(&mut Evidence)) -> Evidence {
        let (mut evidence, mut statement) = (self.evidence.clone(), self.statement.clone());
        change(&mut evidence);
        for subject in &mut statement.subject {
            let digest = conformance::contract::digest::sha256(&evidence[&subject.name]);
            subject.digest = BTreeMap::from([("sha256".to_owned(), digest)]);
        }
        let sealed = envelope::seal(&statement.bytes(), &self.private()).unwrap();
        evidence.insert(STATEMENT.to_owned(), sealed.into_bytes());
        evidence
    }
}

static CONTRACT: LazyLock<Contract> = LazyLock::new(|| Contract::embedded().unwrap());

fn ran(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

fn shown(output: &Output) -> String {
    let stream = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    format!("{}{}", stream(&output.stdout), stream(&output.stderr))
}

fn verified(evidence: &Path, more: &[&str]) -> (Option<i32>, String) {
    let key = SIGNED.path("release.key.pub");
    let output = ran(&[&["verify", text(evidence), "--key", text(&key)], more].concat());
    (output.status.code(), shown(&output))
}

/// A copy of the evidence elsewhere, to change.
fn copied() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in &SIGNED.evidence {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

// --- what holds

#[test]
fn a_clean_run_is_signed_off_and_verifies_elsewhere_as_directory_and_as_zip() {
    assert!(SIGNED.output.contains("signed off: release 2.4.0 by Ada Lovelace, until "), "{}", SIGNED.output);
    assert_eq!(archive::unpack(&fs::read(SIGNED.path("out.zip")).unwrap()).unwrap(), SIGNED.evidence);
    let elsewhere = copied();
    let zip = tempfile::tempdir().unwrap();
    fs::copy(SIGNED.path("out.zip"), zip.path().join("renamed.zip")).unwrap();
    for place in [elsewhere.path(), &zip.path().join("renamed.zip")] {
        let (code, said) = verified(place, &[]);
        assert_eq!(code, Some(0), "{said}");
        assert!(said.starts_with("VALID: release 2.4.0 is signed off by Ada Lovelace, from "), "{said}");
    }
}

#[test]
fn the_statement_is_a_test_result_over_every_file() {
    let statement: serde_json::Value = serde_json::from_slice(&SIGNED.statement.bytes()).unwrap();
    assert_eq!(statement["_type"], "https://in-toto.io/Statement/v1");
    assert_eq!(statement["predicateType"], "https://in-toto.io/attestation/test-result/v0.1");
    let predicate = &statement["predicate"];
    assert_eq!(predicate["result"], "PASSED");
    assert_eq!(predicate["failedTests"], serde_json::json!([]));
    assert!(predicate["passedTests"].as_array().unwrap().len() > 150);
    let subjects: Vec<_> = statement["subject"].as_array().unwrap().iter().map(|it| &it["name"]).collect();
    let evidence = &SIGNED.evidence;
    let files: Vec<_> = evidence.keys().filter(|name| *name != STATEMENT).collect();
    assert_eq!(subjects, files);
    let resting: Vec<_> = predicate["configuration"].as_array().unwrap().iter().map(|it| &it["name"]).collect();
    assert_eq!(resting, ["contract", "suites", concat!("conformance ", env!("CARGO_PKG_VERSION"))]);
}

// --- what does not

/// Seeded, so that a failure can be seen again. Each file is hit as often as another, however small it is.
#[test]
fn one_changed_byte_of_any_file_is_noticed_500_times() {
    let mut maker = Maker::new(500, "changed bytes");
    let mut evidence = SIGNED.evidence.clone();
    let names: Vec<String> = evidence.keys().cloned().collect();
    for number in 0..500 {
        let name = &names[number % names.len()];
        let bytes = evidence.get_mut(name).unwrap();
        let (at, bit) = (maker.below(bytes.len()), 1 << maker.below(8));
        bytes[at] ^= bit;
        assert!(!SIGNED.refusals(&evidence).is_empty(), "byte {at} of {name}, bit {bit}");
        evidence.get_mut(name).unwrap()[at] ^= bit;
    }
    assert!(evidence == SIGNED.evidence);
}

/// Half of the changes are in the last bytes, where the directory of the archive is.
#[test]
fn one_changed_byte_of_the_zip_is_noticed_500_times() {
    let mut maker = Maker::new(501, "changed bytes");
    let mut whole = fs::read(SIGNED.path("out.zip")).unwrap();
    for number in 0..500 {
        let from = if number % 2 == 0 { 0 } else { whole.len() - 1000 };
        let (at, bit) = (from + maker.below(whole.len() - from), 1 << maker.below(8));
        whole[at] ^= bit;
        let noticed = match archive::unpack(&whole) {
            Err(_) => true,
            Ok(files) => files != SIGNED.evidence && !SIGNED.refusals(&files).is_empty(),
        };
        assert!(noticed, "byte {at}, bit {bit}");
        whole[at] ^= bit;
    }
}

#[rstest]
#[case::certificate(CERTIFICATE, "`certificate.html` was changed after it was signed: SHA-256 ")]
#[case::report(REPORT, "`report.json` was changed after it was signed: SHA-256 ")]
#[case::recording(RECORDING, "`recording.jsonl` was changed after it was signed: SHA-256 ")]
#[case::statement(STATEMENT, "`statement.dsse.json`: it is not the envelope that was written: ")]
fn a_changed_file_is_named(#[case] file: &str, #[case] reason: &str) {
    let folder = copied();
    let path = folder.path().join(file);
    let changed = [fs::read(&path).unwrap(), b"\n".to_vec()].concat();
    fs::write(&path, changed).unwrap();
    let (code, said) = verified(folder.path(), &[]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.starts_with(&format!("NOT VALID\n  {reason}")), "{said}");
}

#[test]
fn a_missing_and_an_extra_file_are_named() {
    let folder = copied();
    fs::remove_file(folder.path().join(REPORT)).unwrap();
    fs::write(folder.path().join("notes.txt"), "hello").unwrap();
    let (code, said) = verified(folder.path(), &[]);
    let reasons = "NOT VALID\n  `notes.txt` is no part of what was signed\n  `report.json` is missing\n";
    assert_eq!((code, said.as_str()), (Some(1), reasons));
}

#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_a_file_is_refused() {
    let folder = copied();
    let path = folder.path().join(REPORT);
    fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink(SIGNED.path("out").join(REPORT), &path).unwrap();
    assert_eq!(verified(folder.path(), &[]), (Some(1), "NOT VALID\n  `report.json` is no plain file\n".to_owned()));
}

#[test]
fn a_foreign_key_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("other");
    assert_eq!(ran(&["keygen", text(&key)]).status.code(), Some(0));
    let output = ran(&["verify", text(&SIGNED.path("out")), "--key", &format!("{}.pub", text(&key))]);
    let said = shown(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("`statement.dsse.json`: it was signed with another key: key "), "{said}");
}

#[test]
fn it_holds_from_its_issue_to_its_end_and_not_beyond() {
    let signed = &SIGNED.statement.predicate.signoff;
    let before = |moment: Timestamp| Timestamp::from_second(moment.as_second() - 1).unwrap();
    let (issued, until) = (signed.issued, signed.valid_until);
    assert_eq!(until.as_second() - issued.as_second(), 90 * 24 * 60 * 60);
    let out = SIGNED.path("out");
    for (at, code, reason) in [
        (before(issued), 1, format!("NOT VALID\n  it was issued at {issued}, which is after {}\n", before(issued))),
        (issued, 0, "VALID: ".to_owned()),
        (before(until), 0, "VALID: ".to_owned()),
        (until, 1, format!("NOT VALID\n  it has expired: it held until {until}, and it is asked for {until}\n")),
    ] {
        let (found, said) = verified(&out, &["--at", &at.to_string()]);
        assert_eq!(found, Some(code), "{at}: {said}");
        assert!(said.starts_with(&reason), "{at}: {said}");
    }
}

/// Whoever has the key can sign anything, but no recording that lacks an event passes for a whole one.
#[rstest]
#[case::left_out(&|lines: &mut Vec<String>| { lines.remove(40); })]
#[case::moved(&|lines: &mut Vec<String>| lines.swap(40, 41))]
#[case::cut_off(&|lines: &mut Vec<String>| { lines.pop(); })]
fn a_recording_that_lacks_an_event_is_refused_whoever_signed_it(#[case] tamper: &dyn Fn(&mut Vec<String>)) {
    let evidence = SIGNED.signed_anew(|evidence| {
        let recording = String::from_utf8(evidence[RECORDING].clone()).unwrap();
        let mut lines: Vec<String> = recording.lines().map(str::to_owned).collect();
        tamper(&mut lines);
        evidence.insert(RECORDING.to_owned(), format!("{}\n", lines.join("\n")).into_bytes());
    });
    let refusals = SIGNED.refusals(&evidence);
    let refused = matches!(refusals.as_slice(), [Refusal::Recording(_) | Refusal::Contradiction { .. }]);
    assert!(refused, "{refusals:?}");
}

/// An attempt is left out, the chain is made anew, and all is signed anew: the verdict is another.
#[test]
fn a_left_out_attempt_is_seen_in_the_verdict_whoever_signed_it() {
    let evidence = SIGNED.signed_anew(|evidence| {
        let recording = String::from_utf8(evidence[RECORDING].clone()).unwrap();
        let (mut read, mut written) = (Chain::default(), Chain::default());
        let events: Vec<_> = recording.lines().map(|line| read.open(line.as_bytes()).unwrap()).collect();
        let left_out = events.iter().rposition(|event| matches!(event, conformance::event::Event::Step(_))).unwrap();
        let kept = events.iter().enumerate().filter(|(at, _)| *at != left_out).map(|(_, event)| event);
        let lines: String = kept.map(|event| format!("{}\n", written.seal(event).unwrap())).collect();
        evidence.insert(RECORDING.to_owned(), lines.into_bytes());
    });
    let refusals = SIGNED.refusals(&evidence);
    assert!(matches!(refusals.as_slice(), [Refusal::OtherReport | Refusal::Contradiction { .. }]), "{refusals:?}");
}

#[test]
fn what_is_no_sign_off_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let (code, said) = verified(folder.path(), &[]);
    assert_eq!(code, Some(1));
    assert!(said.starts_with("NOT VALID\n  it is not signed: there is no `statement.dsse.json`"), "{said}");
    let file = folder.path().join("x.zip");
    fs::write(&file, "hello").unwrap();
    let (code, said) = verified(&file, &[]);
    assert!(code == Some(1) && said.starts_with("NOT VALID\n  it is no ZIP that can be read: "), "{said}");
    let (code, said) = verified(&folder.path().join("nowhere"), &[]);
    assert!(code == Some(2) && said.contains("cannot be read: "), "{said}");
}

// --- what is not signed

#[test]
fn a_release_that_does_not_conform_leaves_evidence_and_no_certificate() {
    let server = Raw::answering(html(200));
    let folder = tempfile::tempdir().unwrap();
    let (key, out) = (SIGNED.path("release.key"), folder.path().join("out"));
    let arguments = ["signoff", "--release", "1", "--by", "me", "-q", "--target", &server.url()];
    let output = ran(&[&arguments[..], &["--key", text(&key), "--out", text(&out)]].concat());
    let said = shown(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("not signed off: the run is non-conformant: "), "{said}");
    assert!(out.join(RECORDING).exists() && out.join(REPORT).exists() && folder.path().join("out.zip").exists());
    assert!(!out.join(STATEMENT).exists() && !out.join(CERTIFICATE).exists());
    let (code, said) = verified(&out, &[]);
    assert!(code == Some(1) && said.contains("it is not signed"), "{said}");
}

#[rstest]
#[case::no_key(&["--key", "nowhere.key"], "error: --key `nowhere.key`: it cannot be read: ")]
#[case::public_key(&["--key", "PUB"], "error: --key `PUB`: it is a public key, and the private one is wanted: ")]
#[case::there_already(&["--key", "KEY", "--out", "."], "error: `.` is there already, and evidence is never overwritten")]
#[case::too_long(&["--key", "KEY", "--valid-for", "2000d"], "error: invalid value '2000d' for '--valid-for <DURATION>'")]
#[case::contract(&["--key", "KEY", "--contract", "."], "error: a release is signed off by the contract and the suites in this program")]
fn a_wrong_use_makes_nothing(#[case] arguments: &[&str], #[case] message: &str) {
    let folder = tempfile::tempdir().unwrap();
    let (key, public) = (SIGNED.path("release.key"), SIGNED.path("release.key.pub"));
    let named = |argument: &&str| argument.replace("PUB", text(&public)).replace("KEY", text(&key));
    let mut given: Vec<String> = ["signoff", "--release", "1", "--by", "me"].map(str::to_owned).to_vec();
    given.extend(arguments.iter().map(named));
    if !arguments.contains(&"--out") {
        given.extend(["--out".to_owned(), text(&folder.path().join("out")).to_owned()]);
    }
    let output = ran(&given.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(output.status.code(), Some(2), "{}", shown(&output));
    let message = message.replace("PUB", text(&public));
    assert!(shown(&output).starts_with(&message), "{}", shown(&output));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// A waived `must` blocks a sign-off, until it is accepted by name; then everybody who looks is told.
#[test]
fn a_waived_failure_is_signed_only_where_it_is_accepted_and_then_it_is_told() {
    const RULE: &str = "complete-values-shown";
    let server = Reference::start(Some("complete-loses-gender"));
    let (folder, profile) = (tempfile::tempdir().unwrap(), server.profile());
    let (waivers, out) = (folder.path().join("waivers.toml"), folder.path().join("out"));
    let day = Timestamp::now().to_zoned(TimeZone::UTC).date().checked_add(60.days()).unwrap();
    let entry = format!(
        "[[waiver]]\nrequirement = \"{RULE}\"\nreason = \"it is sent again\"\nowner = \"Grace\"\nexpires = {day}\n"
    );
    fs::write(&waivers, entry).unwrap();
    let key = SIGNED.path("release.key");
    let fixed = ["signoff", "--release", "2.4.1", "--by", "Ada Lovelace", "-q", "--key", text(&key)];
    let at = ["--profile-file", text(&profile), "--waivers", text(&waivers)];

    let refused = folder.path().join("refused");
    let output = ran(&[&fixed[..], &at, &["--out", text(&refused)]].concat());
    let said = shown(&output);
    assert_eq!(output.status.code(), Some(3), "{said}");
    let reason = format!("not signed off: a waiver lets a merge through, and no release: {RULE} is waived\n");
    assert!(said.contains(&reason) && said.contains(&format!("--accept-waivers {RULE}\n")), "{said}");
    assert!(refused.join(RECORDING).exists() && !refused.join(CERTIFICATE).exists());

    let output = ran(&[&fixed[..], &at, &["--out", text(&out), "--accept-waivers", RULE]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    let page = fs::read_to_string(out.join(CERTIFICATE)).unwrap();
    let first = page.split("<section class=\"rules\"").next().unwrap();
    assert!(first.len() < page.len() && first.contains("Broken, and accepted for this release"));
    assert!(first.contains(RULE) && first.contains("it is sent again") && first.contains("Grace"));
    let (code, said) = verified(&out, &[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("judged again  conformant with waivers: "), "{said}");
    assert!(said.contains(&format!("  WAIVED      {RULE}: broken, and accepted for this release\n")), "{said}");

    let told = fs::read_to_string(out.join(WAIVERS)).unwrap();
    fs::write(out.join(WAIVERS), told.replace("it is sent again", "it is not so bad")).unwrap();
    let (code, said) = verified(&out, &[]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.starts_with("NOT VALID\n  `waivers.json` was changed after it was signed: "), "{said}");
}

/// Parts of a run, joined, make a recording of one unbroken chain, in which nothing can be left out or moved either.
#[test]
fn a_recording_that_was_merged_is_held_to_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let (parts, whole) = ([path("1.jsonl"), path("2.jsonl")], path("whole.jsonl"));
    for (number, part) in parts.iter().enumerate() {
        let partition = format!("{}/2", number + 1);
        let output = ran(&["run", "-q", "--strict", "--seed", "5", "--partition", &partition, "--record", text(part)]);
        assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    }
    let output = ran(&["merge", "-q", "--strict", text(&parts[0]), text(&parts[1]), "--record", text(&whole)]);
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    let recording = fs::read(&whole).unwrap();
    let result = judge::judge(judge::read_recording(&*recording, &CONTRACT).unwrap(), &CONTRACT, false).unwrap();
    let issued = SIGNED.statement.predicate.signoff.issued;
    let terms = Terms {
        release: "2.4.2".to_owned(),
        by: "Ada Lovelace".to_owned(),
        issued,
        valid_until: SIGNED.statement.predicate.signoff.valid_until,
        accepted: Vec::new(),
        tool_digest: String::new(),
    };
    let signed = |recording: Vec<u8>| {
        let evidence = sign(evidence(&result, recording), &result, &terms, &SIGNED.private()).unwrap();
        verify(&evidence, &SIGNED.public, &CONTRACT, issued).map(drop).err().unwrap_or_default()
    };
    assert!(signed(recording.clone()).is_empty());
    let text = String::from_utf8(recording).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let written = |lines: &[&str]| format!("{}\n", lines.join("\n")).into_bytes();
    for at in [1, 40, lines.len() / 2, lines.len() - 2] {
        let (mut left_out, mut moved) = (lines.clone(), lines.clone());
        left_out.remove(at);
        moved.swap(at, at + 1);
        for tampered in [left_out, moved] {
            let refusals = signed(written(&tampered));
            assert!(matches!(refusals.as_slice(), [Refusal::Recording(_)]), "line {at}: {refusals:?}");
        }
    }
}

// --- keys

#[test]
fn a_key_is_private_read_by_others_and_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("k");
    let output = ran(&["keygen", text(&key)]);
    assert_eq!(output.status.code(), Some(0));
    let (private, public) =
        (fs::read_to_string(&key).unwrap(), fs::read_to_string(folder.path().join("k.pub")).unwrap());
    assert!(private.starts_with("-----BEGIN PRIVATE KEY-----\n"), "{private}");
    assert!(public.starts_with("-----BEGIN PUBLIC KEY-----\n"), "{public}");
    let secret = private.lines().nth(1).unwrap();
    assert!(!shown(&output).contains(secret));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    }
    for gone in [None, Some("k"), Some("k.pub")] {
        if let Some(gone) = gone {
            fs::remove_file(folder.path().join(gone)).unwrap();
        }
        let again = ran(&["keygen", text(&key)]);
        assert_eq!(again.status.code(), Some(2), "{}", shown(&again));
        assert!(shown(&again).contains("is there already, and a key is never overwritten"));
        fs::write(&key, &private).unwrap();
        fs::write(folder.path().join("k.pub"), &public).unwrap();
    }
}
