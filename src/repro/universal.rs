//! Rules for every answer, as far as a line of shell can say them.
//!
//! The tool itself judges more of them, and each more closely; what is not here is left to it, and the script says so.

use crate::contract::{Contract, Requirement};
use crate::suite::Call;

/// A test of the shell that holds where the answer holds the rule; `None` where it cannot be said.
pub(super) fn test(requirement: &Requirement, call: &Call, contract: &Contract) -> Option<String> {
    let documented = |test: &str| contract.operation(&call.operation).map(|_| test.to_owned());
    match requirement.id.as_str() {
        "no-server-error" => Some("case $status in 5* | 000) false ;; esac".to_owned()),
        "success-status-200" => documented("case $status in 200 | [!2]*) ;; *) false ;; esac"),
        "token-no-store" => Some("header cache-control | grep -iq no-store".to_owned()),
        "json-content-type" => Some("header content-type | grep -iq '^application/json *\\(;\\|$\\)'".to_owned()),
        "error-code-equals-status" => {
            Some("holds '(has(\"error\") | not) or (.code | tostring) == $status' --arg status \"$status\"".to_owned())
        }
        _ => None,
    }
}
