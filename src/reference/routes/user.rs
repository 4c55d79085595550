//! `GET` and `PUT /auth/user`: one's own profile.

use serde_json::{Value, json};

use crate::reference::account::Profile;
use crate::reference::call::{Call, Reach};
use crate::reference::errors::{Documented, Refusal};
use crate::reference::fields::Fields;
use crate::reference::kinds;
use crate::reference::reply::Reply;
use crate::reference::session::TokenKind;
use crate::reference::variants::Variant;

/// Shows the caller's profile.
pub(in crate::reference) fn read(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let caller = call.caller(TokenKind::Access, Reach::Reads)?;
    Ok(Reply::ok(call.account(caller).body(call.switches())))
}

/// Writes what was given of the nine writable values, and shows the profile.
pub(in crate::reference) fn update(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let caller = call.caller(TokenKind::Access, Reach::Changes)?;
    let mut fields = call.fields()?;
    let mut profile = call.account(caller).profile.clone();
    let keep_null = call.variant(Variant::NullKeepsValue);
    take(&mut fields, &mut profile, keep_null);
    match fields.finish() {
        Err(Refusal::Invalid(_)) if call.variant(Variant::ProfileFieldError) => {
            return Err(Documented::FieldError.into());
        }
        finished => finished?,
    }
    call.account_mut(caller).profile = profile;
    Ok(Reply::ok(call.account(caller).body(call.switches())))
}

fn take(fields: &mut Fields, profile: &mut Profile, keep_null: bool) {
    let write = |place: &mut Value, change: Option<Value>| {
        if let Some(value) = change.filter(|value| !(keep_null && value.is_null())) {
            *place = value;
        }
    };
    macro_rules! take {
        ($place:ident, $name:literal, $kind:path) => {
            let change = fields.change($name, $kind);
            write(&mut profile.$place, change.map(|value| json!(value)));
        };
    }
    take!(gender, "gender", kinds::gender);
    take!(birth_date, "birthDate", kinds::date);
    take!(timezone, "timezone", kinds::timezone);
    take!(first_name, "firstName", kinds::text);
    take!(last_name, "lastName", kinds::text);
    take!(description, "description", kinds::text);
    take!(languages, "languages", kinds::languages);
    take!(experience, "experience", kinds::experience);
    take!(requires_parking, "requiresParking", kinds::boolean);
}
