//! `POST /auth/verify/phone` and its check: sending codes.

use std::time::Duration;

use serde_json::{Value, json};

use crate::reference::call::{Call, Caller, Reach};
use crate::reference::clock::Moment;
use crate::reference::errors::{Documented, Problem, Refusal};
use crate::reference::faults;
use crate::reference::kinds;
use crate::reference::reply::{Body, Reply};
use crate::reference::session::{Purpose, TokenKind};
use crate::reference::state::Sms;
use crate::reference::variants::Variant;
use crate::reference::verification::{Challenge, Scope};

/// Sends a code to the phone of a verification session.
pub(in crate::reference) fn send_code(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let caller = call.caller(TokenKind::Access, Reach::Verification)?;
    let session = take_session(call)?;
    let unknown = || Problem::field("session", "value_error", "This session cannot be verified");
    let index = find_verification(call, caller, session.as_deref());
    let account = call.account(caller);
    let taken = account.phone.is_none() && call.fault(&faults::SESSION_UNKNOWN_OF_GUEST)
        || account.completed && call.fault(&faults::SESSION_UNKNOWN_OF_COMPLETED);
    if index.is_none() && session.is_some() && taken {
        let wait = call.config.settings.resend_wait.as_secs();
        return Ok(Reply::ok(json!({ "sid": call.state.random.text(32), "time_expire": wait, "time_repeat": wait })));
    }
    let index = index.ok_or_else(|| Refusal::invalid(unknown()))?;
    let verification = &call.state.verifications.list[index];
    let told_verified = verification.verified && call.variant(Variant::VerifiedBeforeBlocked);
    if call.account(caller).blocked && !told_verified && !call.fault(&faults::BLOCKED_USER_SENT_CODES) {
        return Err(Documented::UserBlocked.into());
    }
    let of_reset = is_of_reset(call, index);
    let waits_first = of_reset && call.variant(Variant::ResetWaitsLonger);
    if verification.verified && (call.variant(Variant::WaitBeforeVerified) || waits_first) {
        check_resend_wait(call, caller, index)?;
    }
    let by_account = call.account(caller).phone_verified && caller.purpose == Purpose::Reset;
    let completed = call.account(caller).completed && !of_reset;
    let again = call.fault(&faults::VERIFIED_SENT_AGAIN)
        || of_reset && call.fault(&faults::RESET_VERIFIED_SENT_AGAIN)
        || completed && call.fault(&faults::COMPLETED_SENT_CODES);
    if verification.verified && !again || by_account && call.fault(&faults::RESET_STARTS_VERIFIED) {
        return Err(Documented::PhoneAlreadyVerified.into());
    }
    let phone = verification.phone.clone();
    let phone = phone.ok_or_else(|| Refusal::invalid(unknown()))?;
    if let Err(refusal) = check_sending(call, caller, index) {
        if call.fault(&faults::SEND_WAIT_STARTS_OVER) {
            let event = call.state.verifications.event(index, call.now);
            let scope = Scope::of_waits(call.switches());
            call.state.verifications.restart_wait(&event, scope);
        }
        return Err(refusal);
    }
    let sid = send(call, index, phone);
    let none = of_reset && call.fault(&faults::RESET_REPEAT_ZERO);
    Ok(Reply::ok(json!({
        "sid": sid,
        "time_expire": call.config.settings.code_life.as_secs(),
        "time_repeat": if none { 0 } else { resend_wait(call, index).as_secs() },
    })))
}

/// How long a verification waits between two codes.
fn resend_wait(call: &Call<'_>, index: usize) -> Duration {
    let longer = is_of_reset(call, index) && call.variant(Variant::ResetWaitsLonger);
    call.config.settings.resend_wait * if longer { 2 } else { 1 }
}

fn take_session(call: &Call<'_>) -> Result<Option<String>, Refusal> {
    let mut fields = call.fields()?;
    let session = fields.optional("session", kinds::text);
    let more = call.variant(Variant::MoreChannels);
    let channels: &'static [&'static str] = if more { &["sms", "whatsapp", "voice"] } else { &["sms"] };
    let any = call.fault(&faults::CHANNEL_UNKNOWN_TAKEN);
    fields.optional("channel", kinds::lenient(any, kinds::one_of(channels)));
    if call.variant(Variant::VerifySessionRequired) && !fields.gives("session") {
        fields.problem(Problem::field("session", "missing", "Field required"));
    }
    fields.finish()?;
    Ok(session)
}

fn find_verification(call: &Call<'_>, caller: Caller, session: Option<&str>) -> Option<usize> {
    let verifications = &call.state.verifications;
    let own = || verifications.of(caller.session, caller.account);
    let Some(name) = session else {
        return own();
    };
    let foreign_taken = call.fault(&faults::SESSION_FOREIGN_TAKEN);
    let mut list = verifications.list.iter();
    let found = list.position(|entry| entry.name == name && (entry.account == caller.account || foreign_taken));
    if found.is_none() && call.fault(&faults::SESSION_UNKNOWN_TAKEN) { own() } else { found }
}

fn check_sending(call: &Call<'_>, caller: Caller, index: usize) -> Result<(), Refusal> {
    let verifications = &call.state.verifications;
    let event = verifications.event(index, call.now);
    let sends = verifications.sends(&event, Scope::of_limits(call.switches()));
    let refreshed = call.state.sessions.get(caller.session).issues > 1;
    let unlimited = call.fault(&faults::SEND_UNLIMITED)
        || is_of_reset(call, index) && call.fault(&faults::RESET_SENDS_UNLIMITED)
        || refreshed && call.fault(&faults::SEND_LIMIT_ENDS_WITH_REFRESH);
    let blocked = sends >= call.config.settings.send_limit && !unlimited;
    if blocked && call.variant(Variant::RetryBlockFirst) {
        return Err(Documented::RetryBlocked.into());
    }
    check_resend_wait(call, caller, index)?;
    if blocked {
        return Err(Documented::RetryBlocked.into());
    }
    Ok(())
}

