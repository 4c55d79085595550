//! Cases about the bearer token: none, malformed, made up, tampered with, under another scheme.

use serde_json::Value;

use super::{Case, place};
use crate::contract::{Bearer, Operation};
use crate::expect::Kind;
use crate::suite::{Action, Call, Condition, Recipe, Stage, Step, Template};

/// Names that the cases bind.
const FORGED: &str = "forged_token";
const TAMPERED: &str = "tampered_token";
const UNSIGNED: &str = "unsigned_token";
const SHORTENED: &str = "shortened_token";
const RECASED: &str = "recased_token";

/// Every case about the bearer token of a stage's accepted request.
pub fn cases(stage: &Stage, operation: &Operation) -> Vec<Case> {
    let (Some(bearer), Bearer::Access | Bearer::Refresh) = (&stage.twin.bearer, operation.bearer) else {
        return Vec::new();
    };
    let Some(token) = bearer.source().as_str() else { return Vec::new() };
    let header = |value: String| vec![("authorization".to_owned(), Template::new(Value::String(value)))];
    let reference = |name: &str| Some(Template::new(Value::String(format!("${{{name}}}"))));
    let bad = |id: &str, about: &str, requirement: &str, bearer: Option<Template>, headers| Case {
        id: format!("{}/bearer/{id}", stage.id),
        about: about.to_owned(),
        call: Call {
            bearer,
            headers,
            expect: vec![Kind::Unauthorized],
            proves: vec![requirement.to_owned()],
            also: Vec::new(),
            keep: Vec::new(),
            retry: None,
            place: place(stage),
            ..stage.twin.clone()
        },
        refused: true,
        field: None,
        when: Vec::new(),
    };
    let mut other_case = bad(
        "other-case",
        "Every letter of the token is in the other case.",
        "bearer-tampered-refused",
        reference(RECASED),
        Vec::new(),
    );
    other_case.when.extend(reference(RECASED).map(Condition::Known));
    other_case.call.own_connection = true;
    let mut cases = vec![
        bad("none", "No bearer token is sent.", "bearer-missing-refused", None, Vec::new()),
        bad(
            "empty",
            "The header has the scheme and no token.",
            "bearer-malformed-refused",
            None,
            header("Bearer".to_owned()),
        ),
        bad(
            "several-words",
            "The token is two words.",
            "bearer-malformed-refused",
            None,
            header("Bearer two words".to_owned()),
        ),
        bad(
            "garbage",
            "The token is no token of any kind.",
            "bearer-malformed-refused",
            None,
            header("Bearer x".to_owned()),
        ),
        bad(
            "of-two-parts",
            "The token looks like a JWT that lost its signature, and is none.",
            "bearer-malformed-refused",
            None,
            header("Bearer a.b".to_owned()),
        ),
        bad(
            "of-three-parts",
            "The token looks like a JWT, and no part of it can be decoded.",
            "bearer-malformed-refused",
            None,
            header("Bearer a.b.c".to_owned()),
        ),
        bad(
            "no-scheme",
            "The token stands without a scheme.",
            "bearer-malformed-refused",
            None,
            header(token.to_owned()),
        ),
        bad(
            "trailed",
            "The right token has a comma and a word behind it.",
            "bearer-malformed-refused",
            None,
            header(format!("Bearer {token},more")),
        ),
        bad(
            "never-issued",
            "The token has the right shape and was never issued.",
            "bearer-unknown-refused",
            reference(FORGED),
            Vec::new(),
        ),
        bad(
            "tampered",
            "One character of the token is changed.",
            "bearer-tampered-refused",
            reference(TAMPERED),
            Vec::new(),
        ),
        Case {
            when: reference(UNSIGNED).map(Condition::Known).into_iter().collect(),
            ..bad(
                "unsigned",
                "The token is a JWT whose signature was taken away.",
                "bearer-tampered-refused",
                reference(UNSIGNED),
                Vec::new(),
            )
        },
        bad(
            "shortened",
            "The last four characters of the token are missing.",
            "bearer-tampered-refused",
            reference(SHORTENED),
            Vec::new(),
        ),
        other_case,
        bad(
            "other-scheme",
            "The right token stands under the scheme Basic.",
            "bearer-other-scheme-refused",
            None,
            header(format!("Basic {token}")),
        ),
        bad(
            "token-scheme",
            "The right token stands under the scheme token, which some frameworks know.",
            "bearer-other-scheme-refused",
            None,
            header(format!("token {token}")),
        ),
        bad(
            "scheme-as-long",
            "The right token stands under a scheme as long as Bearer, which is cut off unread where it is not compared.",
            "bearer-other-scheme-refused",
            None,
            header(format!("Digest {token}")),
        ),
    ];
    if let Some(other) = &stage.other_token {
        let mut case = bad(
            "refresh-token",
            "A refresh token stands in the place of an access token.",
            "refresh-token-is-no-access-token",
            Some(other.clone()),
            Vec::new(),
        );
        // Only a `should`: it comes last, where an acceptance does no harm.
        case.refused = false;
        cases.push(case);
    }
    let mut lower = bad(
        "lower-case-scheme",
        "The scheme is in lower case, which is open.",
        "bearer-scheme-case",
        None,
        header(format!("bearer {token}")),
    );
    lower.call.expect = vec![Kind::Open];
    lower.refused = false;
    cases.push(lower);
    cases
}

/// Makes the tokens that the cases refer to.
pub fn preparation(stage: &Stage) -> Option<Step> {
    let bearer = stage.twin.bearer.clone()?;
    let recipes = vec![
        (FORGED.to_owned(), Recipe::Forge(bearer.clone())),
        (TAMPERED.to_owned(), Recipe::Tamper(bearer.clone())),
        (SHORTENED.to_owned(), Recipe::Shorten(bearer.clone(), 4)),
        (RECASED.to_owned(), Recipe::RecaseToken(bearer.clone())),
        (UNSIGNED.to_owned(), Recipe::Unsign(bearer)),
    ];
    Some(Step { id: None, about: None, when: Vec::new(), action: Action::Make(recipes), place: place(stage) })
}
