//! `list`.

use insta::assert_snapshot;
use rstest::rstest;

use crate::command::{command, conformance, library};

#[rstest]
#[case::flows("flows", &[])]
#[case::flows_json("flows", &["--json"])]
#[case::operations("operations", &[])]
#[case::operations_json("operations", &["--json"])]
#[case::requirements("requirements", &[])]
#[case::requirements_json("requirements", &["--json"])]
#[case::errors("errors", &[])]
#[case::errors_json("errors", &["--json"])]
#[case::suites("suites", &[])]
#[case::suites_json("suites", &["--json"])]
#[case::requirements_of_a_level("requirements", &["--level", "must"])]
#[case::requirements_of_an_operation("requirements", &["--operation", "POST /loans"])]
#[case::flows_of_an_operation("flows", &["--operation", "GET /loans"])]
#[case::errors_of_an_operation("errors", &["--operation", "GET /loans"])]
#[case::unknown_operation("flows", &["--operation", "GET /loan"])]
#[case::level_of_flows("flows", &["--level", "must"])]
#[case::operation_of_suites("suites", &["--operation", "GET /loans"])]
#[case::unknown_level("requirements", &["--level", "may"])]
#[case::unknown_kind("flow", &[])]
fn list(#[case] kind: &str, #[case] flags: &[&str]) {
    let name = format!("list {kind} {}", flags.join(" ")).replace(['/', ' '], "-").replace("--", "-");
    assert_snapshot!(name.trim_end_matches('-'), library(&[&["list", kind], flags].concat()));
}

#[test]
fn every_kind_of_the_embedded_contract_has_rows() {
    for kind in ["flows", "operations", "requirements", "errors", "checks", "faults", "variants", "mutants", "suites"] {
        let table = conformance(&["list", kind]);
        assert!(table.starts_with("exit code: 0\n") && table.ends_with("--- stderr\n"), "{table}");
        assert!(table.lines().count() > 6, "{table}");
        let json = command(&["list", kind, "--json"]).output().unwrap().stdout;
        let rows: Vec<serde_json::Value> = serde_json::from_slice(&json).unwrap();
        // Exit code, two marks, the head and the line below it.
        assert_eq!(rows.len(), table.lines().count() - 5, "{kind}");
    }
}
