//! `PUT /auth/complete`: turning a verified signup into an account.

use serde_json::{Value, json};

use super::{unasked, verify_email};
use crate::reference::account::{Account, AccountId};
use crate::reference::call::{Call, Caller, Reach};
use crate::reference::errors::{Documented, Problem, Refusal};
use crate::reference::faults;
use crate::reference::kinds;
use crate::reference::reply::Reply;
use crate::reference::session::{Purpose, TokenKind};
use crate::reference::state::same_email;
use crate::reference::variants::Variant;

/// What a completion may bring.
struct Completion {
    gender: Option<String>,
    old_password: Option<String>,
    password: Option<String>,
    email: Option<String>,
    username: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
}

/// Gives an account its password, names and email.
pub(in crate::reference) fn complete(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let by_reset = call.fault(&faults::RESET_TOKEN_COMPLETES) || call.fault(&faults::RESET_COMPLETES_SIGNUPS);
    let caller = call.caller(TokenKind::Access, if by_reset { Reach::Session } else { Reach::Changes })?;
    if caller.purpose == Purpose::Reset
        && call.account(caller).completed
        && call.fault(&faults::RESET_COMPLETES_SIGNUPS)
    {
        return Err(Documented::BadCredentials.into());
    }
    let mut fields = call.fields()?;
    let queried = call.fault(&faults::COMPLETE_OLD_PASSWORD_QUERIED);
    let queries = |value: &Value| value.is_object().then(|| value.to_string());
    let any_email = call.variant(Variant::CompleteTakesAnyEmail);
    let completion = Completion {
        gender: fields.optional("gender", kinds::gender),
        old_password: fields.optional("oldPassword", kinds::forgiving(queried, kinds::text, queries)),
        password: fields.optional("password", kinds::filled_text),
        email: fields.optional("email", kinds::lenient(any_email, kinds::email)),
        username: fields.optional("username", kinds::filled_text),
        first_name: fields.optional("firstName", kinds::text),
        last_name: fields.optional("lastName", kinds::text),
    };
    fields.finish()?;
    if completion.username.as_ref().is_some_and(|name| name.chars().count() > 255)
        && call.fault(&faults::LONG_USERNAME_500)
        || completion.old_password.as_ref().is_some_and(|old| old.len() > 72)
            && call.fault(&faults::LONG_OLD_PASSWORD_500)
        || completion.password.as_ref().is_some_and(|password| password.contains('\0'))
            && call.fault(&faults::NULL_IN_PASSWORD_500)
        || completion.email.as_ref().is_some_and(|email| !email.is_ascii())
            && call.fault(&faults::EMAIL_BEYOND_ASCII_500)
    {
        return Err(Refusal::Crash);
    }
    if let Err(refusal) = check_account(call, caller, &completion) {
        if let Some(name) = &completion.last_name
            && call.fault(&faults::COMPLETE_UNVERIFIED_RENAMES)
        {
            call.account_mut(caller).profile.last_name = json!(name);
        }
        return Err(refusal);
    }
    let account = call.account(caller);
    if let Some(email) = account.email.as_ref().filter(|_| !account.completed)
        && let Some(holder) = call.state.holder_of_email(email)
        && call.fault(&faults::COMPLETE_KNOWN_EMAIL_SIGNS_IN)
    {
        let (_, pair) = call.open_session(holder, Purpose::SignIn);
        return Ok(call.token_reply(&pair));
    }
    if let Err(refusal) = check_password(call, caller, &completion) {
        if let Some(password) = &completion.password
            && call.fault(&faults::COMPLETE_REFUSED_CHANGES)
        {
            call.set_password(caller.account, password);
        }
        if let Some(name) = &completion.first_name
            && call.fault(&faults::COMPLETE_REFUSED_RENAMES)
        {
            call.account_mut(caller).profile.first_name = json!(name);
        }
        return Err(refusal);
    }
    if let Err(refusal) = check_unique(call, caller, &completion) {
        if let Some(password) = &completion.password
            && call.fault(&faults::COMPLETE_TAKEN_STORES_PASSWORD)
        {
            call.set_password(caller.account, password);
        }
        return Err(refusal);
    }
    end_sessions(call, caller, &completion);
    let mails = apply(call, caller, completion);
    unasked::at_completion(call, caller.account);
    if mails && (call.variant(Variant::MailSentOnCompletion) || call.variant(Variant::MailAnHourApart)) {
        verify_email::send(call, caller.account);
    }
    let (_, pair) = call.open_session(caller.account, Purpose::SignIn);
    Ok(call.token_reply(&pair))
}

