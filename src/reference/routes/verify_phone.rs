//! `POST` and `PUT /auth/verify/phone`, and its check: proving that a phone is one's own.

use serde_json::{Value, json};

use crate::reference::call::{Call, Caller, Reach};
use crate::reference::clock::Moment;
use crate::reference::errors::{Documented, Problem, Refusal};
use crate::reference::kinds::{self, Code};
use crate::reference::reply::{Body, Reply};
use crate::reference::session::TokenKind;
use crate::reference::state::Sms;
use crate::reference::variants::Variant;
use crate::reference::verification::{Challenge, Scope};

/// Sends a code to the phone of a verification session.
pub(in crate::reference) fn send_code(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let caller = call.caller(TokenKind::Access, Reach::Verification)?;
    let mut fields = call.fields()?;
    let session = fields.optional("session", kinds::text);
    if call.variant(Variant::MoreChannels) {
        fields.optional("channel", kinds::one_of(&["sms", "whatsapp", "voice"]));
    } else {
        fields.optional("channel", kinds::one_of(&["sms"]));
    }
    if call.variant(Variant::VerifySessionRequired) && !fields.gives("session") {
        fields.problem(Problem::field("session", "missing", "Field required"));
    }
    fields.finish()?;
    let unknown = || Problem::field("session", "value_error", "This session cannot be verified");
    let index = find_verification(call, caller, session.as_deref());
    let index = index.ok_or_else(|| Refusal::invalid(unknown()))?;
    if call.account(caller).blocked {
        return Err(Documented::UserBlocked.into());
    }
    let verification = &call.state.verifications.list[index];
    if verification.verified {
        return Err(Documented::PhoneAlreadyVerified.into());
    }
    let phone = verification.phone.clone();
    let phone = phone.ok_or_else(|| Refusal::invalid(unknown()))?;
    check_sending(call, index)?;
    let sid = send(call, index, phone);
    let settings = &call.config.settings;
    Ok(Reply::ok(json!({
        "sid": sid,
        "time_expire": settings.code_life.as_secs(),
        "time_repeat": settings.resend_wait.as_secs(),
    })))
}

fn find_verification(call: &Call<'_>, caller: Caller, session: Option<&str>) -> Option<usize> {
    let verifications = &call.state.verifications;
    match session {
        Some(name) => verifications.named(name).filter(|index| verifications.list[*index].account == caller.account),
        None => verifications.of(caller.session, caller.account),
    }
}

fn check_sending(call: &Call<'_>, index: usize) -> Result<(), Refusal> {
    let verifications = &call.state.verifications;
    let event = verifications.event(index, call.now);
    let last = verifications.last_send(&event, Scope::of_waits(call.switches()));
    if let Some(last) = last {
        check_wait(call, last + call.config.settings.resend_wait)?;
    }
    let sends = verifications.sends(&event, Scope::of_limits(call.switches()));
    if sends >= call.config.settings.send_limit {
        return Err(Documented::RetryBlocked.into());
    }
    Ok(())
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
    let (sid, code) = (call.state.random.text(32), call.state.random.code());
    let keeps_older = call.variant(Variant::OlderSidLives);
    let verifications = &mut call.state.verifications;
    if !keeps_older {
        verifications.spend_all(index);
    }
    verifications.challenges.push(Challenge {
        sid: sid.clone(),
        verification: index,
        code: code.clone(),
        expires: call.now + call.config.settings.code_life,
        spent: false,
        accepted: false,
    });
    let event = verifications.event(index, call.now);
    verifications.count_send(event);
    call.state.messages.push(Sms { phone, code, sent_at: call.now });
    sid
}

/// Compares a code with the one that was sent.
pub(in crate::reference) fn enter_code(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let caller = call.caller(TokenKind::Access, Reach::Verification)?;
    let mut fields = call.fields()?;
    let sid: String = fields.required("sid", kinds::text);
    let code = fields.required("code", kinds::code);
    fields.finish()?;
    if call.account(caller).blocked {
        return Err(Documented::UserBlocked.into());
    }
    let challenge = find_challenge(call, caller, &sid);
    let Code::Digits(code) = code else {
        if let Some(challenge) = challenge
            && call.variant(Variant::EmptyCodeUsesAttempt)
        {
            call.state.verifications.challenges[challenge].spent = true;
        }
        return Err(Documented::EmptyCode.into());
    };
    let Some(challenge) = challenge else {
        return Err(if call.variant(Variant::UnknownSidInvalid) {
            Refusal::invalid(Problem::field("sid", "value_error", "Unknown sid"))
        } else {
            Documented::InvalidCode.into()
        });
    };
    try_code(call, challenge, &code)?;
    accept(call, challenge);
    Ok(Reply::ok(json!({"status": "ok"})))
}

fn find_challenge(call: &Call<'_>, caller: Caller, sid: &str) -> Option<usize> {
    let verifications = &call.state.verifications;
    verifications
        .challenges
        .iter()
        .position(|entry| entry.sid == sid && verifications.list[entry.verification].account == caller.account)
}

/// Uses up the one attempt of a challenge.
fn try_code(call: &mut Call<'_>, index: usize, code: &str) -> Result<(), Refusal> {
    let verifications = &mut call.state.verifications;
    let challenge = &verifications.challenges[index];
    let event = verifications.event(challenge.verification, call.now);
    let scope = Scope::of_limits(call.config.switches);
    if verifications.guesses(&event, scope) >= call.config.settings.guess_limit {
        return Err(Documented::AttemptBlocked.into());
    }
    let right = challenge.code == code;
    let open = !challenge.spent && !challenge.accepted && call.now < challenge.expires;
    verifications.challenges[index].spent = true;
    if right && open {
        return Ok(());
    }
    if !right {
        verifications.count_guess(event);
    }
    Err(Documented::InvalidCode.into())
}

fn accept(call: &mut Call<'_>, index: usize) {
    let verifications = &mut call.state.verifications;
    let challenge = &mut verifications.challenges[index];
    challenge.accepted = true;
    let verification = &mut verifications.list[challenge.verification];
    verification.verified = true;
    call.state.sessions.unlock(verification.session);
    let account = &mut call.state.accounts[verification.account];
    if account.phone == verification.phone {
        account.phone_verified = true;
    }
}

/// Says whether the phone can receive codes, in a body of no documented form.
pub(in crate::reference) fn check(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let caller = call.caller(TokenKind::Access, Reach::Session)?;
    let account = call.account(caller);
    Ok(if call.variant(Variant::CheckEmptyBody) {
        Reply::new(200, Body::Empty)
    } else if call.variant(Variant::CheckNullBody) {
        Reply::ok(Value::Null)
    } else {
        let verified = caller.purpose != crate::reference::session::Purpose::Reset && account.phone_verified;
        Reply::ok(json!({"verified": verified}))
    })
}
