//! `POST` and `PUT /auth/password-reset`: a new password, by phone or by the old one.

use super::client::Client;
use crate::reference::bodies;
use crate::reference::call::{Call, Caller, Reach};
use crate::reference::errors::{Documented, Problem, Refusal};
use crate::reference::kinds;
use crate::reference::password::StoredPassword;
use crate::reference::reply::Reply;
use crate::reference::session::{Purpose, TokenKind};
use crate::reference::variants::Variant;

/// Opens a session that can set a password once its phone is verified.
pub(in crate::reference) fn begin(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut fields = call.fields()?;
    fields.required("grant_type", kinds::one_of(&["reset"]));
    let client = Client::take(&mut fields);
    let phone: String = fields.required("phone", kinds::phone);
    fields.finish()?;
    client.check(call)?;
    let account = match call.state.holder_of_phone(&phone) {
        Some(account) => account,
        None if call.variant(Variant::UnknownPhoneAtResetDecoy) => {
            let decoy = call.state.create_account("client");
            let entry = &mut call.state.accounts[decoy];
            entry.decoy = true;
            entry.phone = Some(phone.clone());
            decoy
        }
        None => {
            let message = "This phone has no account";
            let problem = Problem::field("phone", "value_error", message);
            return Err(Refusal::invalid(problem));
        }
    };
    let (session, pair) = call.open_session(account, Purpose::Reset);
    let index = call.state.begin_verification(account, session, Some(phone));
    let name = &call.state.verifications.list[index].name;
    let entry = &call.state.accounts[account];
    let body = bodies::signup(&pair, entry, Some(name), call.now, call.switches());
    Ok(Reply::ok(body))
}

/// Sets the password, for a verified reset or in exchange for the old one.
pub(in crate::reference) fn set_password(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let caller = call.caller(TokenKind::Access, Reach::Session)?;
    let mut fields = call.fields()?;
    let old = fields.optional("old_password", kinds::text);
    let password: String = fields.required("password", kinds::filled_text);
    fields.finish()?;
    if caller.purpose == Purpose::Reset {
        if !caller.unlocked || call.account(caller).decoy {
            return Err(Documented::BadCredentials.into());
        }
    } else {
        check_old(call, caller, old.as_deref())?;
    }
    let cost = call.config.settings.password_cost;
    let salt = call.state.random.salt();
    call.account_mut(caller).password = Some(StoredPassword::new(&password, salt, cost));
    drop_sessions(call, caller);
    let (_, pair) = call.open_session(caller.account, Purpose::SignIn);
    Ok(call.token_reply(&pair))
}

fn check_old(call: &Call<'_>, caller: Caller, old: Option<&str>) -> Result<(), Refusal> {
    let cost = call.config.settings.password_cost;
    let stored = call.account(caller).password.as_ref();
    let right = old.zip(stored).is_some_and(|(old, stored)| stored.matches(old, cost));
    if right {
        return Ok(());
    }
    let message = "This is not the old password";
    let problem = Problem::field("old_password", "value_error", message);
    Err(Refusal::invalid(problem))
}

fn drop_sessions(call: &mut Call<'_>, caller: Caller) {
    let spares_resets = call.variant(Variant::OtherResetsGoOn);
    let spares_caller = caller.purpose != Purpose::Reset && !call.variant(Variant::PasswordChangeEndsCaller);
    call.state.sessions.end_where(caller.account, |id, session| {
        if id == caller.session { !spares_caller } else { !(spares_resets && session.purpose == Purpose::Reset) }
    });
}
