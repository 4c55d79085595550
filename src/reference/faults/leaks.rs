//! Faults that show secrets.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

use crate::reference::account::Account;
use crate::reference::call::Call;
use crate::reference::input;
use crate::reference::reply::{Body, Reply};

super::faults! { Leaks;
    PASSWORD_IN_VALIDATION "password-in-validation" at "all"
        breaks ["password-never-shown", "client-secret-never-shown", "secret-keys-absent"]
        "A validation error repeats the input."
    CODE_IN_SID "code-in-sid" at "POST /auth/verify/phone"
        breaks ["code-never-shown"]
        "A sid begins with the code that is sent for it."
    PASSWORD_IN_PROFILE "password-in-profile" at "GET /auth/user"
        breaks ["password-never-shown", "secret-keys-absent"]
        "A profile shows the password."
    PASSWORD_HASH_IN_PROFILE "password-hash-in-profile" at "GET /auth/user"
        breaks ["password-hash-never-shown", "secret-keys-absent"]
        "A profile shows the hash of the password."
    HASH_UNDER_OTHER_NAME "hash-under-other-name" at "GET /auth/user"
        breaks ["password-hash-never-shown"]
        "A profile shows the hash of the password under an innocent name."
    HASH_IN_TOKEN "hash-in-token" at "POST /auth/token"
        breaks ["password-hash-never-shown"]
        "A sign-in answers a JSON Web Token that holds the hash of the password."
    SALT_IN_PROFILE "salt-in-profile" at "GET /auth/user"
        breaks ["secret-keys-absent"]
        "A profile has a key named salt."
    CLIENT_SECRET_REPEATED "client-secret-repeated" at "POST /auth/token"
        breaks ["client-secret-never-shown"]
        "The answer to bad client credentials repeats the secret that was sent."
    SIGNUP_SHOWS_CLIENT "signup-shows-client" at "POST /auth/signup"
        breaks ["client-secret-never-shown"]
        "A signup answers the client with its secret."
    PASSWORD_IN_COMPLETION "password-in-completion" at "PUT /auth/complete"
        breaks ["password-never-shown"]
        "A completion repeats the password in a header."
    CODE_IN_START "code-in-start" at "POST /auth/verify/phone"
        breaks ["code-never-shown"]
        "The start of a verification shows the code."
    CODE_IN_HEADER "code-in-header" at "POST /auth/verify/phone"
        breaks ["code-never-shown"]
        "The start of a verification shows the code in a header."
    CODE_IN_REFUSAL "code-in-refusal" at "PUT /auth/verify/phone"
        breaks ["code-never-shown"]
        "The refusal of a wrong code shows the right one."
    LINK_IN_START "link-in-start" at "POST /auth/verify/email"
        breaks ["link-uuid-never-shown"]
        "The start of an email verification shows the link."
    LINK_AS_ID "link-as-id" at "POST /auth/verify/email"
        breaks ["link-uuid-never-shown"]
        "The start of an email verification answers the code of the link as the id of the mail, without hyphens."
    LINK_IN_PROFILE "link-in-profile" at "GET /auth/user"
        breaks ["link-uuid-never-shown"]
        "A profile shows the code of the last link."
}

/// The reply as the fault of this area that is played has it.
pub(super) fn spoil(mut reply: Reply, call: &Call<'_>) -> Reply {
    let status = reply.status;
    let Body::Json(body) = &mut reply.body else {
        return reply;
    };
    let error = body.get("error").and_then(Value::as_str).unwrap_or_default();
    let last_code = || call.state.messages.last().map(|message| message.code.clone());
    if status == 422 && call.fault(&PASSWORD_IN_VALIDATION) {
        repeat_input(body, call);
    } else if error == "auth_bad_client_credentials" && call.fault(&CLIENT_SECRET_REPEATED) {
        body["client_secret"] = sent(call, "client_secret");
    } else if error == "auth_user_phone_invalid_code" && call.fault(&CODE_IN_REFUSAL) {
        body["expected"] = json!(last_code());
    } else if status != 200 {
        return reply;
    } else if call.fault(&SIGNUP_SHOWS_CLIENT) {
        let config = call.config;
        body["client"] = json!({"id": config.client_id, "key": config.client_secret});
    } else if call.fault(&HASH_IN_TOKEN) {
        body["id_token"] = json!(web_token(&json!({"sub": "1", "ph": "$2b$12$C6UzMDM.H6dfI/f/IKcEeO"})));
    } else if call.fault(&CODE_IN_START) {
        body["debug"] = json!({"code": last_code()});
    } else if call.fault(&LINK_IN_START) {
        body["link"] = json!(call.state.mails.last().map(|mail| &mail.link));
    } else if call.fault(&LINK_AS_ID) {
        body["id"] = json!(call.state.links.last().map(|link| link.code.simple().to_string()));
    } else if call.fault(&CODE_IN_HEADER) {
        return reply.header("x-debug-code", last_code().unwrap_or_default());
    } else if call.fault(&PASSWORD_IN_COMPLETION) {
        let password = sent(call, "password");
        return reply.header("x-debug-password", password.as_str().unwrap_or_default());
    } else {
        let id = body.get("id").and_then(Value::as_str).unwrap_or_default();
        let mut accounts = call.state.accounts.iter().enumerate();
        if let Some((index, account)) = accounts.find(|(_, account)| account.id.to_string() == id) {
            show_account(body, index, account, call);
        }
    }
    reply
}

fn sent(call: &Call<'_>, name: &str) -> Value {
    let input = input::read(call.request, call.switches(), true);
    let mut values = input.unwrap_or_default().values;
    values.get_mut(name).map(Value::take).unwrap_or_default()
}

/// A JSON Web Token with these claims.
fn web_token(claims: &Value) -> String {
    let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    format!("{}.{}.c2lnbmF0dXJl", part(&json!({"alg": "HS256", "typ": "JWT"})), part(claims))
}

fn repeat_input(body: &mut Value, call: &Call<'_>) {
    let input = input::read(call.request, call.switches(), true);
    let input = Value::Object(input.unwrap_or_default().values);
    let items = body.get_mut("detail").and_then(Value::as_array_mut);
    for item in items.into_iter().flatten() {
        item["input"] = input.clone();
    }
}

fn show_account(body: &mut Value, index: usize, account: &Account, call: &Call<'_>) {
    let hash = account.password.as_ref().map(|stored| stored.written());
    if call.fault(&PASSWORD_IN_PROFILE) {
        body["password"] = json!(account.clear_password);
    } else if call.fault(&PASSWORD_HASH_IN_PROFILE) {
        body["passwordHash"] = json!(hash);
    } else if call.fault(&HASH_UNDER_OTHER_NAME) {
        body["mediaType"] = json!(hash);
    } else if call.fault(&SALT_IN_PROFILE) {
        body["salt"] = json!("6e61436c");
    } else if call.fault(&LINK_IN_PROFILE) {
        let mut links = call.state.links.iter().rev();
        let link = links.find(|link| link.account == index);
        body["emailCode"] = json!(link.map(|link| link.code.to_string()));
    }
}
