//! `GET` and `PUT /auth/user`: one's own profile.

use serde_json::{Value, json};

use crate::reference::account::{AccountId, Profile};
use crate::reference::call::{Call, Caller, Reach};
use crate::reference::errors::{Documented, Refusal};
use crate::reference::faults;
use crate::reference::fields::Fields;
use crate::reference::input;
use crate::reference::kinds;
use crate::reference::reply::Reply;
use crate::reference::session::TokenKind;
use crate::reference::switches::Switches;
use crate::reference::variants::Variant;

/// Shows the caller's profile.
pub(in crate::reference) fn read(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let caller = call.caller(TokenKind::Access, Reach::Reads)?;
    if call.nth.is_multiple_of(4) && call.fault(&faults::EVERY_FOURTH_READ_500) {
        return Err(Refusal::Crash);
    }
    let shown = if call.fault(&faults::PROFILE_OF_NEWEST) {
        call.state.accounts.len() - 1
    } else if call.fault(&faults::PROFILE_BY_QUERY) {
        named_in_address(call).unwrap_or(caller.account)
    } else if caller.account == 1 && call.fault(&faults::SECOND_ACCOUNT_READS_FIRST) {
        0
    } else {
        caller.account
    };
    let mut body = call.state.accounts[shown].body(call.switches());
    if call.variant(Variant::UrlsChange) {
        let address = "https://media.example.test/avatar.png?signature=";
        body["avatarUrl"] = json!(format!("{address}{}", call.nth));
    }
    if call.fault(&faults::PHONE_SHOWN_VERIFIED) && !call.account(caller).completed {
        body["verifiedPhone"] = json!(true);
    }
    let account = &call.state.accounts[shown];
    if account.kind == "studio" && account.completed && call.fault(&faults::STUDIO_NAMES_HIDDEN) {
        (body["firstName"], body["lastName"]) = (Value::Null, Value::Null);
    }
    if account.kind == "coach" && call.fault(&faults::COACH_PHONE_UNVERIFIED) {
        body["verifiedPhone"] = json!(false);
    }
    if call.fault(&faults::PROFILE_UNSTABLE) {
        body["sessionCount"] = json!(call.nth);
    }
    Ok(Reply::ok(body))
}

/// The account whose id the address names.
fn named_in_address(call: &Call<'_>) -> Option<AccountId> {
    let id = call.request.query("id")?;
    call.state.accounts.iter().position(|account| account.id.to_string() == id)
}

/// Writes what was given of the nine writable values, and shows the profile.
pub(in crate::reference) fn update(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let caller = call.caller(TokenKind::Access, Reach::Changes)?;
    let mut fields = call.fields()?;
    let before = call.account(caller).profile.clone();
    let mut profile = before.clone();
    if call.fault(&faults::PROFILE_CLEARS_UNSENT) {
        profile = Profile::default();
    }
    if call.fault(&faults::PROFILE_CLEARS_LANGUAGES) && !fields.gives("languages") {
        profile.languages = json!([]);
    }
    if call.fault(&faults::PROFILE_NAMES_OF_FIRST) && !fields.gives("firstName") {
        profile.first_name = call.state.accounts[0].profile.first_name.clone();
    }
    take(&mut fields, &mut profile, call.switches());
    if let Err(refusal) = fields.finish() {
        return Err(refuse(call, caller, profile, refusal));
    }
    let ancient = |date: &Value| date.as_str().is_some_and(|date| date < "1900");
    if call.fault(&faults::PROFILE_LONG_TEXT_500) && is_long(&profile.description)
        || call.fault(&faults::PROFILE_DATE_BEFORE_1900_500) && ancient(&profile.birth_date)
        || call.fault(&faults::LONG_LANGUAGE_500)
            && profile.languages.as_array().is_some_and(|all| all.iter().any(is_long))
    {
        return Err(Refusal::Crash);
    }
    if call.fault(&faults::PROFILE_DESCRIPTION_LOST) {
        profile.description = before.description.clone();
    }
    if call.account(caller).kind != "client" && call.fault(&faults::TRADE_LOSES_EXPERIENCE) {
        profile.experience = before.experience.clone();
    }
    write_read_only(call, caller);
    if call.fault(&faults::PROFILE_WRITES_ALL) {
        for account in &mut call.state.accounts {
            account.profile = profile.clone();
        }
    }
    if call.fault(&faults::PROFILE_LANGUAGES_SHARED) {
        share_languages(call, &profile.languages);
    }
    if call.fault(&faults::PROFILE_WRITE_UNVERIFIES_EMAIL) {
        call.account_mut(caller).email_verified = false;
    }
    let switches = call.switches();
    let old_body = call.account(caller).body(switches);
    call.account_mut(caller).profile = profile;
    let mut body = call.account(caller).body(switches);
    if call.fault(&faults::PROFILE_ANSWERS_SENT_FLAGS) {
        let sent = input::read(call.request, switches, true).unwrap_or_default().values;
        for (flag, value) in sent.into_iter().filter(|(name, _)| name.starts_with("verified")) {
            body[flag] = value;
        }
    }
    if call.fault(&faults::PROFILE_ANSWERS_SENT_NAMES) {
        let sent = input::read(call.request, switches, true).unwrap_or_default().values;
        for name in ["firstName", "lastName"] {
            body[name] = sent.get(name).cloned().unwrap_or_default();
        }
    }
    let lost = call.request.overlapped && call.fault(&faults::WRITE_RACE);
    if call.fault(&faults::PROFILE_NOT_STORED) || lost {
        call.account_mut(caller).profile = before;
    }
    Ok(Reply::ok(if call.fault(&faults::PROFILE_ANSWERS_OLD) { old_body } else { body }))
}

