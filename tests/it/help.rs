//! The help of every command.

use insta::assert_snapshot;
use rstest::rstest;

use crate::command::conformance;

#[rstest]
#[case::nothing("nothing", &[])]
#[case::short("short", &["-h"])]
#[case::long("long", &["--help"])]
#[case::run("run", &["run", "--help"])]
#[case::init("init", &["init", "--help"])]
#[case::doctor("doctor", &["doctor", "--help"])]
#[case::serve("serve", &["serve", "--help"])]
#[case::list("list", &["list", "--help"])]
#[case::explain("explain", &["explain", "--help"])]
#[case::judge("judge", &["judge", "--help"])]
#[case::render("render", &["render", "--help"])]
#[case::waive("waive", &["waive", "--help"])]
#[case::repro("repro", &["repro", "--help"])]
#[case::keygen("keygen", &["keygen", "--help"])]
#[case::signoff("signoff", &["signoff", "--help"])]
#[case::verify("verify", &["verify", "--help"])]
#[case::merge("merge", &["merge", "--help"])]
#[case::accept("accept", &["accept", "--help"])]
#[case::diff("diff", &["diff", "--help"])]
fn help(#[case] name: &str, #[case] arguments: &[&str]) {
    assert_snapshot!(format!("help-{name}"), conformance(arguments));
}

#[test]
fn version() {
    let expected = format!("exit code: 0\n--- stdout\nconformance {}\n--- stderr\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(conformance(&["--version"]), expected);
}
