//! `POST /auth/token`: signing in with a password.

use serde_json::{Value, json};

use super::client::Client;
use crate::reference::account::{Account, AccountId};
use crate::reference::call::Call;
use crate::reference::errors::{Documented, Problem, Refusal};
use crate::reference::faults;
use crate::reference::fields::Fields;
use crate::reference::input;
use crate::reference::kinds;
use crate::reference::reply::Reply;
use crate::reference::session::{Purpose, SessionId, TokenKind, TokenPair};
use crate::reference::variants::Variant;

/// Issues tokens for a username, phone or email and its password.
pub(in crate::reference) fn sign_in(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    check_notation(call)?;
    if call.fault(&faults::FORM_OPERATOR_SIGNS_IN) {
        let values = input::read(call.request, call.switches(), true)?.values;
        let name = values.get("username").and_then(Value::as_str).unwrap_or_default();
        if values.contains_key("password[$ne]")
            && let Some(account) = candidates(call, name).first()
        {
            let (_, pair) = call.open_session(*account, Purpose::SignIn);
            return Ok(call.token_reply(&pair));
        }
    }
    let mut fields = call.fields_of(true)?;
    let any = call.fault(&faults::TOKEN_ANY_GRANT_TYPE);
    let begun = call.fault(&faults::TOKEN_GRANT_TYPE_BEGUN);
    let kind = kinds::lenient(any, kinds::one_of(&["password"]));
    let forgiving = kinds::forgiving(begun, kind, |value| {
        let text = value.as_str()?;
        text.starts_with("password").then(|| text.to_owned())
    });
    fields.optional("grant_type", forgiving);
    if call.variant(Variant::GrantTypeRequired) && !fields.gives("grant_type") {
        fields.problem(Problem::field("grant_type", "missing", "Field required"));
    }
    fields.optional("scope", kinds::text);
    let client = take_client(call, &mut fields);
    let bad = call.variant(Variant::MissingPasswordAsBadCredentials);
    let needs_username = !bad && !call.fault(&faults::TOKEN_WITHOUT_USERNAME);
    let username = take_text(&mut fields, "username", needs_username);
    let needs_password = !bad && !call.fault(&faults::TOKEN_WITHOUT_PASSWORD);
    let password = take_text(&mut fields, "password", needs_password);
    fields.finish()?;
    client.check(call)?;
    if username.as_deref() == Some("constructor") && call.fault(&faults::BUILT_IN_USERNAME_500) {
        return Err(Refusal::Crash);
    }
    let account = if username.as_deref().is_some_and(|name| name.contains('\''))
        && call.fault(&faults::QUOTED_USERNAME_SIGNS_IN)
    {
        call.state.completed().next().map(|(id, _)| id).ok_or(Documented::BadCredentials)?
    } else {
        authenticate(call, username.as_deref(), password.as_deref())?
    };
    let along = call.request.bearer(false).filter(|_| call.fault(&faults::SIGN_IN_BY_BEARER));
    let known = along.and_then(|token| call.state.sessions.find(token, TokenKind::Access, call.now));
    let account = known.map_or(account, |session| call.state.sessions.get(session).account);
    if call.state.accounts[account].kind != "client" && call.fault(&faults::COACHES_NEVER_SIGN_IN) {
        return Err(Documented::BadCredentials.into());
    }
    if call.state.accounts[account].blocked && call.variant(Variant::BlockedUserToldEverywhere) {
        return Err(Documented::UserBlocked.into());
    }
    if call.variant(Variant::EarlierSessionsEndedBySignIn) {
        call.state.sessions.end_where(account, |_, _| true);
    }
    let earlier = call.state.sessions.signed_in(account);
    if let Some(earlier) = earlier {
        if call.fault(&faults::SECOND_SIGN_IN_REFUSED) {
            return Err(Documented::BadCredentials.into());
        }
        if call.fault(&faults::SIGN_IN_SAME_TOKENS)
            && let Some(pair) = same_pair(call, earlier)
        {
            return Ok(call.token_reply(&pair));
        }
    }
    if call.fault(&faults::SIGN_IN_UNBLOCKS) {
        call.state.accounts[account].blocked = false;
    }
    if call.fault(&faults::SIGN_IN_UNVERIFIES_EMAIL) {
        call.state.accounts[account].email_verified = false;
    }
    let (_, pair) = call.open_session(account, Purpose::SignIn);
    Ok(call.token_reply(&pair))
}

