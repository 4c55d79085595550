//! `POST /auth/logout`: the end of a session.

use serde_json::{Value, json};

use crate::reference::call::{Call, Reach};
use crate::reference::errors::Refusal;
use crate::reference::faults;
use crate::reference::reply::{Body, Reply};
use crate::reference::session::{Purpose, TokenKind};
use crate::reference::variants::Variant;

/// Ends the caller's session, access and refresh token.
pub(in crate::reference) fn log_out(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let caller = call.caller(TokenKind::Access, Reach::Session)?;
    let token = call.token().map(str::to_owned).unwrap_or_default();
    let sessions = &mut call.state.sessions;
    let switches = call.config.switches;
    let visits = matches!(caller.purpose, Purpose::Guest | Purpose::Signup);
    let ignored = visits && switches.fault(&faults::LOGOUT_IGNORES_VISITORS)
        || caller.purpose == Purpose::Reset && switches.fault(&faults::LOGOUT_IGNORES_RESETS);
    if switches.fault(&faults::LOGOUT_KEEPS_ACCESS) {
        sessions.retire_all(caller.session, TokenKind::Refresh);
    } else if switches.fault(&faults::LOGOUT_KEEPS_REFRESH) {
        sessions.retire_all(caller.session, TokenKind::Access);
    } else if switches.fault(&faults::LOGOUT_ENDS_OWN_PAIR) {
        sessions.retire_pair(&token);
    } else if switches.fault(&faults::LOGOUT_ENDS_NEWEST) {
        sessions.end(sessions.newest_of(caller.account).unwrap_or(caller.session));
    } else if !switches.fault(&faults::LOGOUT_DOES_NOTHING) && !ignored {
        sessions.end(caller.session);
    }
    if switches.fault(&faults::LOGOUT_WEARS_OFF) || switches.fault(&faults::LOGOUT_OF_REFRESH_WEARS_OFF) {
        call.state.sessions.sleep(caller.session, call.now);
    }
    if call.variant(Variant::LogoutDropsAllSessions) {
        call.state.sessions.end_where(caller.account, |_, _| true);
    }
    Ok(if call.variant(Variant::LogoutNullBody) {
        Reply::ok(Value::Null)
    } else if call.variant(Variant::LogoutEmptyBody) {
        Reply::new(200, Body::Empty)
    } else {
        Reply::ok(json!({"status": "ok"}))
    })
}