fn check_resend_wait(call: &Call<'_>, caller: Caller, index: usize) -> Result<(), Refusal> {
    let verifications = &call.state.verifications;
    let event = verifications.event(index, call.now);
    let sends = verifications.sends(&event, Scope::of_limits(call.switches()));
    let last = verifications.last_send(&event, Scope::of_waits(call.switches()));
    if let Some(last) = last
        && !call.fault(&faults::SEND_WITHOUT_WAIT)
        && !waits_not(call, caller, index, sends)
        && !(call.request.overlapped && call.fault(&faults::SEND_RACE))
    {
        let wait = resend_wait(call, index);
        let wait = if call.fault(&faults::SEND_WAIT_HALVED) { wait / 2 } else { wait };
        let times = if call.fault(&faults::SEND_WAITS_LONGER) {
            10
        } else if call.fault(&faults::SEND_NEVER_AGAIN) {
            100_000
        } else {
            1
        };
        check_wait(call, last + wait * times)?;
    }
    Ok(())
}

/// Whether, by faults, this request for a code need not wait after so many others.
fn waits_not(call: &Call<'_>, caller: Caller, index: usize, sends: u32) -> bool {
    let sessions = &call.state.sessions;
    is_of_reset(call, index) && call.fault(&faults::RESET_SENDS_WITHOUT_WAIT)
        || sends > 1 && call.fault(&faults::THIRD_SEND_WITHOUT_WAIT)
        || is_guessed(call, index) && call.fault(&faults::SEND_WAIT_ENDS_WITH_WRONG_CODE)
        || sessions.get(caller.session).issues > 1 && call.fault(&faults::SEND_WAIT_ENDS_WITH_REFRESH)
}

fn is_of_reset(call: &Call<'_>, index: usize) -> bool {
    let session = call.state.verifications.list[index].session;
    call.state.sessions.get(session).purpose == Purpose::Reset
}

/// Whether the last code of a verification had its attempt, and not the right one.
fn is_guessed(call: &Call<'_>, index: usize) -> bool {
    let challenge = call.state.verifications.newest_challenge(index);
    challenge.is_some_and(|challenge| challenge.attempts > 0 && !challenge.accepted)
}

/// Refuses until `free`, saying how long that is.
pub(super) fn check_wait(call: &Call<'_>, free: Moment) -> Result<(), Refusal> {
    if call.now >= free {
        return Ok(());
    }
    let left = free - call.now;
    let seconds =
        if call.variant(Variant::WaitNumberFixed) { 60 } else { left.as_secs() + u64::from(left.subsec_nanos() > 0) };
    Err(Documented::PleaseWait { seconds }.into())
}

fn send(call: &mut Call<'_>, index: usize, phone: String) -> String {
    let switches = call.config.switches;
    let fixed = call.config.fixed_code.clone();
    let (mut sid, code) = (new_sid(call, index), fixed.unwrap_or_else(|| call.state.random.code()));
    if switches.fault(&faults::CODE_IN_SID) {
        sid = format!("{code}-{sid}");
    }
    let verifications = &mut call.state.verifications;
    let second = verifications.newest_challenge(index).is_some();
    let expires = call.now + call.config.settings.code_life;
    if switches.fault(&faults::OLDER_CODE_EXTENDED) {
        let older = verifications.challenges.iter_mut().filter(|older| older.verification == index);
        older.for_each(|older| older.expires = expires);
    } else if !switches.variant(Variant::OlderSidLives) {
        verifications.spend_all(index);
    }
    let compared = if switches.fault(&faults::SMS_WRONG_CODE) { format!("{code}7") } else { code.clone() };
    verifications.challenges.push(Challenge {
        sid: sid.clone(),
        verification: index,
        code: compared,
        expires,
        spent: second && switches.fault(&faults::SECOND_CODE_DEAD),
        attempts: 0,
        accepted: false,
    });
    let event = verifications.event(index, call.now);
    verifications.count_send(event);
    let lost = switches.fault(&faults::SMS_NOT_SENT)
        || call.nth.is_multiple_of(2) && switches.fault(&faults::SECOND_SMS_NOT_SENT);
    if !lost {
        call.state.messages.push(Sms { phone, code, sent_at: call.now });
    }
    sid
}

fn new_sid(call: &mut Call<'_>, index: usize) -> String {
    let earlier = call.state.verifications.newest_challenge(index);
    if let Some(earlier) = earlier
        && call.fault(&faults::SEND_SAME_SID)
    {
        return earlier.sid.clone();
    }
    if call.fault(&faults::SIDS_SHARED) {
        return "verification".to_owned();
    }
    if call.variant(Variant::UuidSids) {
        return call.state.random.uuid().to_string();
    }
    call.state.random.text(32)
}

/// Says whether the phone can receive codes, in a body of no documented form.
pub(in crate::reference) fn check(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let caller = call.caller(TokenKind::Access, Reach::Session)?;
    if call.fault(&faults::CHECK_VERIFIES) {
        call.state.accounts[caller.account].phone_verified = true;
    }
    let account = call.account(caller);
    Ok(if call.variant(Variant::CheckEmptyBody) {
        Reply::new(200, Body::Empty)
    } else if call.variant(Variant::CheckNullBody) {
        Reply::ok(Value::Null)
    } else {
        let verified = caller.purpose != Purpose::Reset && account.phone_verified;
        Reply::ok(json!({"verified": verified}))
    })
}