fn check_notation(call: &Call<'_>) -> Result<(), Refusal> {
    let media_type = call.request.media_type().unwrap_or_default();
    let form = media_type == "application/x-www-form-urlencoded";
    let refused = form && call.fault(&faults::TOKEN_REFUSES_FORMS) || !form && call.fault(&faults::TOKEN_REFUSES_JSON);
    if refused { Err(Refusal::UnsupportedMedia) } else { Ok(()) }
}

fn take_client(call: &Call<'_>, fields: &mut Fields) -> Client {
    let any_id = call.variant(Variant::BadClientIdAsBadClient);
    let client = Client::take(fields, call, any_id);
    if call.variant(Variant::ClientIdRequired) && !fields.gives("client_id") {
        fields.problem(Problem::field("client_id", "missing", "Field required"));
    }
    client
}

fn take_text(fields: &mut Fields, name: &'static str, required: bool) -> Option<String> {
    if required { Some(fields.required(name, kinds::text)) } else { fields.optional(name, kinds::text) }
}

fn authenticate(call: &Call<'_>, username: Option<&str>, password: Option<&str>) -> Result<AccountId, Refusal> {
    let newest = || call.state.completed().last().map(|(id, _)| id);
    let candidates: Vec<AccountId> = match username {
        Some(username) => candidates(call, username),
        None if call.fault(&faults::TOKEN_WITHOUT_USERNAME) => newest().into_iter().collect(),
        None => Vec::new(),
    };
    if candidates.is_empty() {
        return Err(unknown_user(call));
    }
    let found = candidates.into_iter().find(|id| may_sign_in(call, *id, password));
    match found {
        Some(_) if call.fault(&faults::SIGN_IN_OTHER_ACCOUNT) => newest(),
        found => found,
    }
    .ok_or_else(|| Documented::BadCredentials.into())
}

fn candidates(call: &Call<'_>, username: &str) -> Vec<AccountId> {
    let by_email = username.contains('@');
    let by_phone = username.starts_with('+');
    let shut = by_email && call.fault(&faults::SIGN_IN_NOT_BY_EMAIL)
        || by_phone && call.fault(&faults::SIGN_IN_NOT_BY_PHONE)
        || !by_email && !by_phone && call.fault(&faults::SIGN_IN_NOT_BY_USERNAME);
    if shut {
        return Vec::new();
    }
    let newest = call.state.accounts.iter().rev().find(|account| account.phone.as_deref() == Some(username));
    if newest.is_some_and(|account| !account.completed) && call.fault(&faults::SIGNUP_KNOWN_PHONE_HIDES) {
        return Vec::new();
    }
    let mut candidates = call.state.sign_in_candidates(username);
    if by_email && candidates.len() > 1 && call.fault(&faults::SIGNUP_EMAIL_TAKES_OVER) {
        candidates.drain(..candidates.len() - 1);
    }
    candidates.retain(|id| !is_overlooked(call, *id, username));
    candidates.extend(by_pattern(call, username));
    if by_phone && call.fault(&faults::COMPLETE_TAKEN_STORES_PASSWORD) {
        let alike = |account: &Account| account.phone.as_deref() == Some(username);
        let all = call.state.accounts.iter().enumerate();
        candidates.extend(all.filter(|(_, account)| !account.completed && alike(account)).map(|(id, _)| id));
    }
    candidates
}

