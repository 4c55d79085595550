//! The bodies that several operations answer with, written by hand.

use serde_json::{Map, Value, json};

use super::account::Account;
use super::clock::Moment;
use super::faults;
use super::session::{Purpose, TokenPair};
use super::switches::Switches;
use super::variants::Variant;

/// The body of `Token`.
pub(super) fn token(pair: &TokenPair, now: Moment, switches: Switches) -> Value {
    Value::Object(token_fields(pair, now, switches))
}

/// The body of `UserSignupOut`.
pub(super) fn signup(
    pair: &TokenPair,
    account: &Account,
    session: Option<&str>,
    now: Moment,
    switches: Switches,
) -> Value {
    let reset = pair.purpose == Purpose::Reset;
    let tells_nothing = reset && switches.variant(Variant::ResetAnswerTellsNothing);
    let no_email = tells_nothing || !reset && switches.variant(Variant::SignupEmailShownNull);
    let shown_type = if tells_nothing { "guest" } else { account.shown_type(switches) };
    let mut fields = token_fields(pair, now, switches);
    fields.insert("type".to_owned(), json!(shown_type));
    fields.insert("phone".to_owned(), json!(account.phone));
    let email = account.email.as_ref().filter(|_| !no_email);
    fields.insert("email".to_owned(), json!(email));
    // The flags are those of this verification, which has only begun. The spelling is the contract's.
    let own_flags = reset && switches.variant(Variant::ResetFlagsOfAccount);
    let flag = |of_account: bool| json!(own_flags && of_account);
    fields.insert("verifed_phone".to_owned(), flag(account.phone_verified));
    let given = !reset && email.is_some() && switches.fault(&faults::SIGNUP_GIVEN_EMAIL_FLAG_TRUE);
    fields.insert("verifed_email".to_owned(), if given { json!(true) } else { flag(account.email_verified) });
    fields.insert("session".to_owned(), json!(session));
    Value::Object(fields)
}

fn token_fields(pair: &TokenPair, now: Moment, switches: Switches) -> Map<String, Value> {
    let expiry = |moment: Moment| {
        if switches.variant(Variant::ExpiriesAsEpoch) {
            moment.as_secs()
        } else {
            moment.saturating_sub(now).as_secs().max(1)
        }
    };
    let mut fields = Map::new();
    fields.insert("access_token".to_owned(), json!(pair.access));
    fields.insert("refresh_token".to_owned(), json!(pair.refresh));
    fields.insert("token_type".to_owned(), json!("bearer"));
    fields.insert("access_expire".to_owned(), json!(expiry(pair.access_expires)));
    fields.insert("refresh_expire".to_owned(), json!(expiry(pair.refresh_expires)));
    fields.insert("scopes".to_owned(), json!(scopes(pair.purpose, switches)));
    fields
}

fn scopes(purpose: Purpose, switches: Switches) -> &'static str {
    if switches.variant(Variant::ScopesEmpty) {
        return "";
    }
    if switches.variant(Variant::ScopesMany) {
        return "profile:read profile:write verify";
    }
    match purpose {
        Purpose::Guest => "guest",
        Purpose::Signup => "signup",
        Purpose::SignIn => "user",
        Purpose::Reset => "reset",
    }
}
