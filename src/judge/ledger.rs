//! The accounts that a run created on its target, for whoever cleans up after it. No secret stands here.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;

use super::result::AccountResult;
use crate::contract::keywords::{IDENTITY, TOKEN};
use crate::contract::{Contract, Success};
use crate::event::{EndedSession, Event};
use crate::exchange::{Body, Exchange, Request, Response};

/// What is known of the accounts of a run.
///
/// An accepted request without a bearer whose answer carries tokens makes an account, unless it names one that is known
/// already: then it is a sign-in or a reset. Tokens lead from one request to the next; they are placeholders here.
#[derive(Debug)]
pub struct Ledger<'a> {
    contract: &'a Contract,
    /// Names of the fields by which accounts are known to people.
    identity: BTreeSet<&'a str>,
    accounts: Vec<AccountResult>,
    by_identity: HashMap<String, usize>,
    /// The session of each token.
    by_token: HashMap<String, usize>,
    sessions: Vec<Session>,
}

/// A session of an account; a request without a bearer whose answer carries tokens begins one.
#[derive(Debug)]
struct Session {
    account: usize,
    /// Whether the run had it ended.
    ended: bool,
}

/// Where an account came to be that no flow created: the look before the run.
const BEFORE: &str = "doctor";

impl<'a> Ledger<'a> {
    /// Nothing was created yet but, by these operations, before the first flow.
    pub fn new(contract: &'a Contract, before: &[String]) -> Self {
        let fields = contract.models().iter().flat_map(|model| model.fields());
        let identity = fields.filter(|field| field.extension.contains_key(IDENTITY)).map(|field| field.name.as_str());
        Self {
            contract,
            identity: identity.collect(),
            accounts: before.iter().map(|operation| created(BEFORE, operation)).collect(),
            by_identity: HashMap::new(),
            by_token: HashMap::new(),
            sessions: Vec::new(),
        }
    }

    /// Looks at the exchanges of a step, and at what a flow had ended when it was over.
    pub fn see(&mut self, event: &Event) {
        match event {
            Event::Step(step) => step.exchanges.iter().for_each(|exchange| self.exchange(&step.flow, exchange)),
            Event::FlowEnded { ended, .. } => ended.iter().for_each(|session| self.ended(session)),
            Event::RunStarted(_)
            | Event::FlowStarted { .. }
            | Event::Throttled { .. }
            | Event::Reconnected { .. }
            | Event::RunEnded { .. } => {}
        }
    }

    fn ended(&mut self, session: &EndedSession) {
        if session.is_accepted() {
            self.end(&session.token);
        }
    }

    /// The accounts in the order in which they came to be.
    pub fn accounts(mut self) -> Vec<AccountResult> {
        for Session { account, ended } in self.sessions {
            self.accounts[account].sessions += 1;
            self.accounts[account].sessions_ended += u32::from(ended);
        }
        self.accounts
    }

    fn end(&mut self, token: &str) {
        if let Some(session) = self.by_token.get(token).copied() {
            self.sessions[session].ended = true;
        }
    }

    fn exchange(&mut self, flow: &str, exchange: &Exchange) {
        let tokens = self.tokens(exchange);
        let bearer = exchange.request.header("authorization").and_then(|value| value.split_once(' '));
        if tokens.is_empty() {
            let ends = self.contract.operation(&exchange.request.operation).is_some_and(|it| it.ends_session);
            if let Some((_, token)) = bearer.filter(|_| ends && exchange.response().is_some_and(Response::is_success)) {
                self.end(token);
            }
            return;
        }
        let sent = fields(&exchange.request);
        let names: BTreeMap<String, String> =
            sent.into_iter().filter(|(name, _)| self.identity.contains(name.as_str())).collect();
        let session = match bearer {
            Some((_, token)) => match self.by_token.get(token) {
                Some(session) => *session,
                // Of a token that came from elsewhere nothing is known.
                None => return,
            },
            None => {
                let known = names.values().find_map(|name| self.by_identity.get(name).copied());
                let account = known.unwrap_or_else(|| {
                    self.accounts.push(created(flow, &exchange.request.operation));
                    self.accounts.len() - 1
                });
                self.sessions.push(Session { account, ended: false });
                self.sessions.len() - 1
            }
        };
        let account = self.sessions[session].account;
        for token in tokens {
            self.by_token.insert(token, session);
        }
        for (name, value) in names {
            // A sign-in may name an account in another field than the one in which it was given.
            if self.by_identity.contains_key(&value) {
                continue;
            }
            self.by_identity.insert(value.clone(), account);
            self.accounts[account].known_as.insert(name, value);
        }
    }

