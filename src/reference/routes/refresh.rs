//! `POST /auth/refresh`: new tokens for a refresh token.

use crate::reference::call::{Call, Reach};
use crate::reference::errors::Refusal;
use crate::reference::reply::Reply;
use crate::reference::session::TokenKind;
use crate::reference::variants::Variant;

/// Rotates the refresh token that is the bearer.
pub(in crate::reference) fn refresh(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let caller = match call.caller(TokenKind::Refresh, Reach::Session) {
        Ok(caller) => caller,
        Err(refusal) => {
            notice_replay(call);
            return Err(refusal);
        }
    };
    let token = call.token()?.to_owned();
    if call.variant(Variant::RefreshEndsOldAccess) {
        let sessions = &mut call.state.sessions;
        sessions.retire_all(caller.session, TokenKind::Access);
    }
    let pair = if call.variant(Variant::RefreshNotRotated) {
        call.mint(|sessions, mint| sessions.reissue(caller.session, &token, mint))
    } else {
        call.state.sessions.retire(&token);
        call.mint(|sessions, mint| sessions.issue(caller.session, mint))
    };
    Ok(call.token_reply(&pair))
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
