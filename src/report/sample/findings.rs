//! A finding for each verdict that is one.

use super::HOSTILE;
use super::exchanges::{LONG, answer, place, refused};
use super::rest::waivers;
use crate::exchange::Exchange;
use crate::judge::result::Finding;
use crate::verdict::{Mismatch, Verdict};

fn finding(verdict: Verdict, requirement: Option<&str>, flow: &str, step: &str, exchange: Option<Exchange>) -> Finding {
    Finding {
        id: format!("{flow}/{step}/{}", requirement.unwrap_or("step")),
        verdict,
        requirement: requirement.map(str::to_owned),
        suite: if ["block-a-thing", "lose-a-thing", "waive-a-thing"].contains(&flow) { "losses" } else { "things" }
            .to_owned(),
        flow: flow.to_owned(),
        step: step.to_owned(),
        about: None,
        does: "POST /things".to_owned(),
        place: place(10 + u32::try_from(step.len()).unwrap_or_default()),
        mismatch: None,
        reason: None,
        after: None,
        exchange,
    }
}

pub(super) fn all() -> Vec<Finding> {
    let hostile = answer(200, "text/html", HOSTILE);
    let ends = |step: &str| Finding {
        about: Some("the other thing is gone".to_owned()),
        mismatch: Some(Mismatch::new("status", "refused (4xx)", "200")),
        ..finding(
            Verdict::Fail,
            Some("thing-ends-others"),
            "end-a-thing",
            step,
            Some(answer(200, "application/json", LONG)),
        )
    };
    vec![
        ends("3"),
        ends("alice.2"),
        Finding {
            mismatch: Some(Mismatch::new(
                "/nested",
                r#"{"deep":{"deeper":1},"more":true}"#,
                r#"{"deep":{"deeper":null}}"#,
            )),
            ..finding(
                Verdict::Fail,
                Some("thing-model"),
                "end-a-thing",
                "4",
                Some(answer(200, "application/json", LONG)),
            )
        },
        Finding {
            mismatch: Some(Mismatch::new("", "a body in JSON", HOSTILE)),
            ..finding(Verdict::Fail, Some("thing-model"), "end-a-thing", "5", Some(hostile))
        },
        Finding {
            mismatch: Some(Mismatch::new("header cache-control", "`no-store`", "nothing")),
            ..finding(
                Verdict::Warn,
                Some("no-cache"),
                "warn-of-a-thing",
                "1",
                Some(answer(200, "application/json", "{}")),
            )
        },
        Finding {
            reason: Some("connection refused (os error 111)".to_owned()),
            ..finding(Verdict::Broken, None, "lose-a-thing", "1", Some(refused()))
        },
        Finding {
            does: "code".to_owned(),
            reason: Some("no source of codes is declared".to_owned()),
            ..finding(Verdict::Blocked, Some("thing-code"), "block-a-thing", "2", None)
        },
        Finding {
            does: "code".to_owned(),
            reason: Some("no source of codes is declared".to_owned()),
            ..finding(Verdict::Blocked, Some("thing-code-expires"), "block-a-thing", "2", None)
        },
        Finding {
            reason: Some("step 5 failed".to_owned()),
            after: Some("5".to_owned()),
            ..finding(Verdict::Blocked, Some("thing-code-expires"), "end-a-thing", "6", None)
        },
        Finding {
            reason: Some("step 5 failed".to_owned()),
            after: Some("5".to_owned()),
            ..finding(Verdict::Blocked, None, "end-a-thing", "7", None)
        },
        Finding {
            mismatch: Some(Mismatch::new("status", "200", "404")),
            reason: Some(waivers()[0].waiver.words()),
            ..finding(
                Verdict::Waived,
                Some("thing-kept"),
                "waive-a-thing",
                "1",
                Some(answer(404, "text/plain", "gone")),
            )
        },
    ]
}
