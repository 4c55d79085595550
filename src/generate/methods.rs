//! Cases about methods that are not documented for a path.

use super::{Case, place};
use crate::contract::{Bearer, Contract, Operation};
use crate::expect::Kind;
use crate::suite::{Call, Claim, ClaimTest, Payload, Stage};

/// Methods of HTTP that an API of this kind may answer by mistake (RFC 9110 section 9, RFC 5789).
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];
/// Those that send something.
const WRITING: [&str; 3] = ["POST", "PUT", "PATCH"];
/// Methods that frameworks answer by themselves, which is open.
const FREE: [&str; 2] = ["HEAD", "OPTIONS"];

/// Every method that the path of a stage's operation does not document.
pub fn cases(stage: &Stage, operation: &Operation, contract: &Contract) -> Vec<Case> {
    let documented = |method: &str| contract.operation(&format!("{method} {}", operation.path)).is_some();
    let case = |method: &str| {
        let call = Call {
            operation: format!("{method} {}", operation.path),
            // With what the documented method takes: without it, a method that is taken would be refused all the same.
            payload: if WRITING.contains(&method) { stage.twin.payload.clone() } else { Payload::None },
            keep: Vec::new(),
            retry: None,
            place: place(stage),
            ..stage.twin.clone()
        };
        Case {
            id: format!("{}/method/{}", stage.id, method.to_ascii_lowercase()),
            about: format!("{method} is not documented for this path."),
            call,
            refused: false,
            field: None,
            when: Vec::new(),
        }
    };
    let guarded = |other: &Operation| other.path == operation.path && other.bearer != Bearer::None;
    let mut not_allowed = vec![Kind::Status(405)];
    if operation.bearer != Bearer::Access && contract.operations().iter().any(guarded) {
        // No access token is sent, and a guard before the routing asks whoever comes this way for one.
        not_allowed.push(Kind::Status(401));
    }
    let undocumented = METHODS.iter().filter(|method| !documented(method)).map(|method| {
        // Before the accepted request, while the token is alive: a dead one may be refused before the method is.
        let mut case = Case { refused: true, ..case(method) };
        case.call.expect = vec![Kind::Refused];
        case.call.proves = vec!["undocumented-method-refused".to_owned()];
        case.call.also = vec![Claim {
            test: ClaimTest::Answer(not_allowed.clone()),
            proves: vec!["undocumented-method-405".to_owned()],
            when: Vec::new(),
            place: place(stage),
        }];
        case
    });
    let free = FREE.iter().map(|method| {
        let mut case = case(method);
        case.about = format!("{method} is open.");
        case.call.expect = vec![Kind::Open];
        (case.call.proves, case.call.also) = (Vec::new(), Vec::new());
        case
    });
    undocumented.chain(free).collect()
}
