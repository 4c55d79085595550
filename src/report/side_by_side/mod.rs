//! Several targets side by side, for people and for tools: pure functions of a [`SideBySide`].

mod console;
mod html;

use crate::judge::side_by_side::{Cell, SideBySide};
use crate::verdict::Verdict;

/// How much is shown, and how wide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Shows the requirements that are the same everywhere, too.
    pub verbose: bool,
    /// Shows only one line for each target, and the conclusion.
    pub quiet: bool,
    /// Characters in a line.
    pub width: usize,
}

/// The matrix for a terminal.
pub fn console(matrix: &SideBySide, options: &Options) -> String {
    console::render(matrix, options)
}

/// The matrix as a page that needs nothing else.
pub fn html(matrix: &SideBySide) -> String {
    html::render(matrix)
}

/// The matrix as JSON, as `schemas/tool/matrix.schema.json` describes it.
pub fn json(matrix: &SideBySide) -> String {
    let mut text = serde_json::to_string_pretty(matrix).expect("a matrix is plain data with string keys");
    text.push('\n');
    text
}

/// The verdict that stands for a cell, where it has one, and its word.
fn shown(cell: Option<&Cell>) -> (Option<Verdict>, &'static str) {
    cell.map_or((None, NOT_RUN), |cell| (cell.worst, cell.word()))
}

/// What stands in the cells of a target that was not run.
const NOT_RUN: &str = "not run";

#[cfg(test)]
mod tests {
    use anstream::adapter::strip_str;
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::*;
    use crate::contract::Contract;
    use crate::judge::result::{Conclusion, RequirementResult, Status, Tally};
    use crate::judge::side_by_side::{Seen, side_by_side};
    use crate::report::sample;
    use crate::report::schemas::{matrix as matrix_schema, violations};

    /// Two judged targets and one that could not be reached, about the first requirements of the contract.
    fn matrix() -> SideBySide {
        let contract = Contract::embedded().unwrap();
        let told = |status, note: Option<&str>, checks, number: usize| {
            let requirement = &contract.requirements()[number];
            RequirementResult {
                id: requirement.id.clone(),
                level: requirement.level,
                status,
                note: note.map(str::to_owned),
                checks,
                ..sample::every_verdict().requirements.swap_remove(0)
            }
        };
        let held = |number| told(Status::Held, None, Tally { pass: 3, ..Tally::default() }, number);
        let mut left = sample::clean();
        left.requirements = vec![held(0), held(1), held(2)];
        let mut right = sample::every_verdict();
        let broken = told(Status::Broken, None, Tally { pass: 1, fail: 2, ..Tally::default() }, 1);
        right.findings.truncate(1);
        right.findings[0].requirement = Some(broken.id.clone());
        right.findings[0].mismatch.as_mut().unwrap().actual = "\u{202e}<script>".to_owned();
        right.requirements = vec![held(0), broken, told(Status::NotSelected, None, Tally::default(), 2)];
        right.conclusion = Conclusion::NonConformant;
        let url = |name: &str| format!("https://{name}.example.test/api/v1");
        let seen = vec![
            Seen::judged("staging", &url("staging"), Some("staging".to_owned()), &left),
            Seen::judged("production", &url("production"), Some("production".to_owned()), &right),
            Seen::not_run("abroad", &url("abroad"), "nothing answers".to_owned(), 3),
        ];
        side_by_side(seen, &contract, "0.1.0", 7)
    }

    #[test]
    fn shows_what_differs() {
        for (name, verbose, quiet) in [("console", false, false), ("console-quiet", false, true)] {
            let shown = console(&matrix(), &Options { verbose, quiet, width: 100 });
            insta::assert_snapshot!(name, strip_str(&shown).to_string());
        }
        let all = console(&matrix(), &Options { verbose: true, quiet: false, width: 100 });
        assert!(matrix().requirements.iter().all(|row| all.contains(&format!(" {} ", row.id))));
    }

    #[rstest]
    #[case::format("/format", json!(2))]
    #[case::exit_code("/exit_code", json!(5))]
    #[case::two_fates("/targets/0/fate/not-run", json!({ "why": "it was not there", "exit_code": 3 }))]
    #[case::conclusion("/targets/0/fate/judged/conclusion", json!("green"))]
    #[case::level("/requirements/0/level", json!("may"))]
    #[case::cell("/requirements/0/cells/0/worst", json!("passed"))]
    #[case::count("/requirements/0/cells/0/checks/pass", json!(-1))]
    #[case::unknown_key("/surprise", json!(1))]
    #[case::unknown_key_below("/requirements/0/surprise", json!(1))]
    fn json_is_what_its_schema_says_and_nothing_else(#[case] pointer: &str, #[case] wrong: Value) {
        let schema = matrix_schema();
        let mut matrix: Value = serde_json::from_str(&json(&matrix())).unwrap();
        assert_eq!(violations(&schema, &matrix), Vec::<String>::new());
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        matrix.pointer_mut(parent).unwrap().as_object_mut().unwrap().insert(key.to_owned(), wrong);
        assert_ne!(violations(&schema, &matrix), Vec::<String>::new());
    }

    #[test]
    fn json_keeps_everything() {
        let matrix = matrix();
        assert_eq!(serde_json::from_str::<SideBySide>(&json(&matrix)).unwrap(), matrix);
        assert_eq!(matrix.exit_code, 1);
        assert_eq!(matrix.requirements.iter().filter(|row| row.differs).count(), 2);
    }

    #[test]
    fn the_page_holds_every_requirement_and_no_markup_of_a_target() {
        let matrix = matrix();
        let page = html(&matrix).replace("&#x2f;", "/");
        for row in &matrix.requirements {
            assert!(page.contains(&format!("id=\"r={}\"", row.id)), "{}", row.id);
        }
        assert!(!page.contains("<script") && page.contains("\\u{202e}&lt;script&gt;"));
        let broken = &matrix.requirements[1].id;
        assert!(page.contains(&format!("href=\"production/report.html#r={broken}\"")), "no link to its own report");
        for addressed in ["src=", "<link", "<img", "<iframe", "@import", "url(", " style=", " onclick="] {
            assert!(!page.contains(addressed), "{addressed}");
        }
    }
}
