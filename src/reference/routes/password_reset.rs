//! `POST` and `PUT /auth/password-reset`: a new password, by phone or by the old one.

use serde_json::Value;

use super::client::Client;
use crate::reference::account::AccountId;
use crate::reference::bodies;
use crate::reference::call::{Call, Caller, Reach};
use crate::reference::errors::{Documented, Problem, Refusal};
use crate::reference::faults;
use crate::reference::fields::Fields;
use crate::reference::kinds;
use crate::reference::reply::Reply;
use crate::reference::session::{Purpose, TokenKind};
use crate::reference::variants::Variant;

/// Opens a session that can set a password once its phone is verified.
pub(in crate::reference) fn begin(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut fields = call.fields()?;
    let any = call.fault(&faults::RESET_ANY_GRANT_TYPE);
    fields.required("grant_type", kinds::lenient(any, kinds::one_of(&["reset"])));
    let client = Client::take(&mut fields, call, false);
    let any = call.fault(&faults::RESET_ANY_PHONE);
    let phone = if fields.gives("phone") || !call.fault(&faults::RESET_WITHOUT_PHONE) {
        let phone: String = fields.required("phone", kinds::lenient(any, kinds::phone));
        Some(phone)
    } else {
        None
    };
    fields.finish()?;
    client.check(call)?;
    let account = find_account(call, phone.as_deref())?;
    let (session, pair) = call.open_session(account, Purpose::Reset);
    let signed_in = call.request.authorization().is_some();
    if has_verified_reset(call, account) && call.fault(&faults::RESET_UNLOCKS_LATER_ONES)
        || signed_in && call.fault(&faults::RESET_SIGNED_IN_UNLOCKED)
    {
        call.state.sessions.unlock(session);
    }
    let index = call.begin_verification(account, session, phone);
    let name = &call.state.verifications.list[index].name;
    let entry = &call.state.accounts[account];
    let body = bodies::signup(&pair, entry, Some(name), call.now, call.switches());
    Ok(Reply::ok(body))
}

/// The account of a phone, or one that stands for it.
fn find_account(call: &mut Call<'_>, phone: Option<&str>) -> Result<AccountId, Refusal> {
    let holder = phone.and_then(|phone| call.state.holder_of_phone(phone));
    if let Some(account) = holder {
        return Ok(account);
    }
    let signup =
        call.state.accounts.iter().position(|account| account.phone_verified && account.phone.as_deref() == phone);
    if let Some(signup) = signup
        && call.fault(&faults::RESET_COMPLETES_SIGNUPS)
    {
        return Ok(signup);
    }
    if call.fault(&faults::UNKNOWN_RESET_PHONE_500) {
        return Err(Refusal::Crash);
    }
    let opens = call.fault(&faults::RESET_UNKNOWN_PHONE_OPENS);
    let decoy = call.variant(Variant::UnknownPhoneAtResetDecoy)
        || phone.is_none()
        || phone.is_some_and(|phone| !phone.starts_with('+'));
    if !decoy && !opens {
        let message = "This phone has no account";
        let problem = Problem::field("phone", "value_error", message);
        return Err(Refusal::invalid(problem));
    }
    let account = call.state.create_account("client");
    let entry = &mut call.state.accounts[account];
    entry.decoy = !opens;
    entry.completed = opens;
    entry.phone = phone.map(str::to_owned);
    Ok(account)
}

/// Sets the password, for a verified reset or in exchange for the old one.
pub(in crate::reference) fn set_password(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let caller = call.caller(TokenKind::Access, Reach::Session)?;
    let mut fields = call.fields()?;
    let old = fields.optional("old_password", kinds::text);
    let password = take_password(call, &mut fields);
    fields.finish()?;
    if let Err(refusal) = check_caller(call, caller, old.as_deref()) {
        let changes = caller.purpose != Purpose::Reset;
        if changes && call.fault(&faults::CHANGE_REFUSED_CHANGES) {
            call.set_password(caller.account, &password.unwrap_or_default());
        }
        if changes && call.fault(&faults::CHANGE_REFUSED_ENDS_OTHERS) {
            call.state.sessions.end_where(caller.account, |id, _| id != caller.session);
        }
        return Err(refusal);
    }
    let not_set = if caller.purpose == Purpose::Reset {
        call.fault(&faults::RESET_PASSWORD_NOT_SET)
    } else {
        call.fault(&faults::CHANGE_DOES_NOTHING)
    };
    let emptied = password.as_deref() == Some("");
    if caller.purpose != Purpose::Reset && call.fault(&faults::CHANGE_UNVERIFIES_PHONE) {
        call.account_mut(caller).phone_verified = false;
    }
    if caller.purpose != Purpose::Reset && call.fault(&faults::CHANGE_LOSES_NAMES) {
        let profile = &mut call.account_mut(caller).profile;
        (profile.first_name, profile.last_name) = (Value::Null, Value::Null);
    }
    if caller.purpose != Purpose::Reset && call.fault(&faults::CHANGE_LOSES_TYPE) {
        "guest".clone_into(&mut call.account_mut(caller).kind);
    }
    let cuts = match caller.purpose {
        Purpose::Reset => call.fault(&faults::RESET_CUTS_PASSWORD),
        _ => call.fault(&faults::CHANGE_CUTS_PASSWORD),
    };
    if let Some(mut password) = password.filter(|_| !not_set && !emptied) {
        if cuts {
            password = password.chars().take(64).collect();
        }
        call.set_password(caller.account, &password);
    }
    drop_sessions(call, caller);
    let (session, pair) = call.open_session(caller.account, Purpose::SignIn);
    if call.fault(&faults::SESSION_OF_CHANGE_STAYS) {
        call.state.sessions.keep(session);
    }
    if caller.purpose == Purpose::Reset && call.fault(&faults::RESET_ANSWER_UNENDING) {
        call.state.sessions.end_at(&pair.access, call.now + call.config.settings.access_life * 100);
    }
    Ok(call.token_reply(&pair))
}

