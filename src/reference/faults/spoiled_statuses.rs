//! What the faults of status, error and headers make of a reply.

use serde_json::{Value, json};

use super::statuses::*;
use crate::reference::call::Call;
use crate::reference::errors::{Documented, Problem, Refusal};
use crate::reference::reply::{Body, Reply};

/// The reply as the fault of this area that is played has it.
pub(super) fn spoil(reply: Reply, call: &Call<'_>) -> Reply {
    let detail = match &reply.body {
        Body::Json(body) if reply.status == 422 => body.get("detail").cloned(),
        _ => None,
    };
    let error = match &reply.body {
        Body::Json(body) => body.get("error").and_then(Value::as_str).map(str::to_owned),
        _ => None,
    };
    match (detail, error) {
        (Some(Value::Array(items)), _) => spoil_invalid(reply, &items, call),
        (_, Some(error)) => spoil_error(reply, &error, call),
        _ if reply.status == 200 => spoil_success(reply, call),
        _ => reply,
    }
}

/// Whether a fault breaks on a token that looks like a JSON Web Token.
fn undecoded_500(call: &Call<'_>) -> bool {
    let dots = call.request.bearer(false).map(|token| token.matches('.').count());
    dots == Some(1) && call.fault(&TOKEN_OF_TWO_PARTS_500) || dots == Some(2) && call.fault(&TOKEN_OF_THREE_PARTS_500)
}

fn crash() -> Reply {
    Refusal::Crash.into()
}

fn documented(error: Documented) -> Reply {
    Refusal::from(error).into()
}

fn spoil_success(mut reply: Reply, call: &Call<'_>) -> Reply {
    let without = |mut reply: Reply, header: &str| {
        reply.headers.retain(|(name, _)| *name != header);
        reply
    };
    let input = serde_json::from_slice::<Value>(&call.request.body).unwrap_or_default();
    let sent = || input.as_object().into_iter().flatten();
    if call.fault(&SIGNUP_201) {
        reply.status = 201;
    } else if call.fault(&LOGOUT_204) {
        return Reply::new(204, Body::Empty);
    } else if call.fault(&PROFILE_UPDATE_202) {
        reply.status = 202;
    } else if call.fault(&GUEST_AS_PLAIN_TEXT) {
        reply.json_type = "text/plain; charset=utf-8";
    } else if call.fault(&PROFILE_WITHOUT_CONTENT_TYPE) {
        reply.json_type = "";
    } else if call.fault(&TOKEN_CACHEABLE) || call.fault(&SIGNUP_CACHEABLE) {
        return without(reply, "cache-control");
    } else if call.fault(&REFRESH_CACHEABLE) {
        return without(reply, "cache-control").header("cache-control", "max-age=3600");
    } else if call.fault(&NULL_FIELD_500) && sent().any(|(_, value)| value.is_null())
        || call.fault(&UNKNOWN_FIELD_500) && sent().any(|(name, _)| !WRITABLE.contains(&name.as_str()))
    {
        return crash();
    }
    refuse_always(reply, call)
}

/// Refuses what succeeded.
fn refuse_always(reply: Reply, call: &Call<'_>) -> Reply {
    let input =
        [&GUEST_ALWAYS_REFUSED, &RESET_ALWAYS_REFUSED, &VERIFY_START_ALWAYS_REFUSED, &EMAIL_START_ALWAYS_REFUSED];
    let bearer = [&LOGOUT_ALWAYS_REFUSED, &PROFILE_ALWAYS_REFUSED];
    if input.into_iter().any(|fault| call.fault(fault)) {
        let problem = Problem::body("value_error", "Not today");
        Refusal::invalid(problem).into()
    } else if bearer.into_iter().any(|fault| call.fault(fault)) {
        documented(Documented::BadCredentials)
    } else {
        reply
    }
}

