//! `POST /auth/signup`: the beginning of an account.

use serde_json::json;

use super::client::Client;
use super::unasked;
use crate::reference::account::AccountId;
use crate::reference::bodies;
use crate::reference::call::{Call, Reach};
use crate::reference::errors::{Problem, Refusal};
use crate::reference::faults;
use crate::reference::fields::Fields;
use crate::reference::kinds;
use crate::reference::reply::Reply;
use crate::reference::session::{Purpose, TokenKind};
use crate::reference::variants::Variant;

/// The refresh token of every signup, by a fault.
const REPEATED_REFRESH_TOKEN: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Creates an account that is still to be verified and completed.
pub(in crate::reference) fn sign_up(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    check_notation(call)?;
    let mut fields = call.fields()?;
    let any = call.fault(&faults::SIGNUP_ANY_GRANT_TYPE);
    fields.required("grant_type", kinds::lenient(any, kinds::one_of(&["create"])));
    let client = Client::take(&mut fields, call, false);
    let timezone = fields.optional("timezone", kinds::timezone);
    let any = call.fault(&faults::SIGNUP_ANY_EMAIL);
    let email = fields.optional("email", kinds::lenient(any, kinds::email));
    let any = call.fault(&faults::SIGNUP_ANY_PHONE);
    let phone = fields.optional("phone", kinds::lenient(any, kinds::phone));
    let kind = take_type(call, &mut fields);
    if call.variant(Variant::SignupPhoneRequired) && !fields.gives("phone") {
        fields.problem(Problem::field("phone", "missing", "Field required"));
    }
    if let Err(refusal) = fields.finish() {
        if call.fault(&faults::REFUSED_SIGNUP_HOLDS_PHONE) {
            call.state.held_phones.extend(phone);
        }
        return Err(refusal);
    }
    client.check(call)?;
    if call.nth.is_multiple_of(3) && call.fault(&faults::THIRD_SIGNUP_REFUSED) {
        let problem = Problem::field("phone", "value_error", "Too many signups");
        return Err(Refusal::invalid(problem));
    }
    if let Some(phone) = &phone {
        unverify_holder(call, phone);
        check_phone(call, phone)?;
    }
    let account = create(call, &kind, phone.as_deref(), email.as_deref());
    let entry = &mut call.state.accounts[account];
    if !entry.completed {
        let switches = call.config.switches;
        let lost = switches.fault(&faults::SIGNUP_LOSES_TIMEZONE)
            || kind != "client" && switches.fault(&faults::TRADE_LOSES_TIMEZONE);
        entry.profile.timezone = if lost { json!("UTC") } else { json!(timezone) };
        entry.email = email;
        entry.phone.clone_from(&phone);
    }
    unasked::at_signup(call, account);
    answer(call, account, phone)
}

fn check_notation(call: &Call<'_>) -> Result<(), Refusal> {
    let media_type = call.request.media_type().unwrap_or_default();
    let form = media_type == "application/x-www-form-urlencoded";
    if !form && call.fault(&faults::SIGNUP_REFUSES_JSON) { Err(Refusal::UnsupportedMedia) } else { Ok(()) }
}

fn take_type(call: &Call<'_>, fields: &mut Fields) -> String {
    if !fields.gives("type") && call.fault(&faults::SIGNUP_TYPE_NOT_REQUIRED) {
        return "client".to_owned();
    }
    let types: &'static [&'static str] = if call.variant(Variant::GuestTypeAtSignup) {
        &["client", "coach", "studio", "guest"]
    } else if call.fault(&faults::SIGNUP_NO_STUDIO) {
        &["client", "coach"]
    } else {
        &["client", "coach", "studio"]
    };
    let any = call.fault(&faults::SIGNUP_ANY_TYPE);
    let capitals = call.fault(&faults::SIGNUP_TYPE_ANY_CASE);
    let kind = kinds::lenient(any, kinds::one_of(types));
    let forgiving = kinds::forgiving(capitals, kind, |value| {
        let lower = value.as_str()?.to_ascii_lowercase();
        types.contains(&lower.as_str()).then_some(lower)
    });
    fields.required("type", forgiving)
}

