//! `prove`, on few trials: the whole of it is a step of `.ci/run`.

use rstest::rstest;

use crate::command::conformance;

/// A flow that calls one operation and shows nothing of the others.
const GUEST: &str = "suite: guest
about: A guest comes in.
flows:
  - id: come-in
    about: A guest comes in.
    steps:
      - call: POST /auth/guest
        send: { grant_type: create, client_id: \"${client.id}\", client_secret: \"${client.secret}\" }
        expect: UserSignupOut
        proves: [guest-succeeds]
";

#[test]
fn what_is_caught_leaves_nothing_to_tell() {
    let told = conformance(&[
        "prove",
        "--fault",
        "link-without-code",
        "--mutant",
        "post-auth-guest/accepted/truncated",
        "--only-survivors",
    ]);
    assert_eq!(told, "exit code: 0\n--- stdout\n--- stderr\n");
}

#[test]
fn what_no_flow_meets_is_told_first() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("guest.yaml"), GUEST).unwrap();
    let (matrix, page) = (folder.path().join("matrix.json"), folder.path().join("proof.html"));
    let told = conformance(&[
        "prove",
        "--suites",
        folder.path().to_str().unwrap(),
        "--fault",
        "refresh-always-refused",
        "--mutant",
        "post-auth-guest/accepted/truncated",
        "--report",
        &format!("json={}", matrix.to_str().unwrap()),
        "--report",
        &format!("html={}", page.to_str().unwrap()),
    ]);
    assert!(told.starts_with("exit code: 1\n--- stdout\n"), "{told}");
    assert!(
        told.contains("\nnever met refresh-always-refused (POST /auth/refresh): Every refresh is refused.\n"),
        "{told}"
    );
    assert!(told.contains("\n1 of 1 mutants caught\n"), "{told}");
    assert!(told.contains("\nNOT PROVED in "), "{told}");
    let matrix: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(matrix).unwrap()).unwrap();
    assert_eq!(matrix["trials"][0]["fate"], "never-met");
    assert_eq!(matrix["everything"], false);
    let page = std::fs::read_to_string(page).unwrap();
    let (survivor, score) =
        (page.find("never met refresh-always-refused").unwrap(), page.find("<h2 id=\"score\">").unwrap());
    assert!(survivor < score, "survivors come first");
    let killer = "<li><code>post-auth-guest/accepted/truncated</code> in come-in</li>";
    assert!(page.replace("&#x2f;", "/").contains(killer), "{page}");
    for outside in ["<script", "http://", "https://", "url(", " style=\""] {
        assert!(!page.contains(outside), "`{outside}` is in the page");
    }
}

#[rstest]
#[case::fault(&["--fault", "link-without-cod"], "there is no fault `link-without-cod`\nhelp: did you mean `link-without-code`?")]
#[case::mutant(&["--mutant", "post-auth-guest/accepted/trunctated"], "there is no mutant `post-auth-guest/accepted/trunctated`")]
#[case::area(&["--area", "leeks"], "there is no area `leeks`\nhelp: did you mean `leaks`?")]
#[case::nothing_left(&["--only", "variants", "--area", "leaks"], "nothing is selected: nothing matches all of the given filters")]
#[case::report_without_a_path(&["--report", "html"], "invalid value 'html' for '--report <FORMAT=PATH>': expected FORMAT=PATH, such as `html=proof.html`")]
#[case::report_of_another_format(&["--report", "xml=x"], "invalid value 'xml=x' for '--report <FORMAT=PATH>': there is no format `xml`; expected html, json or drift")]
#[case::no_such_floor(&["--floor", "no/such.json"], "cannot use `no/such.json`: No such file or directory")]
#[case::no_such_table(&["--drift", "no/such.txt"], "cannot use `no/such.txt`: No such file or directory (os error 2)\nhelp: `--report drift=FILE` writes such a table")]
#[case::table_without_variants(&["--drift", "Cargo.toml", "--only", "faults"], "--drift is about variants, which --only leaves out")]
#[case::floor_of_another_seed(&["--floor", concat!(env!("CARGO_MANIFEST_DIR"), "/.ci/prove-floor.json"), "--seed", "7"], "the floor is that of seed 0, and the proof has seed 7\nhelp: prove it with `--seed 0`, or leave `--floor` out")]
#[case::floor_of_a_part(&["--floor", "x", "--only", "faults"], "the argument '--floor <FILE>' cannot be used with '--only <KIND>'")]
fn what_cannot_be_proved_is_a_usage_error(#[case] arguments: &[&str], #[case] message: &str) {
    let told = conformance(&[&["prove"], arguments].concat());
    assert!(told.starts_with(&format!("exit code: 2\n--- stdout\n--- stderr\nerror: {message}")), "{told}");
}
