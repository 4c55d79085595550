//! A requirement for each status.

use crate::contract::{Kind, Level, Source};
use crate::judge::result::{RequirementResult, Status, Tally};

pub(super) fn all() -> Vec<RequirementResult> {
    let requirement = |id: &str, level, says: &str, status, note: Option<&str>, checks| RequirementResult {
        id: id.to_owned(),
        level,
        kind: if id.contains("code") { Kind::Limits } else { Kind::default() },
        operation: id.starts_with("thing").then(|| "POST /things".to_owned()),
        says: says.to_owned(),
        source: Source { heading: "Things".to_owned(), line: 40 },
        refs: if id == "thing-ends-others" {
            vec!["RFC 9110 15.5".to_owned(), "OWASP ASVS 5.0 7.4.3".to_owned()]
        } else {
            Vec::new()
        },
        status,
        note: note.map(str::to_owned),
        checks,
    };
    let none = Tally::default();
    let pass = Tally { pass: 12, ..none };
    let fail = Tally { pass: 1, fail: 2, ..none };
    let warn = Tally { warn: 1, ..none };
    let waived = Tally { waived: 1, ..none };
    let blocked = Tally { blocked: 2, ..none };
    vec![
        requirement("thing-made", Level::Must, "A thing that is asked for is made.", Status::Held, None, pass),
        requirement(
            "thing-ends-others",
            Level::Must,
            "Making a thing ends every other thing of the same owner, whatever their state was before it was made.",
            Status::Broken,
            None,
            fail,
        ),
        requirement("thing-model", Level::Must, "A thing has every field.", Status::Broken, None, fail),
        requirement("no-cache", Level::Should, "An answer with a thing is not stored.", Status::Broken, None, warn),
        requirement("thing-kept", Level::Must, "A thing is kept.", Status::Waived, Some("1 check is waived"), waived),
        requirement(
            "thing-code",
            Level::Must,
            "A thing is confirmed by a code.",
            Status::NotJudged,
            Some("no source of codes is declared"),
            blocked,
        ),
        requirement(
            "thing-code-expires",
            Level::Must,
            "A code has an end.",
            Status::NotJudged,
            Some("no source of codes is declared"),
            blocked,
        ),
        requirement(
            "thing-rotates",
            Level::Must,
            "A thing that was replaced is dead.",
            Status::NotApplicable,
            Some("the target keeps its things"),
            Tally { not_applicable: 1, ..none },
        ),
        requirement(
            "thing-limit",
            Level::Should,
            "Things are limited.",
            Status::NoOccasion,
            Some("nothing gave an occasion"),
            none,
        ),
        requirement("other", Level::Must, "Others are there.", Status::NotSelected, None, none),
        requirement(
            "hashed",
            Level::Must,
            "Nothing is stored in the clear.",
            Status::Unobservable,
            Some("no answer shows how a thing is stored"),
            none,
        ),
        requirement(
            "thing-order",
            Level::Observe,
            "Things come in some order.",
            Status::Observed,
            Some("the newest first"),
            Tally { pass: 1, ..none },
        ),
    ]
}
