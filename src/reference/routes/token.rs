//! `POST /auth/token`: signing in with a password.

use super::client::Client;
use crate::reference::account::AccountId;
use crate::reference::call::Call;
use crate::reference::errors::{Documented, Problem, Refusal};
use crate::reference::fields::Fields;
use crate::reference::kinds;
use crate::reference::reply::Reply;
use crate::reference::session::Purpose;
use crate::reference::variants::Variant;

/// Issues tokens for a username, phone or email and its password.
pub(in crate::reference) fn sign_in(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut fields = call.fields_of(true)?;
    fields.optional("grant_type", kinds::one_of(&["password"]));
    fields.optional("scope", kinds::text);
    let client = take_client(call, &mut fields);
    let (username, password) = if call.variant(Variant::MissingPasswordAsBadCredentials) {
        let username = fields.optional("username", kinds::text);
        (username, fields.optional("password", kinds::text))
    } else {
        let username = fields.required("username", kinds::text);
        (Some(username), Some(fields.required("password", kinds::text)))
    };
    fields.finish()?;
    client.check(call)?;
    let (Some(username), Some(password)) = (username, password) else {
        return Err(Documented::BadCredentials.into());
    };
    let account = authenticate(call, &username, &password).ok_or(Documented::BadCredentials)?;
    if call.variant(Variant::EarlierSessionsEndedBySignIn) {
        call.state.sessions.end_where(account, |_, _| true);
    }
    let (_, pair) = call.open_session(account, Purpose::SignIn);
    Ok(call.token_reply(&pair))
}

fn take_client(call: &Call<'_>, fields: &mut Fields) -> Client {
    if call.variant(Variant::BadClientIdAsBadClient) {
        let client = Client {
            id: fields.optional("client_id", kinds::text),
            secret: fields.optional("client_secret", kinds::text),
        };
        return require_id(call, fields, client);
    }
    let client = Client::take(fields);
    require_id(call, fields, client)
}

fn require_id(call: &Call<'_>, fields: &mut Fields, client: Client) -> Client {
    if call.variant(Variant::ClientIdRequired) && !fields.gives("client_id") {
        fields.problem(Problem::field("client_id", "missing", "Field required"));
    }
    client
}

fn authenticate(call: &Call<'_>, username: &str, password: &str) -> Option<AccountId> {
    let cost = call.config.settings.password_cost;
    let candidates = call.state.sign_in_candidates(username);
    candidates.into_iter().find(|id| {
        let account = &call.state.accounts[*id];
        let stored = account.password.as_ref();
        let shut_out = account.blocked
            && (call.variant(Variant::BlockedUserRefusedAtSignIn)
                || call.variant(Variant::BlockedUserRefusedEverywhere));
        !shut_out && stored.is_some_and(|stored| stored.matches(password, cost))
    })
}