/// The refusal of an update, with what faults do besides.
fn refuse(call: &mut Call<'_>, caller: Caller, profile: Profile, refusal: Refusal) -> Refusal {
    if call.fault(&faults::PROFILE_HALF_WRITTEN) {
        call.account_mut(caller).profile = profile;
    }
    if call.fault(&faults::REFUSED_UPDATE_ENDS_SESSION) {
        call.state.sessions.end(caller.session);
    }
    match refusal {
        Refusal::Invalid(_) if call.variant(Variant::ProfileFieldError) => Documented::FieldError.into(),
        refusal => refusal,
    }
}

/// By a fault, all lists of one length are one list.
fn share_languages(call: &mut Call<'_>, languages: &Value) {
    let length = |list: &Value| list.as_array().map(Vec::len);
    for account in &mut call.state.accounts {
        if length(languages).is_some() && length(&account.profile.languages) == length(languages) {
            account.profile.languages = languages.clone();
        }
    }
}

fn is_long(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.chars().count() > 255)
}

/// By faults, what only looks writable is.
fn write_read_only(call: &mut Call<'_>, caller: Caller) {
    let input = input::read(call.request, call.switches(), true);
    let values = input.unwrap_or_default().values;
    let text = |name: &str| values.get(name).and_then(Value::as_str).map(str::to_owned);
    let switches = call.switches();
    let account = call.account_mut(caller);
    if switches.fault(&faults::PROFILE_FLAGS_WRITABLE)
        && let Some(verified) = values.get("verifiedEmail").and_then(Value::as_bool)
    {
        account.email_verified = verified;
    }
    if switches.fault(&faults::PROFILE_FLAG_BY_ANOTHER_NAME)
        && let Some(verified) = values.get("email_verified").and_then(Value::as_bool)
    {
        account.email_verified = verified;
    }
    if switches.fault(&faults::PROFILE_PHONE_UNVERIFIES) && values.contains_key("phone") {
        account.phone_verified = false;
    }
    if switches.fault(&faults::PROFILE_ID_WRITABLE)
        && let Some(id) = text("id").and_then(|id| id.parse().ok())
    {
        account.id = id;
    }
    if switches.fault(&faults::PROFILE_TYPE_WRITABLE)
        && let Some(kind) = text("type")
    {
        account.kind = kind;
    }
    if switches.fault(&faults::PROFILE_PHONE_WRITABLE)
        && let Some(phone) = text("phone")
    {
        account.phone = Some(phone);
    }
}

fn take(fields: &mut Fields, profile: &mut Profile, switches: Switches) {
    let keep_null = switches.variant(Variant::NullKeepsValue);
    let write = |place: &mut Value, change: Option<Value>| {
        let kept = |value: &Value| {
            keep_null && value.is_null() || switches.fault(&faults::PROFILE_FALSY_LOST) && is_falsy(value)
        };
        if let Some(value) = change.filter(|value| !kept(value)) {
            *place = faults::stored(value, switches);
        }
    };
    macro_rules! take {
        ($place:ident, $name:literal, $kind:expr) => {
            let change = fields.change($name, $kind);
            let change = change.filter(|_| !faults::loses(switches, $name));
            write(&mut profile.$place, change.map(|value| json!(value)));
        };
    }
    take!(gender, "gender", kinds::gender);
    take!(birth_date, "birthDate", faults::birth_date(switches));
    take!(timezone, "timezone", kinds::timezone);
    take!(first_name, "firstName", kinds::text);
    take!(last_name, "lastName", kinds::text);
    take!(description, "description", kinds::text);
    if switches.fault(&faults::PROFILE_NAMES_BMP) {
        for name in [&mut profile.first_name, &mut profile.last_name] {
            let kept = name.as_str().map(|name| name.chars().filter(|c| c.len_utf8() < 4).collect::<String>());
            *name = kept.map_or_else(|| name.take(), |kept| json!(kept));
        }
    }
    take!(languages, "languages", faults::languages(switches));
    take!(experience, "experience", faults::experience(switches));
    take!(requires_parking, "requiresParking", faults::parking(switches));
}

fn is_falsy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(boolean) => !boolean,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
    }
}