fn take_password(call: &Call<'_>, fields: &mut Fields) -> Option<String> {
    if call.fault(&faults::RESET_WITHOUT_PASSWORD) {
        fields.optional("password", kinds::filled_text)
    } else {
        let empty = call.fault(&faults::EMPTY_PASSWORD_TAKEN);
        Some(fields.required("password", kinds::lenient(empty, kinds::filled_text)))
    }
}

/// A reset has to be unlocked; anyone else has to know the old password.
fn check_caller(call: &Call<'_>, caller: Caller, old: Option<&str>) -> Result<(), Refusal> {
    if caller.purpose == Purpose::Reset {
        let unlocked = caller.unlocked
            || call.fault(&faults::RESET_UNLOCKED_AT_ONCE)
            || old.is_some() && call.fault(&faults::RESET_UNLOCKED_BY_ANY_OLD);
        let over = has_finished_reset(call, caller.account) && call.fault(&faults::SECOND_RESET_STAYS_LOCKED);
        return if unlocked && !over && !call.account(caller).decoy {
            Ok(())
        } else {
            Err(Documented::BadCredentials.into())
        };
    }
    let right = match old {
        Some(old) => call.is_password(caller.account, old) || call.fault(&faults::CHANGE_ANY_OLD),
        None => {
            call.fault(&faults::CHANGE_NO_OLD)
                || has_verified_reset(call, caller.account) && call.fault(&faults::RESET_UNLOCKS_CHANGES)
                || has_finished_reset(call, caller.account) && call.fault(&faults::RESET_FREES_LATER_CHANGES)
        }
    };
    if right && !call.fault(&faults::CHANGE_ALWAYS_REFUSED) {
        return Ok(());
    }
    let message = "This is not the old password";
    let problem = Problem::field("old_password", "value_error", message);
    Err(Refusal::invalid(problem))
}

/// Whether a reset of this account was ever verified.
fn has_verified_reset(call: &Call<'_>, account: AccountId) -> bool {
    let of_reset = |session| call.state.sessions.get(session).purpose == Purpose::Reset;
    let mut list = call.state.verifications.list.iter();
    list.any(|known| known.account == account && known.verified && of_reset(known.session))
}

/// Whether a reset of this account was verified, and its session is over.
fn has_finished_reset(call: &Call<'_>, account: AccountId) -> bool {
    let mut list = call.state.verifications.list.iter();
    list.any(|known| {
        let session = call.state.sessions.get(known.session);
        known.account == account && known.verified && session.purpose == Purpose::Reset && !session.live
    })
}

fn drop_sessions(call: &mut Call<'_>, caller: Caller) {
    let reset = caller.purpose == Purpose::Reset;
    let spares_resets = call.variant(Variant::OtherResetsGoOn);
    let spares_caller = if reset {
        call.fault(&faults::RESET_TOKEN_REUSABLE)
    } else {
        !call.variant(Variant::PasswordChangeEndsCaller)
    };
    let kept_kind = kept_kind(call, reset);
    let spares_others = !reset && call.fault(&faults::CHANGE_KEEPS_OTHERS);
    let spares_newer = reset && call.fault(&faults::RESET_KEEPS_NEWER_SESSIONS);
    let spares_all_but = (reset && call.fault(&faults::RESET_DROPS_ONE_SESSION)).then_some(0);
    let renewed = reset && call.fault(&faults::RESET_REFRESHED_AGAIN);
    let mut dropped = Vec::new();
    call.state.sessions.end_where(caller.account, |id, session| {
        let own = id == caller.session;
        let spared = if own {
            spares_caller
        } else {
            spares_resets && session.purpose == Purpose::Reset
                || spares_others
                || session.kept
                || spares_newer && id > caller.session
                || spares_all_but.is_some_and(|first| first != id)
        };
        let half = kept_kind.is_some() && !own && !spared || own && renewed;
        if half {
            dropped.push(id);
        }
        !spared && !half
    });
    for id in dropped {
        let kind = match kept_kind {
            Some(TokenKind::Access) => TokenKind::Refresh,
            _ => TokenKind::Access,
        };
        call.state.sessions.retire_all(id, kind);
    }
}

/// The kind of token that a fault leaves alive in other sessions.
fn kept_kind(call: &Call<'_>, reset: bool) -> Option<TokenKind> {
    if reset && call.fault(&faults::RESET_KEEPS_ACCESS) {
        Some(TokenKind::Access)
    } else if reset && call.fault(&faults::RESET_KEEPS_REFRESH) || !reset && call.fault(&faults::CHANGE_KEEPS_REFRESH) {
        Some(TokenKind::Refresh)
    } else {
        None
    }
}