/// Whether a fault does not find this account by this name, which is its email.
fn is_overlooked(call: &Call<'_>, id: AccountId, name: &str) -> bool {
    let email = call.state.accounts[id].email.as_ref();
    let small = name.contains('@') && email.is_some_and(|email| *email != name.to_lowercase());
    small && call.fault(&faults::EMAIL_SOUGHT_IN_SMALL_LETTERS)
}

/// Accounts that a fault finds by taking an underscore for any letter.
fn by_pattern(call: &Call<'_>, pattern: &str) -> Vec<AccountId> {
    if !call.fault(&faults::SIGN_IN_BY_PATTERN) {
        return Vec::new();
    }
    let matches = |name: &str| {
        name.len() == pattern.len() && name.chars().zip(pattern.chars()).all(|(own, sign)| sign == '_' || own == sign)
    };
    let found = call.state.completed().filter(|(_, account)| account.username.as_deref().is_some_and(matches));
    found.map(|(id, _)| id).collect()
}

fn may_sign_in(call: &Call<'_>, id: AccountId, password: Option<&str>) -> bool {
    let shut_out = call.state.accounts[id].blocked
        && (call.variant(Variant::BlockedUserRefusedAtSignIn) || call.variant(Variant::BlockedUserRefusedEverywhere));
    let json = call.request.media_type().is_some_and(|media_type| media_type == "application/json");
    let right = match password {
        Some(_) if json && call.fault(&faults::JSON_PASSWORD_UNCHECKED) => true,
        Some(password) => {
            call.is_password(id, password)
                || call.fault(&faults::ANY_PASSWORD_TAKEN)
                || is_nearly_password(call, id, password)
        }
        None => call.fault(&faults::TOKEN_WITHOUT_PASSWORD),
    };
    !shut_out && right
}

/// Whether a fault takes this for the account's password.
fn is_nearly_password(call: &Call<'_>, id: AccountId, password: &str) -> bool {
    let longer = |last: char| call.is_password(id, &format!("{password}{last}"));
    let shorter = || password.char_indices().last().is_some_and(|(end, _)| call.is_password(id, &password[..end]));
    call.fault(&faults::PASSWORD_BEGINNING_TAKEN) && (' '..='~').any(longer)
        || call.fault(&faults::PASSWORD_LONGER_TAKEN) && shorter()
        || password.is_empty()
            && call.state.accounts[id].password.is_none()
            && call.fault(&faults::NO_PASSWORD_SIGNS_IN)
}

fn unknown_user(call: &Call<'_>) -> Refusal {
    let json = call.request.media_type().is_some_and(|media_type| media_type == "application/json");
    if call.fault(&faults::UNKNOWN_USER_INVALID) || json && call.fault(&faults::JSON_UNKNOWN_USER_INVALID) {
        return Refusal::invalid(Problem::field("username", "value_error", "There is no such user"));
    }
    let status = if call.fault(&faults::UNKNOWN_USER_404) {
        404
    } else if call.fault(&faults::UNKNOWN_USER_TOLD_APART) {
        401
    } else {
        return Documented::BadCredentials.into();
    };
    let (_, error, message) = Documented::BadCredentials.parts();
    let body = json!({"code": status, "error": error, "message": message, "user": null});
    let reply = Reply::json(status, body).header("www-authenticate", "Bearer");
    Refusal::Other(Box::new(reply))
}

/// The tokens that a session has already.
fn same_pair(call: &Call<'_>, session: SessionId) -> Option<TokenPair> {
    let sessions = &call.state.sessions;
    let settings = &call.config.settings;
    Some(TokenPair {
        access: sessions.token_of(session, TokenKind::Access)?.to_owned(),
        access_expires: call.now + settings.access_life,
        refresh: sessions.token_of(session, TokenKind::Refresh)?.to_owned(),
        refresh_expires: call.now + settings.refresh_life,
        purpose: Purpose::SignIn,
    })
}