fn refuse(name: &'static str, message: &'static str) -> Refusal {
    Refusal::invalid(Problem::field(name, "value_error", message))
}

fn check_account(call: &Call<'_>, caller: Caller, new: &Completion) -> Result<(), Refusal> {
    let account = call.account(caller);
    let skipped = call.fault(&faults::COMPLETE_UNVERIFIED)
        || call.fault(&faults::COMPLETE_BY_ANYONES_CODE) && verified_by_anyone(call, account)
        || account.kind == "coach" && call.fault(&faults::COACHES_SKIP_VERIFICATION)
        || caller.purpose == Purpose::Guest && call.fault(&faults::GUESTS_COMPLETE)
        || call.fault(&faults::COMPLETE_KNOWN_PHONE_UNVERIFIED) && holder_of_phone(call, account).is_some()
        || call.fault(&faults::COMPLETE_VERIFIED_ELSEWHERE)
            && call.state.accounts.iter().any(|other| other.phone_verified && other.phone == account.phone);
    if !account.phone_verified && !skipped {
        let problem = Problem::body("value_error", "The phone is not verified yet");
        return Err(Refusal::invalid(problem));
    }
    if call.variant(Variant::CompleteEmptyRefused) && new.is_empty() {
        let problem = Problem::body("value_error", "Nothing was given");
        return Err(Refusal::invalid(problem));
    }
    let again = account.completed && new.password.is_none();
    if again && call.variant(Variant::CompleteAgainRefused) {
        let problem = Problem::body("value_error", "The account is complete already");
        return Err(Refusal::invalid(problem));
    }
    Ok(())
}

fn verified_by_anyone(call: &Call<'_>, account: &Account) -> bool {
    call.state.accounts.iter().any(|other| other.phone_verified && other.phone == account.phone)
}

fn holder_of_phone(call: &Call<'_>, account: &Account) -> Option<AccountId> {
    call.state.holder_of_phone(account.phone.as_deref()?)
}

/// Replacing a password takes the old one.
fn check_password(call: &Call<'_>, caller: Caller, new: &Completion) -> Result<(), Refusal> {
    let account = call.account(caller);
    if new.password.is_none() {
        let first = !account.completed;
        if first && call.variant(Variant::CompleteWithoutPasswordRefused) {
            return Err(refuse("password", "A password is needed"));
        }
        return Ok(());
    }
    if account.password.is_none() {
        return Ok(());
    }
    let right = match &new.old_password {
        Some(old) => {
            call.is_password(caller.account, old)
                || call.fault(&faults::COMPLETE_ANY_OLD_PASSWORD)
                || old.starts_with('{') && call.fault(&faults::COMPLETE_OLD_PASSWORD_QUERIED)
        }
        None => {
            call.fault(&faults::COMPLETE_NO_OLD_PASSWORD)
                || new.username.is_some() && call.fault(&faults::COMPLETE_NO_OLD_PASSWORD_WITH_NAME)
        }
    };
    if right { Ok(()) } else { Err(refuse("oldPassword", "This is not the old password")) }
}

