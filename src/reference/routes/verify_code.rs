//! `PUT /auth/verify/phone`: comparing a code with the one that was sent.

use std::time::Duration;

use serde_json::{Value, json};

use crate::reference::call::{Call, Caller, Reach};
use crate::reference::errors::{Documented, Problem, Refusal};
use crate::reference::faults;
use crate::reference::kinds::{self, Code, Flaw, Rules};
use crate::reference::reply::Reply;
use crate::reference::session::{Purpose, TokenKind};
use crate::reference::switches::Switches;
use crate::reference::variants::Variant;
use crate::reference::verification::{COUNTED_FOR, Challenge, Scope};

/// Accepts the right code of a sid, once and in time.
pub(in crate::reference) fn enter_code(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let caller = call.caller(TokenKind::Access, Reach::Verification)?;
    let mut fields = call.fields()?;
    let sid: String = fields.required("sid", kinds::text);
    let code = fields.required("code", code_kind(call));
    let challenge = find_challenge(call, caller, &sid);
    let no_number = fields.gives("code") && code == Code::Empty;
    if let Err(refusal) = fields.finish() {
        if no_number && call.fault(&faults::REFUSED_INPUT_SPENDS_SID) {
            spend(call, challenge);
        }
        return Err(refusal);
    }
    let told_empty = code == Code::Empty && call.variant(Variant::EmptyCodeBeforeBlocked);
    if call.account(caller).blocked && !told_empty && !call.fault(&faults::BLOCKED_USER_VERIFIES) {
        if let (Some(challenge), Code::Digits(code)) = (challenge, &code)
            && call.fault(&faults::BLOCKED_CODE_VERIFIES)
            && try_code(call, challenge, code).is_ok()
        {
            accept(call, caller, challenge);
        }
        return Err(Documented::UserBlocked.into());
    }
    let account = call.account(caller);
    let taken = account.phone.is_none() && call.fault(&faults::SID_UNKNOWN_OF_GUEST)
        || account.completed && call.fault(&faults::SID_UNKNOWN_OF_COMPLETED);
    if challenge.is_none() && taken {
        return Ok(Reply::ok(json!({"status": "ok"})));
    }
    if !accepts_anyway(call, &code) {
        let Code::Digits(code) = code else {
            return Err(refuse_empty(call, challenge));
        };
        let Some(challenge) = challenge else {
            return Err(unknown_sid(call));
        };
        if let Err(refusal) = try_code(call, challenge, &code) {
            if matches!(refusal, Refusal::Documented(Documented::AttemptBlocked))
                && call.fault(&faults::GUESS_LIMIT_VERIFIES)
            {
                accept(call, caller, challenge);
            }
            return Err(refusal);
        }
    }
    let challenge = challenge.ok_or_else(|| unknown_sid(call))?;
    accept(call, caller, challenge);
    Ok(Reply::ok(json!({"status": "ok"})))
}

/// A code, or what faults take for one.
fn code_kind(call: &Call<'_>) -> impl Fn(&Value, Rules) -> Result<Code, Flaw> {
    let text = call.fault(&faults::CODE_TEXT_TAKEN);
    let list = call.fault(&faults::CODE_LIST_TAKEN);
    kinds::forgiving(text || list, kinds::code, move |value| {
        let taken = value.is_string() && text || value.is_array() && list;
        taken.then(|| Code::Digits(String::new()))
    })
}

/// Whether a fault accepts this code without comparing it.
fn accepts_anyway(call: &Call<'_>, code: &Code) -> bool {
    match code {
        Code::Empty => call.fault(&faults::CODE_EMPTY_TAKEN),
        Code::Digits(digits) => digits.is_empty(),
    }
}

fn refuse_empty(call: &mut Call<'_>, challenge: Option<usize>) -> Refusal {
    if call.fault(&faults::CODE_EMPTY_AS_INVALID) {
        return Documented::InvalidCode.into();
    }
    if call.variant(Variant::EmptyCodeUsesAttempt) {
        spend(call, challenge);
    }
    Documented::EmptyCode.into()
}

