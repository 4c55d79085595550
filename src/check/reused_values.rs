//! Values that are given out once: tokens and sessions at all, sids to one account.
//!
//! Looks over all exchanges of one deployment, in the order of the flows.

use std::collections::BTreeMap;

use hashbrown::HashMap;
use serde_json::Value;

use super::{Check, Judged, Looked, judged};
use crate::contract::keywords::{ACCOUNT, TOKEN, UNIQUE, UNIQUE_PER};
use crate::exchange::Exchange;
use crate::verdict::Mismatch;

/// A value that was given out before.
pub const CHECK: Check = Check {
    id: "reused-value",
    about: "Looks over all answers of a deployment: no token or session value is given out twice, and no sid to two \
            accounts. A refresh that leaves the refresh token in place gives it out once.",
    requirements: &["tokens-unique", "session-values-unique", "sids-never-shared"],
    look: None,
};

/// What one deployment has given out so far.
#[derive(Debug, Default)]
pub struct Given {
    /// By requirement: each value, and the account that was given it last.
    values: BTreeMap<String, HashMap<String, Account>>,
    /// By token.
    accounts: HashMap<String, Account>,
    /// By what answers show of them.
    shown: HashMap<String, Account>,
    count: Account,
}

/// The number of an account, from 1.
type Account = u32;

impl Given {
    /// Looks at the next answer.
    pub fn look<'a>(&mut self, looked: &Looked<'a, '_>) -> Vec<Judged<'a>> {
        let (Some(fields), Some(body)) = (looked.success_fields(), looked.body) else { return Vec::new() };
        let text = |name: &str| body.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let bearer = bearer(looked.exchange);
        let shown =
            fields.iter().find(|field| field.extension.contains_key(ACCOUNT)).and_then(|field| text(&field.name));
        let account = self.account(bearer, shown);
        let mut all = Vec::new();
        for field in fields {
            let Some(value) = text(&field.name) else { continue };
            if field.extension.contains_key(TOKEN) {
                self.accounts.insert(value.to_owned(), account);
            }
            let Some(requirement) = field.extension.get(UNIQUE).and_then(Value::as_str) else { continue };
            let per_account = field.extension.contains_key(UNIQUE_PER);
            let owner = self.values.entry(requirement.to_owned()).or_default().insert(value.to_owned(), account);
            // The token that was sent may come back: not rotated.
            let again = owner.filter(|owner| bearer != Some(value) && !(per_account && *owner == account));
            let expected = if per_account {
                "a value that no other account was given"
            } else {
                "a value that was never given out"
            };
            all.push(judged(requirement, again.map(|_| Mismatch::new(format!("/{}", field.name), expected, value))));
        }
        all
    }

    /// The account of an answer: that of the bearer, or of what the answer shows, or a new one.
    fn account(&mut self, bearer: Option<&str>, shown: Option<&str>) -> Account {
        let known = match shown {
            Some(shown) => self.shown.get(shown),
            None => bearer.and_then(|bearer| self.accounts.get(bearer)),
        };
        if let Some(account) = known {
            return *account;
        }
        self.count += 1;
        self.shown.extend(shown.map(|shown| (shown.to_owned(), self.count)));
        self.count
    }
}

/// The bearer token that was sent.
pub(super) fn bearer(exchange: &Exchange) -> Option<&str> {
    // The scheme is compared without case (RFC 9110 section 11.1).
    let (scheme, token) = exchange.request.header("authorization")?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}
