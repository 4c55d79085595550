//! `POST` and `GET /auth/verify/email`: proving that a mailbox is one's own.

use serde_json::json;

use super::verify_phone::check_wait;
use crate::reference::BASE_PATH;
use crate::reference::account::{Account, AccountId};
use crate::reference::call::{Call, Caller, Reach};
use crate::reference::errors::{Documented, Problem, Refusal};
use crate::reference::faults;
use crate::reference::reply::{Body, Reply};
use crate::reference::session::TokenKind;
use crate::reference::state::{EmailLink, Mail, same_email};
use crate::reference::variants::Variant;

/// Mails a link to the caller's email.
pub(in crate::reference) fn send_link(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let caller = call.caller(TokenKind::Access, Reach::Verification)?;
    let account = call.account(caller);
    if account.blocked && !call.fault(&faults::BLOCKED_USER_MAILED) {
        return Err(Documented::UserBlocked.into());
    }
    if account.email_verified && call.variant(Variant::WaitBeforeVerified) {
        check_mail_wait(call, account)?;
    }
    if account.email_verified && !call.fault(&faults::VERIFIED_MAILED_AGAIN) {
        return Err(Documented::EmailAlreadyVerified.into());
    }
    if account.email.is_none() && call.fault(&faults::MISSING_EMAIL_500) {
        return Err(Refusal::Crash);
    }
    if account.email.is_none() && !call.variant(Variant::NoEmailTaken) {
        let problem = Problem::body("value_error", "This account has no email");
        return Err(Refusal::invalid(problem));
    }
    if let Err(refusal) = check_mail_wait(call, account) {
        if call.fault(&faults::MAIL_WAIT_STARTS_OVER) {
            let now = call.now;
            call.account_mut(caller).mailed_at = Some(now);
        }
        return Err(refusal);
    }
    send(call, caller.account);
    if call.fault(&faults::EMAIL_VERIFIED_UNASKED) {
        call.account_mut(caller).email_verified = true;
    }
    let settings = &call.config.settings;
    Ok(Reply::ok(json!({
        "time_expire": settings.email_life.as_secs(),
        "time_repeat": settings.email_wait.as_secs(),
    })))
}

fn check_mail_wait(call: &Call<'_>, account: &Account) -> Result<(), Refusal> {
    if call.variant(Variant::MailWaitsForCodes)
        && let Some(phone) = &account.phone
        && let Some(sms) = call.state.messages.iter().rfind(|sms| sms.phone == *phone)
    {
        check_wait(call, sms.sent_at + call.config.settings.resend_wait)?;
    }
    if let Some(mailed_at) = account.mailed_at
        && !call.fault(&faults::MAIL_WITHOUT_WAIT)
        && !(call.request.overlapped && call.fault(&faults::MAIL_RACE))
    {
        let stated = call.config.settings.email_wait;
        let wait = if call.fault(&faults::MAIL_WAITS_LONGER) {
            stated * 10
        } else if call.fault(&faults::MAIL_WAIT_HALVED) {
            stated / 2
        } else {
            stated
        };
        check_wait(call, mailed_at + wait)?;
    }
    Ok(())
}

/// Mails a link to the email of an account, if it has one.
pub(super) fn send(call: &mut Call<'_>, account: AccountId) {
    let entry = &mut call.state.accounts[account];
    entry.mailed_at = Some(call.now);
    let Some(email) = entry.email.clone() else {
        return;
    };
    if call.variant(Variant::NewerLinkEndsOlder) {
        call.state.links.retain(|link| link.account != account);
    }
    let switches = call.config.switches;
    if switches.fault(&faults::MAIL_NOT_SENT) {
        return;
    }
    let code = call.state.random.uuid();
    let host = call.request.host();
    let host = host.unwrap_or_else(|| "127.0.0.1".to_owned());
    let link = format!("http://{host}{BASE_PATH}/auth/verify/email?code={code}");
    let stated = call.config.settings.email_life;
    let life = if switches.fault(&faults::LINK_ENDS_EARLY) { stated * 6 / 10 } else { stated };
    if !switches.fault(&faults::MAIL_DEAD_LINK) {
        call.state.links.push(EmailLink { code, account, email: email.clone(), expires: call.now + life, used: false });
    }
    call.state.mails.push(Mail { email, link, sent_at: call.now });
}

/// Verifies the email that the link was mailed to.
pub(in crate::reference) fn follow_link(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    if call.variant(Variant::EmailLinkPage) && !call.request.takes_html() {
        return Err(Refusal::Other(Box::new(Reply::new(406, Body::Empty))));
    }
    let bearer = call.variant(Variant::EmailLinkNeedsBearer) || call.request.authorization().is_some();
    let caller = if bearer { Some(call.caller(TokenKind::Access, Reach::Reads)?) } else { None };
    let Some(code) = call.request.query("code") else {
        if call.fault(&faults::LINK_WITHOUT_CODE) {
            return Ok(Reply::ok(json!({"status": "ok"})));
        }
        let problem = Problem::query("code", "missing", "Field required");
        return Err(Refusal::invalid(problem));
    };
    let bad = || {
        let message = "This link is not valid";
        Refusal::invalid(Problem::query("code", "value_error", message))
    };
    let index = find_link(call, caller, &code).ok_or_else(bad)?;
    let switches = call.config.switches;
    let link = &mut call.state.links[index];
    if link.used && !switches.variant(Variant::EmailLinkReusable) {
        return Err(bad());
    }
    let by_caller = switches.fault(&faults::LINK_VERIFIES_CALLER);
    let verified = caller.filter(|_| by_caller);
    let verified = verified.map_or(link.account, |caller| caller.account);
    let account = &mut call.state.accounts[verified];
    if !same_email(account.email.as_deref(), &link.email) && !by_caller {
        return Err(bad());
    }
    link.used = true;
    account.email_verified |= !switches.fault(&faults::LINK_SAYS_SO_ONLY);
    if switches.fault(&faults::LINK_VERIFIES_EVERYBODY) {
        call.state.accounts.iter_mut().for_each(|account| account.email_verified = true);
    }
    Ok(if call.variant(Variant::EmailLinkEmptyBody) {
        Reply::new(200, Body::Empty)
    } else if call.variant(Variant::EmailLinkPage) {
        let page = "<!doctype html><title>Verified</title><p>Thank you.</p>\n";
        Reply::new(200, Body::Text("text/html; charset=utf-8", page.to_owned()))
    } else {
        Reply::ok(json!({"status": "ok"}))
    })
}

/// The link of this code that is still good for its follower.
fn find_link(call: &Call<'_>, caller: Option<Caller>, code: &str) -> Option<usize> {
    let any_follower = call.fault(&faults::LINK_VERIFIES_CALLER);
    let mut links = call.state.links.iter();
    let found = links.position(|link| {
        let in_time = call.now < link.expires || call.fault(&faults::LINK_NEVER_EXPIRES);
        let own = caller.is_none_or(|caller| caller.account == link.account);
        link.code.to_string() == code && in_time && (own || any_follower)
    });
    let uuid = uuid::Uuid::try_parse(code).is_ok();
    let taken =
        uuid && call.fault(&faults::LINK_MADE_UP_TAKEN) || code.is_empty() && call.fault(&faults::LINK_EMPTY_TAKEN);
    if found.is_none() && taken { call.state.links.len().checked_sub(1) } else { found }
}