/// Phone, username and email belong to one completed account each.
fn check_unique(call: &Call<'_>, caller: Caller, new: &Completion) -> Result<(), Refusal> {
    let account = call.account(caller);
    let shared = call.variant(Variant::KnownPhoneAtSignupCompletes)
        || call.fault(&faults::COMPLETE_KNOWN_PHONE_UNVERIFIED)
        || call.fault(&faults::SIGNUP_KNOWN_PHONE_TAKES_OVER);
    if holder_of_phone(call, account).is_some_and(|holder| holder != caller.account) && !shared {
        let problem = Problem::body("value_error", "This phone has an account already");
        return Err(Refusal::invalid(problem));
    }
    if account.completed && call.fault(&faults::COMPLETE_AGAIN_TAKEN) {
        return Ok(());
    }
    if let Some(username) = &new.username
        && call.state.username_taken(username, caller.account)
        && !call.fault(&faults::COMPLETE_TAKEN_USERNAME)
    {
        if call.fault(&faults::TAKEN_USERNAME_500) {
            return Err(Refusal::Crash);
        }
        return Err(refuse("username", "This username is taken"));
    }
    let taken_over = call.fault(&faults::SIGNUP_EMAIL_TAKES_OVER);
    if let Some(username) = &new.username
        && call.fault(&faults::USERNAME_IN_OTHER_CASE_500)
        && call.state.completed().any(|(id, other)| {
            let alike = |known: &String| known.eq_ignore_ascii_case(username);
            id != caller.account && other.username.as_ref().is_some_and(alike)
        })
    {
        return Err(Refusal::Crash);
    }
    let email = new.email.as_ref().or_else(|| account.email.as_ref().filter(|_| !taken_over));
    if let Some(email) = email
        && call.state.email_taken(email, caller.account)
        && !call.fault(&faults::COMPLETE_TAKEN_EMAIL)
    {
        return Err(refuse("email", "This email is taken"));
    }
    Ok(())
}

fn end_sessions(call: &mut Call<'_>, caller: Caller, new: &Completion) {
    let replaces = new.password.is_some() && call.account(caller).password.is_some();
    if replaces && call.variant(Variant::CompletePasswordDropsSessions) {
        let others = |id, _: &_| id != caller.session;
        call.state.sessions.end_where(caller.account, others);
    }
    let of_signup = caller.purpose == Purpose::Signup;
    if of_signup && call.variant(Variant::SignupTokenDeadAfterCompletion) {
        call.state.sessions.end(caller.session);
    }
}

/// Writes everything; whether the email is a new one.
fn apply(call: &mut Call<'_>, caller: Caller, new: Completion) -> bool {
    let switches = call.config.switches;
    take_over(call, caller);
    let again = call.account(caller).completed;
    if let Some(password) = &new.password
        && !switches.fault(&faults::COMPLETE_LOSES_PASSWORD)
        && !(again && switches.fault(&faults::COMPLETE_AGAIN_KEEPS_PASSWORD))
    {
        call.set_password(caller.account, password);
    }
    let account = call.account_mut(caller);
    account.completed = true;
    if switches.fault(&faults::COMPLETE_LOSES_TYPE) {
        "client".clone_into(&mut account.kind);
    }
    if let Some(username) = new.username {
        let small = switches.fault(&faults::USERNAME_STORED_IN_SMALL_LETTERS);
        account.username = Some(if small { username.to_lowercase() } else { username });
    }
    let names_lost = switches.fault(&faults::COMPLETE_LOSES_NAMES);
    let gender_lost = switches.fault(&faults::COMPLETE_LOSES_GENDER);
    for (value, place, lost) in [
        (new.gender, &mut account.profile.gender, gender_lost),
        (new.first_name, &mut account.profile.first_name, names_lost),
        (new.last_name, &mut account.profile.last_name, names_lost),
    ] {
        if let Some(value) = value.filter(|_| !lost) {
            *place = json!(value);
        }
    }
    let email_lost = switches.fault(&faults::COMPLETE_LOSES_EMAIL);
    let Some(email) = new.email.filter(|_| !email_lost) else {
        return false;
    };
    let changed = !same_email(account.email.as_deref(), &email);
    account.email_verified &= !changed;
    account.email = Some(email);
    changed
}

/// By a fault, the account that held the phone until now loses it to the caller.
fn take_over(call: &mut Call<'_>, caller: Caller) {
    if !call.fault(&faults::SIGNUP_KNOWN_PHONE_TAKES_OVER) {
        return;
    }
    let phone = call.account(caller).phone.clone().unwrap_or_default();
    let holder = call.state.holder_of_phone(&phone);
    if let Some(holder) = holder.filter(|holder| *holder != caller.account) {
        let account = call.state.accounts[holder].clone();
        *call.account_mut(caller) = account;
        call.state.accounts[holder].completed = false;
    }
}

impl Completion {
    const fn is_empty(&self) -> bool {
        self.gender.is_none()
            && self.old_password.is_none()
            && self.password.is_none()
            && self.email.is_none()
            && self.username.is_none()
            && self.first_name.is_none()
            && self.last_name.is_none()
    }
}
