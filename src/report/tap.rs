//! The Test Anything Protocol, version 14: a flow is a test point (see [`case`]), with its findings as diagnostics.

use std::fmt::Write as _;

use super::case::{self, Case, Outcome};
use super::plain;
use crate::judge::result::RunResult;
use crate::verdict::Verdict;

/// A run as TAP.
pub fn render(result: &RunResult) -> String {
    let cases = case::all(result);
    let mut text = format!("TAP version 14\n1..{}\n", cases.len());
    for (number, case) in cases.iter().enumerate() {
        point(&mut text, number + 1, case);
    }
    for (label, told) in [("build", result.target.build()), ("certificate", result.target.certificate.clone())] {
        if let Some(told) = told {
            writeln!(text, "# {label}: {}", plain::line(&told)).expect("a string takes any text");
        }
    }
    writeln!(text, "# {}: {}", result.conclusion.word(), plain::line(&result.summary))
        .expect("a string takes any text");
    text
}

fn point(text: &mut String, number: usize, case: &Case<'_>) {
    let (ok, directive) = match case.outcome {
        Outcome::Passed => ("ok", String::new()),
        Outcome::Failed | Outcome::Undecided => ("not ok", String::new()),
        // What is waived does fail, and is known to: the format has a word for that which is none for a skip.
        Outcome::Skipped if case.word == Verdict::Waived.word() => ("not ok", format!(" # TODO {}", case.word)),
        Outcome::Skipped => ("ok", format!(" # SKIP {}", case.word)),
    };
    let name = described(&format!("{} / {}", case.suite, case.name));
    let mut add = |line: &str| {
        text.push_str(line);
        text.push('\n');
    };
    add(&format!("{ok} {number} - {name}{directive}"));
    add("  ---");
    add(&format!("  verdict: {}", quoted(case.word)));
    add(&format!("  message: {}", quoted(&case.message)));
    add(&format!("  duration_ms: {:.1}", case.elapsed_ms.max(0.0)));
    if let Some(place) = case.place {
        add(&format!("  at: {}", quoted(&format!("suites/{place}"))));
    }
    for (label, told) in [("findings", &case.told), ("warnings", &case.warnings)] {
        if !told.is_empty() {
            add(&format!("  {label}: |"));
            told.lines().for_each(|line| add(format!("    {line}").trim_end()));
        }
    }
    add("  ...");
}

/// A description, in which a number sign would begin a directive.
fn described(text: &str) -> String {
    plain::line(text).replace('\\', "\\\\").replace('#', "\\#")
}

/// A text of YAML: every text of JSON is one.
fn quoted(text: &str) -> String {
    serde_json::Value::from(plain::line(text)).to_string()
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn holds_every_verdict() {
        insta::assert_snapshot!("tap", render(&sample::every_verdict()));
    }

    #[test]
    fn no_name_is_a_directive() {
        assert_eq!(described("a # SKIP \\b"), "a \\# SKIP \\\\b");
    }

    #[test]
    fn diagnostics_are_yaml() {
        let text = render(&sample::every_verdict());
        for block in text.split("  ---\n").skip(1).map(|rest| rest.split("  ...\n").next().unwrap()) {
            let read: serde_json::Value = serde_saphyr::from_str(block).unwrap();
            assert!(read["verdict"].is_string() && read["message"].is_string(), "{block}");
        }
    }
}