fn spend(call: &mut Call<'_>, challenge: Option<usize>) {
    if let Some(challenge) = challenge {
        call.state.verifications.challenges[challenge].spent = true;
    }
}

fn unknown_sid(call: &Call<'_>) -> Refusal {
    if call.fault(&faults::UNKNOWN_SID_500) {
        Refusal::Crash
    } else if call.variant(Variant::UnknownSidInvalid) {
        Refusal::invalid(Problem::field("sid", "value_error", "Unknown sid"))
    } else {
        Documented::InvalidCode.into()
    }
}

fn find_challenge(call: &Call<'_>, caller: Caller, sid: &str) -> Option<usize> {
    let verifications = &call.state.verifications;
    let of_caller = |challenge: &Challenge| verifications.list[challenge.verification].account == caller.account;
    let foreign_taken = call.fault(&faults::SID_FOREIGN_TAKEN) || call.fault(&faults::SID_FOREIGN_VERIFIES_OWNER);
    let mut challenges = verifications.challenges.iter();
    let found = challenges.rposition(|entry| entry.sid == sid && (of_caller(entry) || foreign_taken));
    if found.is_none() && call.fault(&faults::SID_UNKNOWN_TAKEN) {
        verifications.challenges.iter().rposition(of_caller)
    } else {
        found
    }
}

/// Uses up the one attempt of a challenge.
fn try_code(call: &mut Call<'_>, index: usize, code: &str) -> Result<(), Refusal> {
    let switches = call.config.switches;
    let verifications = &call.state.verifications;
    let challenge = &verifications.challenges[index];
    let event = verifications.event(challenge.verification, call.now);
    let forgetful = switches.variant(Variant::GuessesForgotten);
    let counted_for = if forgetful { Duration::from_secs(600) } else { COUNTED_FOR };
    let guesses = verifications.guesses(&event, Scope::of_limits(switches), counted_for);
    let uncounted = forgetful && call.now >= challenge.expires
        || challenge.spent && switches.variant(Variant::DeadGuessesUncounted);
    if guesses >= call.config.settings.guess_limit && !switches.fault(&faults::GUESS_UNLIMITED) {
        return Err(Documented::AttemptBlocked.into());
    }
    let of_reset = is_of_reset(call, challenge);
    let right = is_right(switches, challenge, code) || is_of_other(call, challenge, code);
    let open = is_open(call, challenge, of_reset);
    let verifications = &mut call.state.verifications;
    let challenge = &mut verifications.challenges[index];
    challenge.attempts += 1;
    let goes_on = switches.fault(&faults::CODE_ATTEMPTS_UNLIMITED)
        || of_reset && switches.fault(&faults::RESET_CODE_ATTEMPTS_UNLIMITED)
        || challenge.attempts < 2 && switches.fault(&faults::CODE_SECOND_ATTEMPT);
    challenge.spent |= right || !goes_on;
    if right && open {
        return Ok(());
    }
    if !uncounted && (!right || switches.variant(Variant::EveryGuessCounts)) {
        verifications.count_guess(event);
    }
    Err(Documented::InvalidCode.into())
}

fn is_right(switches: Switches, challenge: &Challenge, code: &str) -> bool {
    let expected = &challenge.code;
    if switches.fault(&faults::CODE_ALWAYS_REFUSED)
        || expected.starts_with('0') && switches.fault(&faults::CODE_ZEROS_LOST)
    {
        return false;
    }
    let halves_match = code.get(..2) == expected.get(..2);
    code == expected
        || switches.fault(&faults::CODE_ANY_ACCEPTED)
        || halves_match && switches.fault(&faults::CODE_HALF_COMPARED)
        || [code, code.trim_start_matches('0')].iter().any(|start| expected.starts_with(start))
            && switches.fault(&faults::CODE_BEGINNING_TAKEN)
        || code.starts_with(expected.as_str()) && switches.fault(&faults::CODE_LONGER_TAKEN)
        || code == "9999" && switches.fault(&faults::CODE_NINES_TAKEN)
        || code == "1234" && switches.fault(&faults::CODE_ROW_TAKEN)
        || code.len() > 10 && switches.fault(&faults::CODE_VERY_LONG_TAKEN)
        || is_neighbour(code, expected) && switches.fault(&faults::CODE_NEIGHBOUR_TAKEN)
}

