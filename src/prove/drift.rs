//! Where the answers of a server that takes one freedom differ from the accepted ones of a server without any.
//!
//! The table of all freedoms is a committed file: whatever differs that is not in it, and whatever is in it and does not
//! differ, is told.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write;

use similar::{ChangeTag, TextDiff};

use super::proof::{FreedomTrial, Proof};
use crate::judge::RunResult;
use crate::judge::drift::{is_whole, taken};
use crate::reference::Variant;
use crate::snapshot::{Difference, DriftKind, Snapshot, compare};

/// What differs, each with the flows in which it is seen.
pub type Drifts = BTreeMap<String, BTreeSet<String>>;

/// The accepted snapshots of the reference server by flow.
pub type Accepted = BTreeMap<String, String>;

/// A difference that is seen in more flows than these is told without their names.
const NAMED_FLOWS: usize = 3;

/// What differs in these flows of a run.
pub(super) fn drifts(result: &RunResult, flows: &HashSet<String>, accepted: &Accepted) -> Drifts {
    let mut drifts = Drifts::new();
    for flow in result.flows.iter().filter(|flow| flows.contains(&flow.id)) {
        let Some(Ok(accepted)) = accepted.get(&flow.id).map(|text| Snapshot::parse(text)) else { continue };
        for difference in compare(&accepted, &taken(flow).unwrap_or_default()) {
            // A flow that ended early did not come to its last steps.
            if difference.kind != DriftKind::GoneStep || is_whole(flow) {
                drifts.entry(line(&difference)).or_default().insert(flow.id.clone());
            }
        }
    }
    drifts
}

/// Where something differs; by how much is chance where it is a time.
fn line(difference: &Difference) -> String {
    // The places in an array are alike.
    let part = |part| if str::parse::<usize>(part).is_ok() { "*" } else { part };
    let at: Vec<&str> = difference.at.split('/').map(part).collect();
    let at = if difference.at.is_empty() { String::new() } else { format!(" at {}", at.join("/")) };
    format!("{}: {}{at}", difference.does, difference.kind.words())
}

/// The table of all freedoms, each tried alone.
pub fn table(proof: &Proof) -> String {
    let mut table = String::new();
    for variant in Variant::ALL {
        let alone = |trial: &&FreedomTrial| trial.variants == [variant.id()];
        let Some(trial) = proof.freedoms.iter().find(alone) else { continue };
        // Nothing can fail that is written to a String.
        let _ = writeln!(table, "{}: {}", variant.id(), variant.sentence());
        if trial.drifts.is_empty() {
            table.push_str("  nothing that is recorded differs in any flow\n");
        }
        for (line, flows) in &trial.drifts {
            let names: Vec<&str> = flows.iter().map(String::as_str).collect();
            let names = if names.len() > NAMED_FLOWS { "many flows".to_owned() } else { names.join(", ") };
            let _ = writeln!(table, "  {line} ({names})");
        }
    }
    table
}

/// The lines in which a table differs from an accepted one: `-` before what is missing, `+` before what is new.
pub fn changed(accepted: &str, table: &str) -> Vec<String> {
    let diff = TextDiff::from_lines(accepted, table);
    let mut variant = "";
    let mut lines = Vec::new();
    for change in diff.iter_all_changes() {
        let line = change.value().trim_end();
        if !line.starts_with(' ') {
            variant = line.split(':').next().unwrap_or_default();
        }
        match change.tag() {
            ChangeTag::Equal => {}
            ChangeTag::Delete => lines.push(format!("- {variant}: {}", line.trim_start())),
            ChangeTag::Insert => lines.push(format!("+ {variant}: {}", line.trim_start())),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn differences(accepted: &serde_json::Value, actual: &serde_json::Value) -> Vec<String> {
        let parse = |value: &serde_json::Value| Snapshot::parse(&value.to_string()).unwrap();
        compare(&parse(accepted), &parse(actual)).iter().map(line).collect()
    }

    #[test]
    fn a_difference_is_told_by_its_place() {
        let one = json!({"1 GET /a": {"status": 200, "body": {"list": [{"x": 1}], "n": 1}}});
        let other = json!({"1 GET /a": {"status": 200, "body": {"list": [{"x": null}], "n": 7}}});
        let found = differences(&one, &other);
        assert_eq!(found, ["GET /a: another type at /list/*/x", "GET /a: another value at /n"]);
        assert_eq!(differences(&one, &one), Vec::<String>::new());
    }

    #[test]
    fn a_changed_table_is_told_by_variant_and_line() {
        let accepted = "one: It is so.\n  GET /a: another value at /n (f)\ntwo: It is not.\n  nothing\n";
        let now = "one: It is so.\ntwo: It is not.\n  GET /a: a new field at /m (f)\n";
        assert_eq!(changed(accepted, accepted), Vec::<String>::new());
        assert_eq!(
            changed(accepted, now),
            ["- one: GET /a: another value at /n (f)", "- two: nothing", "+ two: GET /a: a new field at /m (f)"]
        );
    }
}
