//! The JSON report: the whole [`RunResult`], as `schemas/tool/report.schema.json` describes it.
//!
//! Keys stand in the order of the fields, so that two reports can be compared line by line.

use std::io::{self, Write};

use crate::judge::result::RunResult;

/// A run as indented JSON that ends with a newline.
pub fn render(result: &RunResult) -> String {
    let mut text = serde_json::to_string_pretty(result).expect("a result is plain data with string keys");
    text.push('\n');
    text
}

/// The same, written piece by piece: that of a long run is far larger than the run itself.
///
/// # Errors
/// What became of the writing.
pub fn write(result: &RunResult, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, result)?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::super::sample;
    use super::*;

    fn violations(report: &Value) -> Vec<String> {
        let schema = include_str!("../../schemas/tool/report.schema.json");
        let schema: Value = serde_json::from_str(schema).unwrap();
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        validator.iter_errors(report).map(|error| format!("{}: {error}", error.instance_path())).collect()
    }

    fn sample() -> Value {
        serde_json::from_str(&render(&sample::every_verdict())).unwrap()
    }

    #[test]
    fn holds_every_verdict() {
        insta::assert_snapshot!("json", render(&sample::every_verdict()));
    }

    #[test]
    fn is_written_as_it_is_rendered() {
        let mut written = Vec::new();
        write(&sample::every_verdict(), &mut written).unwrap();
        assert_eq!(String::from_utf8(written).unwrap(), render(&sample::every_verdict()));
    }

    #[test]
    fn reads_back_as_the_same_result() {
        let result = sample::every_verdict();
        let read: RunResult = serde_json::from_str(&render(&result)).unwrap();
        assert_eq!(read, result);
    }

    #[test]
    fn every_sample_is_valid() {
        assert_eq!(violations(&sample()), Vec::<String>::new());
        let changed = RunResult { changed: Some(Box::new(sample::changed())), ..sample::every_verdict() };
        assert!(!changed.changed.as_ref().unwrap().worse.is_empty(), "nothing is worse any more");
        assert_eq!(violations(&serde_json::from_str(&render(&changed)).unwrap()), Vec::<String>::new());
        assert_eq!(violations(&serde_json::from_str(&render(&sample::clean())).unwrap()), Vec::<String>::new());
    }

    #[rstest]
    #[case::format("/format", json!(2))]
    #[case::conclusion("/conclusion", json!("green"))]
    #[case::negative_count("/counts/checks/pass", json!(-1))]
    #[case::verdict("/flows/0/verdict", json!("passed"))]
    #[case::finding_that_passed("/findings/0/verdict", json!("pass"))]
    #[case::failure_without_mismatch("/findings/5/verdict", json!("fail"))]
    #[case::broken_without_reason("/findings/0/verdict", json!("broken"))]
    #[case::status("/requirements/0/status", json!("passed"))]
    #[case::level("/requirements/0/level", json!("may"))]
    #[case::id("/requirements/0/id", json!("Thing Made"))]
    #[case::two_outcomes("/findings/0/exchange/outcome/failure", json!({ "kind": "connect", "message": "" }))]
    #[case::unknown_key("/surprise", json!(1))]
    #[case::unknown_key_below("/counts/requirements/surprise", json!(1))]
    fn a_broken_report_is_invalid(#[case] pointer: &str, #[case] value: Value) {
        let mut report = sample();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        report.pointer_mut(parent).unwrap().as_object_mut().unwrap().insert(key.to_owned(), value);
        assert_ne!(violations(&report), Vec::<String>::new());
    }

    #[test]
    fn every_required_key_is_required() {
        // Not every recording tells how fast the run could have been.
        for key in sample().as_object().unwrap().keys().filter(|key| *key != "speed") {
            let mut report = sample();
            report.as_object_mut().unwrap().remove(key);
            assert_ne!(violations(&report), Vec::<String>::new(), "`{key}` may be left out");
        }
    }
}
