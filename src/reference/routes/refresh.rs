//! `POST /auth/refresh`: new tokens for a refresh token.

use crate::reference::call::{Call, Caller, Reach};
use crate::reference::errors::{Documented, Problem, Refusal};
use crate::reference::faults;
use crate::reference::reply::Reply;
use crate::reference::session::{TokenKind, TokenPair};
use crate::reference::variants::Variant;

/// No token that was ever issued is shorter.
const SHORTEST_TOKEN: usize = 24;

/// Rotates the refresh token that is the bearer.
pub(in crate::reference) fn refresh(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let caller = match call.caller(TokenKind::Refresh, Reach::Session) {
        Ok(caller) => caller,
        Err(refusal) => match raced(call) {
            Some(caller) => caller,
            None => {
                notice_replay(call);
                let garbage = call.token().is_ok_and(|token| token.len() < SHORTEST_TOKEN);
                if garbage && call.fault(&faults::REFRESH_GARBAGE_INVALID) {
                    return Err(Refusal::invalid(Problem::body("value_error", "This is no token")));
                }
                return Err(refusal);
            }
        },
    };
    let second = call.nth.is_multiple_of(2);
    if call.fault(&faults::REFRESH_ALWAYS_REFUSED) || second && call.fault(&faults::SECOND_REFRESH_REFUSED) {
        return Err(Documented::BadCredentials.into());
    }
    let token = call.token().map(str::to_owned).unwrap_or_default();
    if call.variant(Variant::RefreshEndsOldAccess) {
        let sessions = &mut call.state.sessions;
        sessions.retire_all(caller.session, TokenKind::Access);
    }
    for (fault, kind) in
        [(&faults::REFRESH_ENDS_OTHERS, TokenKind::Refresh), (&faults::REFRESH_ENDS_OTHER_ACCESS, TokenKind::Access)]
    {
        if call.fault(fault) {
            call.state.sessions.retire_of(caller.account, kind);
        }
    }
    let pair = renew(call, caller, &token);
    if second && call.fault(&faults::SECOND_REFRESH_DEAD_ACCESS) {
        call.state.sessions.retire(&pair.access);
    }
    if call.fault(&faults::REFRESH_UNBLOCKS) {
        call.account_mut(caller).blocked = false;
    }
    if call.fault(&faults::REFRESHED_RESET_UNLOCKED) {
        call.state.sessions.unlock(caller.session);
    }
    Ok(call.token_reply(&pair))
}

fn renew(call: &mut Call<'_>, caller: Caller, token: &str) -> TokenPair {
    if call.variant(Variant::RefreshNotRotated) {
        return call.mint(|sessions, mint| sessions.reissue(caller.session, token, mint));
    }
    if call.fault(&faults::REFRESH_OTHER_ACCOUNT)
        && let Some(other) = (0..call.state.accounts.len()).find(|id| *id != caller.account)
    {
        return call.open_session(other, caller.purpose).1;
    }
    let old_access = call.state.sessions.token_of(caller.session, TokenKind::Access);
    let old_access = old_access.map(str::to_owned);
    let keeps = call.fault(&faults::REFRESH_KEEPS_OLD)
        || call.nth.is_multiple_of(2) && call.fault(&faults::SECOND_REFRESH_KEEPS_OLD);
    if !keeps {
        call.state.sessions.retire(token);
    }
    let mut pair = call.mint(|sessions, mint| sessions.issue(caller.session, mint));
    if let Some(old) = old_access
        && call.fault(&faults::REFRESH_SAME_ACCESS)
    {
        pair.access = old;
    }
    pair
}

/// The caller whose token was rotated by the other one of two requests at a time.
fn raced(call: &Call<'_>) -> Option<Caller> {
    if !(call.request.overlapped && call.fault(&faults::REFRESH_RACE)) {
        return None;
    }
    let id = call.state.sessions.replayed(call.token().ok()?)?;
    let session = call.state.sessions.get(id);
    session.live.then_some(Caller {
        session: id,
        account: session.account,
        purpose: session.purpose,
        unlocked: session.unlocked,
    })
}

fn notice_replay(call: &mut Call<'_>) {
    if !call.variant(Variant::ReplayEndsSession) {
        return;
    }
    let Ok(token) = call.token() else { return };
    if let Some(session) = call.state.sessions.replayed(token) {
        call.state.sessions.end(session);
    }
}
