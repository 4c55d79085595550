//! `POST /auth/guest`: an account without a phone.

use serde_json::json;

use super::client::Client;
use super::unasked;
use crate::reference::bodies;
use crate::reference::call::{Call, Reach};
use crate::reference::errors::Refusal;
use crate::reference::faults;
use crate::reference::kinds;
use crate::reference::reply::Reply;
use crate::reference::session::{Purpose, TokenKind};
use crate::reference::variants::Variant;

/// Creates a guest.
pub(in crate::reference) fn enter(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut fields = call.fields()?;
    let any = call.fault(&faults::GUEST_ANY_GRANT_TYPE);
    if fields.gives("grant_type") || !call.fault(&faults::GUEST_GRANT_TYPE_NOT_REQUIRED) {
        fields.required("grant_type", kinds::lenient(any, kinds::one_of(&["create"])));
    }
    let client = Client::take(&mut fields, call, false);
    let timezone = fields.optional("timezone", kinds::timezone);
    fields.finish()?;
    client.check(call)?;
    let signed_in = call.caller(TokenKind::Access, Reach::Session).ok().map(|caller| caller.account);
    let joins = signed_in.is_some() && call.fault(&faults::GUEST_JOINS_CALLER);
    let mut guests = call.state.accounts.iter();
    let shared = guests.position(|account| account.kind == "guest");
    let account = match shared {
        Some(shared) if call.fault(&faults::GUESTS_SHARE_ACCOUNT) => shared,
        _ if joins => signed_in.unwrap_or_default(),
        _ => call.state.create_account("guest"),
    };
    if !call.variant(Variant::GuestWithoutTimezone) {
        call.state.accounts[account].profile.timezone = json!(timezone);
    }
    unasked::at_guest(call, account);
    let (session, pair) = call.open_session(account, Purpose::Guest);
    let index = call.begin_verification(account, session, None);
    let name = &call.state.verifications.list[index].name;
    let shown = Some(name.as_str()).filter(|_| !call.variant(Variant::SessionNullForGuests));
    let entry = &call.state.accounts[account];
    let body = bodies::signup(&pair, entry, shown, call.now, call.switches());
    Ok(Reply::ok(body))
}
