//! `POST /auth/signup`: the beginning of an account.

use serde_json::json;

use super::client::Client;
use crate::reference::bodies;
use crate::reference::call::Call;
use crate::reference::errors::{Problem, Refusal};
use crate::reference::kinds;
use crate::reference::reply::Reply;
use crate::reference::session::Purpose;
use crate::reference::variants::Variant;

/// Creates an account that is still to be verified and completed.
pub(in crate::reference) fn sign_up(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut fields = call.fields()?;
    fields.required("grant_type", kinds::one_of(&["create"]));
    let client = Client::take(&mut fields);
    let timezone = fields.optional("timezone", kinds::timezone);
    let email = fields.optional("email", kinds::email);
    let phone = fields.optional("phone", kinds::phone);
    let kind = if call.variant(Variant::GuestTypeAtSignup) {
        let types = kinds::one_of(&["client", "coach", "studio", "guest"]);
        fields.required("type", types)
    } else {
        fields.required("type", kinds::one_of(&["client", "coach", "studio"]))
    };
    if call.variant(Variant::SignupPhoneRequired) && !fields.gives("phone") {
        fields.problem(Problem::field("phone", "missing", "Field required"));
    }
    fields.finish()?;
    client.check(call)?;
    if let Some(phone) = &phone {
        check_phone(call, phone)?;
    }
    let account = call.state.create_account(&kind);
    let entry = &mut call.state.accounts[account];
    entry.profile.timezone = json!(timezone);
    entry.email = email;
    entry.phone.clone_from(&phone);
    let (session, pair) = call.open_session(account, Purpose::Signup);
    let index = call.state.begin_verification(account, session, phone);
    let name = &call.state.verifications.list[index].name;
    let entry = &call.state.accounts[account];
    let body = bodies::signup(&pair, entry, Some(name), call.now, call.switches());
    Ok(Reply::ok(body))
}

fn check_phone(call: &Call<'_>, phone: &str) -> Result<(), Refusal> {
    let known = call.state.holder_of_phone(phone).is_some() && !call.variant(Variant::KnownPhoneAtSignupFresh);
    let pending = call.variant(Variant::PendingPhoneAtSignupRefused)
        && call
            .state
            .accounts
            .iter()
            .any(|account| !account.completed && !account.decoy && account.phone.as_deref() == Some(phone));
    if known || pending {
        let message = "This phone cannot be used for a signup";
        return Err(Refusal::invalid(Problem::field("phone", "value_error", message)));
    }
    Ok(())
}
