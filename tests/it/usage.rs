//! Wrong uses, each with its message and exit code 2; colours and pipes.

use std::fs;
use std::io::Read;
use std::process::Stdio;

use insta::assert_snapshot;
use rstest::rstest;

use crate::command::{command, conformance, library};

#[rstest]
#[case::unknown_command("unknown-command", &["rnu"])]
#[case::unknown_flag("unknown-flag", &["run", "--tarket", "http://127.0.0.1"])]
#[case::target_and_profile("target-and-profile", &["run", "--target", "http://127.0.0.1", "--profile", "staging"])]
#[case::no_jobs("no-jobs", &["run", "--jobs", "0"])]
#[case::no_seed("no-seed", &["run", "--seed", "-1"])]
#[case::no_duration("no-duration", &["run", "--timeout", "soon"])]
#[case::unknown_format("unknown-format", &["run", "--report", "jsn=a"])]
#[case::no_format("no-format", &["run", "--report", "report.json"])]
#[case::verbose_and_quiet("verbose-and-quiet", &["run", "-v", "-q"])]
#[case::no_recording("no-recording", &["judge"])]
#[case::unknown_variant("unknown-variant", &["serve", "--variant", "text-405"])]
#[case::unknown_fault("unknown-fault", &["serve", "--fault", "no-fault-of-this-name"])]
#[case::contradicting_variants("contradicting-variants", &["serve", "--variant", "low-limits", "--variant", "high-limits"])]
#[case::no_address("no-address", &["serve", "--listen", "localhost"])]
#[case::no_contract("no-contract", &["list", "errors", "--contract", "nowhere"])]
#[case::no_suites("no-suites", &["list", "flows", "--suites", "nowhere"])]
fn wrong_use(#[case] name: &str, #[case] arguments: &[&str]) {
    let shown = conformance(arguments);
    assert!(shown.starts_with("exit code: 2\n--- stdout\n--- stderr\nerror: "), "{shown}");
    assert_snapshot!(format!("wrong-{name}"), shown);
}

#[test]
fn a_broken_contract_is_shown_with_its_place() {
    let folder = copy_of_library();
    let file = folder.path().join("schemas/requirements.yaml");
    fs::write(&file, fs::read_to_string(&file).unwrap().replace("POST /loans", "POST /lones")).unwrap();
    assert_snapshot!("wrong-contract", with(folder.path(), &["list", "errors"]));
}

#[test]
fn broken_suites_are_shown_with_their_places() {
    let folder = copy_of_library();
    let file = folder.path().join("suites/loans.yaml");
    let broken =
        fs::read_to_string(&file).unwrap().replace("loan-given", "loan-gven").replace("seconds: 60", "second: 60");
    fs::write(&file, broken).unwrap();
    let shown = with(folder.path(), &["list", "flows"]).replace(&*folder.path().to_string_lossy(), "FOLDER");
    assert_snapshot!("wrong-suites", shown);
}

#[test]
fn a_port_in_use_is_a_wrong_use() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let shown = conformance(&["serve", "--listen", &address]).replace(&address, "ADDRESS");
    assert!(shown.starts_with("exit code: 2\n--- stdout\n--- stderr\nerror: cannot listen on ADDRESS: "), "{shown}");
}

#[test]
fn colours_only_where_they_are_wanted() {
    let escapes = |arguments: &[&str]| library(arguments).contains('\u{1b}');
    assert!(!escapes(&["explain", "loan-given"]));
    assert!(!escapes(&["explain", "loan-givn"]));
    assert!(!escapes(&["explain", "loan-given", "--color", "never"]));
    assert!(escapes(&["explain", "loan-given", "--color", "always"]));
    assert!(escapes(&["explain", "loan-givn", "--color", "always"]));
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let mut child = std::process::Command::new(command(&[]).get_program())
        .args(["list", "requirements", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut complaint = String::new();
    child.stderr.take().unwrap().read_to_string(&mut complaint).unwrap();
    assert_eq!((child.wait().unwrap().code(), complaint.as_str()), (Some(0), ""));
}

fn copy_of_library() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let from = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/library");
    copy(&from, folder.path());
    folder
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn with(folder: &std::path::Path, arguments: &[&str]) -> String {
    let (contract, suites) = (folder.join("schemas"), folder.join("suites"));
    let folders = ["--contract", &*contract.to_string_lossy(), "--suites", &*suites.to_string_lossy()];
    conformance(&[arguments, &folders].concat())
}