fn is_neighbour(code: &str, expected: &str) -> bool {
    let numbers = code.parse::<u64>().ok().zip(expected.parse().ok());
    numbers.is_some_and(|(code, expected)| code.abs_diff(expected) == 1)
}

/// Whether, by faults, the code of another challenge is taken for the one of this.
fn is_of_other(call: &Call<'_>, challenge: &Challenge, code: &str) -> bool {
    let verifications = &call.state.verifications;
    let newest = verifications.newest_challenge(challenge.verification);
    call.fault(&faults::CODE_OF_OTHER_SID_TAKEN) && newest.is_some_and(|newest| newest.code == code)
        || call.fault(&faults::OLDER_CODE_TAKEN)
            && verifications
                .challenges
                .iter()
                .any(|other| other.verification == challenge.verification && other.code == code)
        || call.fault(&faults::CODE_OF_ANYONE_TAKEN) && verifications.challenges.iter().any(|other| other.code == code)
}

fn is_of_reset(call: &Call<'_>, challenge: &Challenge) -> bool {
    let session = call.state.verifications.list[challenge.verification].session;
    call.state.sessions.get(session).purpose == Purpose::Reset
}

fn is_open(call: &Call<'_>, challenge: &Challenge, of_reset: bool) -> bool {
    let again = call.fault(&faults::CODE_REUSABLE) || call.request.overlapped && call.fault(&faults::VERIFY_RACE);
    let late = if call.fault(&faults::LATE_EXPIRY_IGNORED) { Duration::from_secs(60) } else { Duration::ZERO };
    let life = call.config.settings.code_life;
    let early = if call.fault(&faults::CODE_ENDS_EARLY) { life * 2 / 5 } else { Duration::ZERO };
    let in_time = call.now + early < challenge.expires + late
        || call.fault(&faults::CODE_NEVER_EXPIRES)
        || of_reset && call.fault(&faults::RESET_CODE_NEVER_EXPIRES);
    let newer_taken = call.fault(&faults::CODE_OF_OTHER_SID_TAKEN) && challenge.attempts == 0;
    let unused = (!challenge.spent || newer_taken) && !challenge.accepted;
    (unused || challenge.accepted && again) && in_time
}

fn accept(call: &mut Call<'_>, caller: Caller, index: usize) {
    let switches = call.config.switches;
    let verifications = &mut call.state.verifications;
    let challenge = &mut verifications.challenges[index];
    challenge.accepted = true;
    let mut verified = challenge.verification;
    if switches.fault(&faults::SID_FOREIGN_TAKEN) {
        let own = verifications.of(caller.session, caller.account);
        verified = own.unwrap_or(verified);
    }
    let verification = &mut verifications.list[verified];
    verification.verified = true;
    let (session, account) = (verification.session, verification.account);
    let phone = verification.phone.clone();
    if switches.variant(Variant::SuccessClearsCounts) {
        verifications.clear_counts(verified);
    }
    if !switches.fault(&faults::RESET_STAYS_LOCKED) {
        call.state.sessions.unlock(session);
        if switches.fault(&faults::CODE_UNLOCKS_EVERY_RESET) {
            call.state.sessions.unlock_resets(account);
        }
    }
    if switches.fault(&faults::CODE_VERIFIES_EVERY_SIGNUP) {
        let signups = call.state.accounts.iter_mut().filter(|other| !other.completed && other.phone == phone);
        signups.for_each(|other| other.phone_verified = true);
    }
    let account = &mut call.state.accounts[account];
    if account.phone == phone && !switches.fault(&faults::VERIFIED_STAYS_LOCKED) {
        account.phone_verified = true;
        account.email_verified |= switches.fault(&faults::CODE_VERIFIES_EMAIL);
    }
}