    /// The tokens in the answer to an accepted request.
    fn tokens(&self, exchange: &Exchange) -> Vec<String> {
        let operation = self.contract.operation(&exchange.request.operation);
        let Some(Success::Model(model)) = operation.map(|operation| &operation.success) else { return Vec::new() };
        let body = exchange.response().filter(|response| response.is_success()).and_then(|response| response.json());
        let fields = self.contract.model(model).map(|model| model.fields()).unwrap_or_default();
        let is_token = |part: Option<&str>| matches!(part, Some("access" | "refresh"));
        let names = fields.iter().filter(|field| is_token(field.extension.get(TOKEN).and_then(Value::as_str)));
        names.filter_map(|field| Some(body?.get(&field.name)?.as_str()?.to_owned())).collect()
    }
}

/// An account of which only is known how it came to be.
fn created(flow: &str, operation: &str) -> AccountResult {
    AccountResult {
        flow: flow.to_owned(),
        operation: operation.to_owned(),
        known_as: BTreeMap::new(),
        sessions: 0,
        sessions_ended: 0,
    }
}

/// The texts that a request sends, as JSON or as a form.
fn fields(request: &Request) -> Vec<(String, String)> {
    let Some(text) = request.body.as_ref().and_then(Body::text) else { return Vec::new() };
    if request.header("content-type").is_some_and(|value| value.starts_with("application/x-www-form-urlencoded")) {
        let pairs = url::form_urlencoded::parse(text.as_bytes());
        return pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    }
    let Ok(Value::Object(fields)) = serde_json::from_str(text) else { return Vec::new() };
    fields.into_iter().filter_map(|(name, value)| Some((name, value.as_str()?.to_owned()))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::exchange::Outcome;

    fn exchange(operation: &str, bearer: Option<&str>, sent: &Value, status: u16, token: &str) -> Exchange {
        let bearer = bearer.map(|token| ("authorization".to_owned(), format!("Bearer {token}")));
        let body = json!({ "access_token": token, "refresh_token": format!("{token} r") }).to_string();
        Exchange {
            request: Request {
                operation: operation.to_owned(),
                method: "POST".to_owned(),
                url: "http://t.test/".to_owned(),
                headers: bearer.into_iter().collect(),
                body: Some(Body::Text(sent.to_string())),
            },
            outcome: Outcome::Answer(Response::new(status, Vec::new(), Body::Text(body))),
            sightings: Vec::new(),
            elapsed_ms: 1.0,
            at_ms: 0,
        }
    }

    #[test]
    fn an_account_is_known_by_all_that_it_was_given_and_stands_once() {
        let contract = Contract::embedded().unwrap();
        let mut ledger = Ledger::new(&contract, &["POST /auth/guest".to_owned()]);
        let phone = json!({ "phone": "+971500000001", "timezone": "Asia/Dubai" });
        let name = json!({ "username": "cat", "password": "[password 1]" });
        for exchange in [
            exchange("POST /auth/signup", None, &phone, 200, "[access_token 1]"),
            exchange("PUT /auth/complete", Some("[access_token 1]"), &name, 200, "[access_token 2]"),
            exchange("POST /auth/token", None, &name, 200, "[access_token 3]"),
            exchange("POST /auth/password-reset", None, &phone, 200, "[access_token 4]"),
            exchange("POST /auth/signup", None, &json!({ "phone": "+971500000002" }), 400, "[access_token 5]"),
            exchange("PUT /auth/complete", Some("[access_token 9]"), &json!({ "username": "dog" }), 200, "x"),
            exchange("POST /auth/guest", None, &json!({}), 200, "[access_token 6]"),
            exchange("POST /auth/logout", Some("[access_token 4]"), &json!({}), 401, ""),
            exchange("POST /auth/logout", Some("[access_token 2]"), &json!({}), 200, ""),
        ] {
            ledger.exchange("one", &exchange);
        }
        let session = |token: &str, status: Option<u16>| EndedSession {
            operation: "POST /auth/logout".to_owned(),
            token: token.to_owned(),
            status,
            elapsed_ms: 1.0,
        };
        ledger.ended(&session("[access_token 3]", Some(200)));
        ledger.ended(&session("[access_token 4]", Some(401)));
        ledger.ended(&session("[access_token 6]", None));
        let account = |operation: &str, pairs: &[(&str, &str)], sessions: u32, sessions_ended: u32| AccountResult {
            known_as: pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
            sessions,
            sessions_ended,
            ..created("one", operation)
        };
        let expected = [
            created("doctor", "POST /auth/guest"),
            // Signed up, signed in, and a reset that was begun.
            account("POST /auth/signup", &[("phone", "+971500000001"), ("username", "cat")], 3, 2),
            account("POST /auth/guest", &[], 1, 0),
        ];
        assert_eq!(ledger.accounts(), expected);
    }
}