const WRITABLE: [&str; 9] = [
    "gender",
    "birthDate",
    "timezone",
    "firstName",
    "lastName",
    "description",
    "languages",
    "experience",
    "requiresParking",
];

fn spoil_invalid(mut reply: Reply, items: &[Value], call: &Call<'_>) -> Reply {
    let of_kind = |kind: &str| items.iter().any(|item| item["type"] == kind);
    let body_only = items.iter().any(|item| item["loc"] == json!(["body"]));
    let name = items.first().map(|item| item["loc"][1].clone());
    let mut items = items.to_vec();
    let own_error = |error: &str| {
        let body = json!({"code": 400, "error": error, "message": "Bad request"});
        Reply::json(400, body)
    };
    if call.fault(&INPUT_REFUSED_OTHERWISE) {
        return own_error("bad_request");
    } else if call.fault(&UNVERIFIED_NAMED_OTHERWISE) && body_only && !of_kind("json_invalid") {
        return own_error("phone_not_verified");
    } else if call.fault(&VALIDATION_STATUS_400) {
        reply.status = 400;
    } else if call.fault(&VALIDATION_DETAIL_TEXT) {
        reply.body = Body::Json(json!({"detail": "Invalid input"}));
    } else if call.fault(&VALIDATION_DETAIL_OBJECT) {
        reply.body = Body::Json(json!({"detail": items.first()}));
    } else if of_kind("value_error") && call.request.bearer(false).is_some() && call.fault(&INPUT_FORBIDDEN_AS_TEXT) {
        return Reply::json(403, json!({"detail": "Not allowed"}));
    } else if call.fault(&INPUT_FORBIDDEN_WITHOUT_BODY) {
        return Reply::new(403, Body::Empty);
    } else if call.fault(&VALIDATION_EMPTY_BODY) {
        reply.body = Body::Empty;
    } else if call.fault(&VALIDATION_ITEMS_TEXT) {
        let texts: Vec<&Value> = items.iter().map(|item| &item["msg"]).collect();
        reply.body = Body::Json(json!({"detail": texts}));
    } else if call.fault(&VALIDATION_ITEMS_WITHOUT_LOC) {
        for item in items.iter_mut().filter_map(Value::as_object_mut) {
            item.shift_remove("loc");
        }
        reply.body = Body::Json(json!({"detail": items}));
    } else if call.fault(&VALIDATION_OTHER_FIELD) && name.is_some_and(|name| name.is_string()) {
        for item in &mut items {
            let grant_type = item["loc"][1] == "grant_type";
            item["loc"][1] = json!(if grant_type { "username" } else { "grant_type" });
        }
        reply.body = Body::Json(json!({"detail": items}));
    } else if call.fault(&FIELD_ERROR_AT_SIGNUP) {
        return documented(Documented::FieldError);
    } else if call.fault(&FOREIGN_ERROR_AT_COMPLETE) && body_only && !of_kind("json_invalid") {
        return documented(Documented::InvalidCode);
    } else if call.fault(&MALFORMED_JSON_500) && of_kind("json_invalid")
        || call.fault(&WRONG_TYPE_500) && of_kind("string_type")
    {
        return crash();
    }
    reply
}