/// By a fault, the account that holds a phone has to verify it again.
fn unverify_holder(call: &mut Call<'_>, phone: &str) {
    let holder = call.state.holder_of_phone(phone).filter(|_| call.fault(&faults::SIGNUP_KNOWN_PHONE_UNVERIFIES));
    if let Some(holder) = holder {
        call.state.accounts[holder].phone_verified = false;
    }
}

fn check_phone(call: &Call<'_>, phone: &str) -> Result<(), Refusal> {
    let taken_all_the_same = call.variant(Variant::KnownPhoneAtSignupFresh)
        || call.variant(Variant::KnownPhoneAtSignupCompletes)
        || call.fault(&faults::COMPLETE_KNOWN_PHONE_UNVERIFIED)
        || call.fault(&faults::SIGNUP_KNOWN_PHONE_SIGNS_IN)
        || call.fault(&faults::SIGNUP_KNOWN_PHONE_TAKES_OVER)
        || call.fault(&faults::SIGNUP_KNOWN_PHONE_HIDES);
    let known = call.state.holder_of_phone(phone).is_some() && !taken_all_the_same;
    let pending = call.variant(Variant::PendingPhoneAtSignupRefused)
        && call
            .state
            .accounts
            .iter()
            .any(|account| !account.completed && !account.decoy && account.phone.as_deref() == Some(phone));
    if known || pending || call.state.held_phones.contains(phone) {
        let message = "This phone cannot be used for a signup";
        let problem = Problem::field("phone", "value_error", message);
        return Err(Refusal::invalid(problem));
    }
    Ok(())
}

/// A new account, but for faults.
fn create(call: &mut Call<'_>, kind: &str, phone: Option<&str>, email: Option<&str>) -> AccountId {
    let holder = phone.and_then(|phone| call.state.holder_of_phone(phone));
    if let Some(holder) = holder
        && call.fault(&faults::SIGNUP_KNOWN_PHONE_SIGNS_IN)
    {
        return holder;
    }
    if let Some(holder) = email.and_then(|email| call.state.holder_of_email(email))
        && call.fault(&faults::SIGNUP_KNOWN_EMAIL_SIGNS_IN)
    {
        return holder;
    }
    if let Ok(caller) = call.caller(TokenKind::Access, Reach::Session)
        && call.fault(&faults::SIGNUP_JOINS_CALLER)
    {
        return caller.account;
    }
    let mut accounts = call.state.accounts.iter();
    let unfinished = accounts.rposition(|account| !account.completed && account.phone.is_some());
    if let Some(unfinished) = unfinished
        && call.fault(&faults::SIGNUPS_SHARE_ACCOUNT)
    {
        return unfinished;
    }
    call.state.create_account(kind)
}

fn answer(call: &mut Call<'_>, account: AccountId, phone: Option<String>) -> Result<Reply, Refusal> {
    let (session, mut pair) = call.open_session(account, Purpose::Signup);
    if call.fault(&faults::SIGNUP_REFRESH_REPEATED) {
        pair.refresh = REPEATED_REFRESH_TOKEN.to_owned();
        let expires = pair.refresh_expires;
        let sessions = &mut call.state.sessions;
        sessions.remember(&pair.refresh, session, TokenKind::Refresh, expires);
    }
    let index = call.begin_verification(account, session, phone);
    if call.fault(&faults::SESSION_VALUES_SHARED) {
        call.state.verifications.list[index].name = "verification".to_owned();
    }
    let name = &call.state.verifications.list[index].name;
    let entry = &call.state.accounts[account];
    let mut body = bodies::signup(&pair, entry, Some(name), call.now, call.switches());
    if body["email"].is_null() && call.fault(&faults::SIGNUP_SHOWS_EMAIL_BEFORE) {
        body["email"] = json!(call.state.accounts.iter().rev().find_map(|other| other.email.clone()));
    }
    Ok(Reply::ok(body))
}
