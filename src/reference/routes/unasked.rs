//! Fields that an operation does not take, and that are written all the same where a fault says so.

use serde_json::{Map, Value};

use crate::reference::account::AccountId;
use crate::reference::call::Call;
use crate::reference::faults;
use crate::reference::input;

/// Flags that a signup says of itself.
pub(super) fn at_signup(call: &mut Call<'_>, account: AccountId) {
    if !call.fault(&faults::SIGNUP_FLAGS_WRITABLE) {
        return;
    }
    let values = sent(call);
    let said = |name: &str| values.get(name).and_then(Value::as_bool).unwrap_or_default();
    let account = &mut call.state.accounts[account];
    account.phone_verified |= said("verifiedPhone");
    account.email_verified |= said("verifiedEmail");
}

/// A type that a guest gives itself.
pub(super) fn at_guest(call: &mut Call<'_>, account: AccountId) {
    let values = sent(call);
    if let Some(kind) = values.get("type").and_then(Value::as_str)
        && call.fault(&faults::GUEST_TYPE_WRITABLE)
    {
        kind.clone_into(&mut call.state.accounts[account].kind);
    }
}

/// Flags, a type or a phone that come with a completion.
pub(super) fn at_completion(call: &mut Call<'_>, account: AccountId) {
    let values = sent(call);
    let text = |name: &str| values.get(name).and_then(Value::as_str).map(str::to_owned);
    let switches = call.switches();
    let account = &mut call.state.accounts[account];
    if switches.fault(&faults::COMPLETE_FLAGS_WRITABLE)
        && let Some(verified) = values.get("verifiedEmail").and_then(Value::as_bool)
    {
        account.email_verified = verified;
    }
    if switches.fault(&faults::COMPLETE_TYPE_WRITABLE)
        && let Some(kind) = text("type")
    {
        account.kind = kind;
    }
    if switches.fault(&faults::COMPLETE_PHONE_WRITABLE)
        && let Some(phone) = text("phone")
    {
        account.phone = Some(phone);
    }
}

fn sent(call: &Call<'_>) -> Map<String, Value> {
    input::read(call.request, call.switches(), true).unwrap_or_default().values
}