fn spoil_error(mut reply: Reply, error: &str, call: &Call<'_>) -> Reply {
    let at_token = call.operation == "POST /auth/token";
    let refused_bearer = error == "auth_bad_credentials" && !at_token;
    let Body::Json(body) = &mut reply.body else {
        return reply;
    };
    if call.fault(&ERROR_CODE_TEXT) {
        body["code"] = json!(body["code"].to_string());
    } else if call.fault(&ERROR_CODE_ZERO) {
        body["code"] = json!(0);
    } else if call.fault(&ERROR_WITHOUT_MESSAGE) {
        body.as_object_mut().map(|body| body.shift_remove("message"));
    } else if call.fault(&ERROR_MESSAGE_OTHER) {
        body["message"] = json!("Something went wrong");
    } else if call.fault(&ERROR_NESTED) {
        *body = json!({"error": body.take()});
    } else if call.fault(&ERROR_DETAIL_TEXT) {
        *body = json!({"detail": body["message"]});
    } else if call.fault(&ERROR_PAGE) {
        let page = "<!doctype html><title>Error</title>\n".to_owned();
        reply.body = Body::Text("text/html; charset=utf-8", page);
    } else if call.fault(&CHALLENGE_MISSING) {
        reply.headers.retain(|(name, _)| *name != "www-authenticate");
    } else if call.fault(&CHALLENGE_EMPTY) {
        let challenges = reply.headers.iter_mut().filter(|(name, _)| *name == "www-authenticate");
        challenges.for_each(|(_, value)| value.clear());
    } else if call.fault(&BEARER_REFUSED_OTHER_ERROR) && refused_bearer {
        body["error"] = json!("not_authenticated");
    } else if refused_bearer && undecoded_500(call) {
        return crash();
    } else if call.fault(&MALFORMED_HEADER_500) && refused_bearer {
        let header = call.request.authorization();
        if header.is_some() && call.request.bearer(false).is_none() {
            return crash();
        }
    } else {
        return spoil_documented(reply, error, refused_bearer, call);
    }
    reply
}

/// Answers one documented error with the status, error or message of something else.
fn spoil_documented(mut reply: Reply, error: &str, refused_bearer: bool, call: &Call<'_>) -> Reply {
    let statuses: [(&super::Fault, bool, u16); 11] = [
        (&REFRESH_GARBAGE_400, refused_bearer, 400),
        (&WRONG_PASSWORD_400, error == "auth_bad_credentials", 400),
        (&BAD_CLIENT_400, error == "auth_bad_client_credentials", 400),
        (&INVALID_CODE_422, error == "auth_user_phone_invalid_code", 422),
        (&PLEASE_WAIT_403, error == "auth_user_attempt_please_wait", 403),
        (&PLEASE_WAIT_429, error == "auth_user_attempt_please_wait", 429),
        (&ATTEMPT_BLOCKED_400, error == "auth_user_attempt_blocked", 400),
        (&BLOCKED_USER_403, error == "auth_user_blocked", 403),
        (&BEARER_REFUSED_403, refused_bearer, 403),
        (&BEARER_REFUSED_404, refused_bearer, 404),
        (&WRONG_PASSWORD_200, error == "auth_bad_credentials", 200),
    ];
    let other = statuses.iter().find(|(fault, meant, _)| *meant && call.fault(fault));
    let Body::Json(body) = &mut reply.body else {
        return reply;
    };
    if let Some((_, _, status)) = other {
        reply.status = *status;
        if *status != 200 {
            body["code"] = json!(status);
        }
    } else if error == "auth_user_phone_invalid_code" && call.fault(&INVALID_CODE_RENAMED) {
        body["error"] = json!("auth_wrong_code");
    } else if error == "auth_user_phone_invalid_code" && call.fault(&INVALID_CODE_MESSAGE) {
        body["message"] = json!("Invalid code: the last digit is wrong");
    } else if error == "auth_user_attempt_please_wait" && call.fault(&PLEASE_WAIT_WITHOUT_NUMBER) {
        body["message"] = json!("Please wait for next request");
    } else if error == "auth_user_attempt_please_wait" && call.fault(&EMAIL_WAIT_OTHER_ERROR) {
        return documented(Documented::RetryBlocked);
    } else if error == "auth_user_attempt_retry_blocked" && call.fault(&RETRY_BLOCKED_AS_ATTEMPT) {
        return documented(Documented::AttemptBlocked);
    } else if error == "auth_bad_client_credentials" && call.fault(&BAD_CLIENT_AS_BAD_CREDENTIALS) {
        return documented(Documented::BadCredentials);
    }
    reply
}
