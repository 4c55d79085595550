//! One table: answers that trip a check, each beside the nearest one that must not.
//!
//! A row lists all that every check finds in its answers, so that a wrong trips what it should and nothing else.

use serde_json::{Value, json};

use super::answers::*;
use crate::exchange::SightingForm;

const WHOLE: SightingForm = SightingForm::Whole;
const PART: SightingForm = SightingForm::Part;
const NUMBER: SightingForm = SightingForm::Number;

/// A test for each row: the answers of one deployment in their order, and all that is found in them.
macro_rules! table {
    ($($name:ident: $($answer:expr),+ => [$($finding:expr),* $(,)?];)*) => {
        pub(super) const ROWS: &[(&str, fn() -> Vec<Answer>, &[&str])] =
            &[$((stringify!($name), || vec![$($answer),+], &[$($finding),*])),*];

        mod row {
            $(#[test] fn $name() { super::super::row_holds(stringify!($name)); })*
        }
    };
}

table! {
    // --- server-error
    server_error: html("GET /auth/user", 500) => [
        "server-error: no-server-error at [status]: no 5xx, whatever is sent, not 500",
    ];
    server_error_at_an_undocumented_method: html("PATCH /auth/user", 501) => [
        "server-error: no-server-error at [status]: no 5xx, whatever is sent, not 501",
    ];
    last_status_that_is_no_server_error: html("PATCH /auth/user", 405) => [];

    // --- other-success-status
    created: token(1).status(201) => [
        "other-success-status: success-status-200 at [status]: 200, not 201",
    ];
    no_content_where_nothing_is_documented: empty("POST /auth/logout", 204) => [
        "other-success-status: success-status-200 at [status]: 200, not 204",
    ];
    success_without_a_documented_body: empty("POST /auth/logout", 200) => [];
    options: empty("OPTIONS /auth/user", 204) => [];
    head: empty("HEAD /auth/user", 204) => [];

    // --- wrong-content-type
    model_as_html: token(1).typed("text/html") => [
        "wrong-content-type: json-content-type at [header content-type]: `application/json`, not `text/html`",
    ];
    model_as_another_json: token(1).typed("application/problem+json") => [
        "wrong-content-type: json-content-type at [header content-type]: `application/json`, not `application/problem+json`",
    ];
    model_undeclared: sent_link().without("content-type") => [
        "wrong-content-type: json-content-type at [header content-type]: `application/json`, not no such header",
    ];
    model_with_charset: token(1).typed("application/json; charset=utf-8") => [];
    model_in_other_case: token(1).typed("Application/JSON;charset=UTF-8") => [];
    free_body_as_text: text("POST /auth/logout", 200, "text/plain", "bye") => [];
    refusal_as_text: blocked("POST /auth/verify/phone").typed("text/plain") => [
        "wrong-content-type: json-content-type at [header content-type]: `application/json`, not `text/plain`",
    ];
    validation_error_as_text: invalid(json!(["body", "phone"])).typed("text/plain") => [
        "wrong-content-type: json-content-type at [header content-type]: `application/json`, not `text/plain`",
    ];
    refused_bearer_as_text: refused_bearer().typed("text/plain") => [];

    // --- wrong-model
    token_without_a_key: token(1).lacking("scopes") => [
        "wrong-model: token-model at []: key `scopes` present (Token), not no such key",
    ];
    token_with_null: token(1).with("scopes", Value::Null) => [
        "wrong-model: token-model at [/scopes]: a string (Token), not null",
    ];
    token_as_a_list: answer("POST /auth/token", 200, json!([])) => [
        "wrong-model: token-model at []: an object (Token), not an array of 0 items",
    ];
    token_with_more: token(1).with("id_token", json!("x")) => [];
    signup_without_a_key: signup(1, "+1").lacking("verifed_phone") => [
        "wrong-model: user-signup-out-model at []: key `verifed_phone` present (UserSignupOut), not no such key",
    ];
    signup_of_an_undocumented_type: signup(1, "+1").with("type", json!("admin")) => [
        "wrong-model: user-signup-out-model at [/type]: one of guest|client|coach|studio (UserSignupOut), not a string of 5 characters",
    ];
    signup_of_a_guest: signup(1, "+1").with("type", json!("guest")).with("phone", Value::Null).with("session", Value::Null) => [];
    mobile_without_a_key: sent_code("x").lacking("time_repeat") => [
        "wrong-model: mobile-out-model at []: key `time_repeat` present (MobileOut), not no such key",
    ];
    mobile_with_an_empty_sid: sent_code("") => [
        "wrong-model: mobile-out-model at [/sid]: a string of 1 or more characters (MobileOut), not an empty string",
    ];
    mobile_with_a_part_of_a_second: sent_code("x").with("time_expire", json!(59.5)) => [
        "wrong-model: mobile-out-model at [/time_expire]: an integer (MobileOut), not a number",
    ];
    mobile_with_a_whole_fraction: sent_code("x").with("time_expire", json!(60.0)) => [];
    mobile_code_of_another_type: verified().with("status", json!(true)) => [
        "wrong-model: mobile-code-out-model at [/status]: a string (MobileCodeOut), not a boolean",
    ];
    mobile_code: verified() => [];
    email_as_text: text("POST /auth/verify/email", 200, "application/json", "sent") => [
        "wrong-model: email-out-model at []: EmailOut as JSON, not a body that is no JSON",
    ];
    email_with_nothing: empty("POST /auth/verify/email", 200).header("content-type", "application/json") => [
        "wrong-model: email-out-model at []: EmailOut as JSON, not an empty body",
    ];
    email_link: sent_link() => [];
    profile_without_a_key: profile().lacking("totalPaymentCurrency") => [
        "wrong-model: user-profile-out-model at []: key `totalPaymentCurrency` present (UserProfileOut), not no such key",
    ];
    profile_with_an_id_that_is_no_uuid: profile().with("id", json!("17")) => [
        "wrong-model: user-profile-out-model at [/id]: a UUID (UserProfileOut), not a string of 2 characters",
    ];
    profile_with_a_date_that_is_none: profile().with("birthDate", json!("2000-02-30")) => [
        "wrong-model: user-profile-out-model at [/birthDate]: a date as YYYY-MM-DD (UserProfileOut), not a string of 10 characters",
    ];
    profile_all_null: profile() => [];

    // --- undocumented-refusal-body
    refusal_with_html: html("POST /auth/signup", 400) => [
        "undocumented-refusal-body: refusal-body-documented at []: an ErrorResponse or an HTTPValidationError, not a body that is no JSON",
    ];
    refusal_with_nothing: empty("POST /auth/signup", 400) => [
        "undocumented-refusal-body: refusal-body-documented at []: an ErrorResponse or an HTTPValidationError, not an empty body",
    ];
    refusal_of_another_shape: answer("POST /auth/signup", 400, json!({"reason": "no"})) => [
        "undocumented-refusal-body: refusal-body-documented at []: an ErrorResponse or an HTTPValidationError, not JSON that is neither",
    ];
    refusal_as_a_list: answer("POST /auth/signup", 400, json!(["no"])) => [
        "undocumented-refusal-body: refusal-body-documented at []: an ErrorResponse or an HTTPValidationError, not JSON that is neither",
    ];
    not_found_with_html: html("POST /auth/signup", 404) => [
        "undocumented-refusal-body: refusal-body-documented at []: an ErrorResponse or an HTTPValidationError, not a body that is no JSON",
    ];
    refusal_without_a_message: blocked("POST /auth/verify/phone").lacking("message") => [
        "undocumented-refusal-body: error-response-model at []: key `message` present (ErrorResponse), not no such key",
    ];
    refusal_without_an_error: blocked("POST /auth/verify/phone").lacking("error") => [
        "undocumented-refusal-body: error-response-model at []: key `error` present (ErrorResponse), not no such key",
    ];
    refusal_with_a_code_as_text: blocked("POST /auth/verify/phone").with("code", json!("400")) => [
        "undocumented-refusal-body: error-response-model at [/code]: an integer (ErrorResponse), not a string of 3 characters",
    ];
    detail_that_is_a_text: answer("POST /auth/signup", 422, json!({"detail": "no"})) => [
        "undocumented-refusal-body: validation-error-model at [/detail]: an array (HTTPValidationError), not a string of 2 characters",
    ];
    refusal_with_more: blocked("POST /auth/verify/phone").with("detail", json!("more")).with("trace", json!("x")) => [];
    refused_bearer: refused_bearer() => [];
    request_timeout_of_a_gateway: html("POST /auth/signup", 408) => [];
    too_large_for_a_gateway: html("POST /auth/signup", 413) => [];
    long_uri_at_a_gateway: html("POST /auth/signup", 414) => [];
    media_type_of_a_framework: html("POST /auth/signup", 415) => [];
    too_many_requests: html("POST /auth/signup", 429) => [];
    too_many_requests_by_the_api_itself: blocked("POST /auth/verify/phone").status(429).with("code", json!(429)) => [
        "misplaced-error: error-status-as-documented at [status]: 400 for `auth_user_blocked`, not 429",
    ];
    large_headers_at_a_gateway: html("POST /auth/signup", 431) => [];
    undocumented_method_405: html("PATCH /auth/user", 405) => [];
    undocumented_method_404: html("PATCH /auth/user", 404) => [];
    undocumented_method_400: html("PATCH /auth/user", 400) => [
        "undocumented-refusal-body: refusal-body-documented at []: an ErrorResponse or an HTTPValidationError, not a body that is no JSON",
    ];

    // --- code-differs-from-status
    code_of_another_status: blocked("POST /auth/verify/phone").with("code", json!(401)) => [
        "code-differs-from-status: error-code-equals-status at [/code]: 400, the HTTP status, not 401",
    ];
    code_of_an_application: blocked("POST /auth/verify/phone").with("code", json!(40_001)) => [
        "code-differs-from-status: error-code-equals-status at [/code]: 400, the HTTP status, not 40001",
    ];
    code_as_a_whole_fraction: blocked("POST /auth/verify/phone").with("code", json!(400.0)) => [];

    // --- unknown-error
    unknown_error: answer("POST /auth/verify/phone", 400, json!({"code": 400, "error": "auth_oops", "message": "x"})) => [
        "unknown-error: error-known at [/error]: a documented error, here `auth_user_blocked`, `auth_user_phone_already_verified`, `auth_user_attempt_please_wait`, `auth_user_attempt_retry_blocked`, not `auth_oops`",
    ];
    unknown_error_where_none_is_listed: answer("PUT /auth/complete", 400, json!({"code": 400, "error": "auth_oops", "message": "x"})) => [
        "unknown-error: error-known at [/error]: a documented error, not `auth_oops`",
    ];
    known_error: blocked("POST /auth/verify/phone") => [];

    // --- misplaced-error
    error_with_another_status: blocked("POST /auth/verify/phone").status(403).with("code", json!(403)) => [
        "misplaced-error: error-status-as-documented at [status]: 400 for `auth_user_blocked`, not 403",
    ];
    error_with_another_message: blocked("POST /auth/verify/phone").with("message", json!("User is blocked")) => [
        "misplaced-error: error-message-as-documented at [/message]: `User blocked` for `auth_user_blocked`, not `User is blocked`",
    ];
    error_with_another_pattern: refused("POST /auth/verify/phone", "auth_user_attempt_please_wait", "Please wait a while") => [
        "misplaced-error: error-message-as-documented at [/message]: a text like `^Please wait [0-9]+([.][0-9]+)? seconds for next request$` for `auth_user_attempt_please_wait`, not `Please wait a while`",
    ];
    error_with_the_pattern: refused("POST /auth/verify/phone", "auth_user_attempt_please_wait", "Please wait 59 seconds for next request") => [];
    error_with_a_fraction_in_the_pattern: refused("POST /auth/verify/phone", "auth_user_attempt_please_wait", "Please wait 57.306 seconds for next request") => [];
    error_at_another_operation: blocked("PUT /auth/user") => [
        "misplaced-error: error-at-documented-operation at [/error]: an error that PUT /auth/user lists, not `auth_user_blocked`",
    ];
    bad_credentials_at_any_operation_with_credentials: refused("POST /auth/signup", "auth_bad_credentials", "Could not validate credentials") => [];
    bad_client_at_any_operation_with_credentials: refused("POST /auth/signup", "auth_bad_client_credentials", "Could not validate oauth2 credentials") => [];
    documented_401_of_another_error: refused("PUT /auth/verify/phone", "auth_user_attempt_blocked", "User attempt blocked. Slow down.") => [];

    // --- malformed-validation-error
    validation_error_with_400: invalid(json!(["body", "phone"])).status(400) => [
        "malformed-validation-error: validation-status-422 at [status]: 422, not 400",
    ];
    validation_item_without_a_key: answer("POST /auth/signup", 422, json!({"detail": [{"loc": ["body"], "msg": "x"}]})) => [
        "malformed-validation-error: validation-item-shape at [/detail/0]: key `type` present, not no such key",
    ];
    second_validation_item_misshapen: answer("POST /auth/signup", 422, json!({"detail": [
        {"loc": ["body"], "msg": "x", "type": "y"}, {"loc": ["body", true], "msg": "x", "type": "y"},
    ]})) => [
        "malformed-validation-error: validation-item-shape at [/detail/1/loc/1]: an integer or a string, not a boolean",
    ];
    validation_error_with_more: answer("POST /auth/signup", 422, json!({"detail": [
        {"loc": ["body", "phone", 0], "msg": "x", "type": "y", "ctx": {}, "url": "http://x"},
    ]})) => [];
    validation_error_without_items: answer("POST /auth/signup", 422, json!({"detail": []})) => [];
    missing_bearer_as_a_framework_says: answer("GET /auth/user", 403, json!({"detail": "Not authenticated"})).bad_bearer() => [
        "unusual-bearer-refusal: bearer-refusal-status-401 at [status]: 401, not 403",
    ];

    // --- misnamed-field
    loc_of_another_field: invalid(json!(["body", "email"])).wrong_field("phone") => [
        "misnamed-field: validation-loc-names-field at [/detail]: a loc that names `phone`, not `email`",
    ];
    loc_of_the_field: invalid(json!(["body", "phone", 0])).wrong_field("phone") => [];
    loc_in_one_text: invalid(json!(["body.phone"])).wrong_field("phone") => [];
    loc_as_a_pointer: invalid(json!(["/body/client_id"])).wrong_field("client_id") => [];
    loc_in_another_spelling: invalid(json!(["body", "clientId"])).wrong_field("client_id") => [];
    loc_of_something_else: invalid(json!(["body", "payload"])).wrong_field("phone") => [];
    loc_of_another_field_in_one_text: invalid(json!(["body.grantType"])).wrong_field("phone") => [
        "misnamed-field: validation-loc-names-field at [/detail]: a loc that names `phone`, not `granttype`",
    ];
    loc_of_the_body: invalid(json!(["body"])).wrong_field("phone") => [];
    loc_of_a_position: invalid(json!(["body", 17])).wrong_field("phone") => [];
    loc_where_no_single_field_was_wrong: invalid(json!(["body", "email"])) => [];
    locs_of_both: answer("POST /auth/signup", 422, json!({"detail": [
        {"loc": ["body", "email"], "msg": "x", "type": "y"}, {"loc": ["body", "phone"], "msg": "x", "type": "y"},
    ]})).wrong_field("phone") => [];

    // --- unusual-bearer-refusal
    good_bearer_refused_as_a_framework_says: answer("PUT /auth/password-reset", 403, json!({"detail": "Not allowed"})).good_bearer() => [
        "undocumented-refusal-body: validation-error-model at [/detail]: an array (HTTPValidationError), not a string of 11 characters",
    ];
    good_bearer_refused_with_html: html("PUT /auth/password-reset", 401).good_bearer() => [
        "undocumented-refusal-body: refusal-body-documented at []: an ErrorResponse or an HTTPValidationError, not a body that is no JSON",
    ];
    good_bearer_refused_as_a_bad_one: refused_bearer().good_bearer() => [];
    bearer_refused_with_403: html("GET /auth/user", 403).bad_bearer() => [
        "unusual-bearer-refusal: bearer-refusal-status-401 at [status]: 401, not 403",
    ];
    bearer_refused_with_403_and_any_error: answer("GET /auth/user", 403, json!({"code": 401, "error": "oops", "message": 1})).bad_bearer() => [
        "unusual-bearer-refusal: bearer-refusal-status-401 at [status]: 401, not 403 `oops`",
    ];
    bearer_refused_with_html: html("GET /auth/user", 401).header("www-authenticate", "Bearer").bad_bearer() => [
        "unusual-bearer-refusal: bearer-refusal-error at []: an ErrorResponse with `auth_bad_credentials`, not 401",
    ];
    bearer_refused_with_another_error: refused_bearer().with("error", json!("token_invalid")) => [
        "unusual-bearer-refusal: bearer-refusal-error at []: an ErrorResponse with `auth_bad_credentials`, not 401 `token_invalid`",
    ];
    bearer_refused_without_a_challenge: refused_bearer().without("www-authenticate") => [
        "unusual-bearer-refusal: bearer-refusal-challenge at [header www-authenticate]: a challenge, such as `Bearer`, not no such header",
    ];
    bearer_refused_with_an_empty_challenge: refused_bearer().without("www-authenticate").header("www-authenticate", "") => [
        "unusual-bearer-refusal: bearer-refusal-challenge at [header www-authenticate]: a challenge, such as `Bearer`, not no such header",
    ];
    bearer_refused_with_400: refused_bearer().status(400).with("code", json!(400)) => [
        "misplaced-error: error-status-as-documented at [status]: 401 for `auth_bad_credentials`, not 400",
        "unusual-bearer-refusal: bearer-refusal-status-401 at [status]: 401, not 400 `auth_bad_credentials`",
    ];
    bearer_refused_with_another_challenge: refused_bearer().without("www-authenticate").header("www-authenticate", "Basic realm=x") => [];
    bearer_accepted_is_for_the_flow_to_say: profile().bad_bearer() => [];
    good_bearer_refused_is_for_the_flow_to_say: html("GET /auth/user", 401) => [];

    // --- other-token-type
    token_of_another_type: token(1).with("token_type", json!("mac")) => [
        "other-token-type: token-type-bearer at [/token_type]: `bearer`, not `mac`",
    ];
    token_type_in_other_case: token(1).with("token_type", json!("Bearer")) => [
        "other-token-type: token-type-lower-case at [/token_type]: `bearer` in lower case, not `Bearer`",
    ];

    // --- no-time-left
    code_sent_for_no_time: sent_code("x").with("time_expire", json!(0)) => [
        "no-time-left: verify-start-times-positive at [/time_expire]: seconds above zero, not 0",
    ];
    link_sent_again_at_once: sent_link().with("time_repeat", json!(-1)) => [
        "no-time-left: email-start-times-positive at [/time_repeat]: seconds above zero, not -1",
    ];
    code_sent_for_a_text: sent_code("x").with("time_expire", json!("0")) => [
        "wrong-model: mobile-out-model at [/time_expire]: an integer (MobileOut), not a string of 1 character",
    ];

    // --- dead-at-birth
    access_dead_at_birth: token(1).with("access_expire", json!(0)) => [
        "dead-at-birth: access-expire-in-future at [/access_expire]: a moment in the future, not 0",
    ];
    access_in_milliseconds: token(1).with("access_expire", json!((NOW_SECONDS + 900) * 1000)) => [
        "dead-at-birth: access-expire-in-future at [/access_expire]: epoch seconds, or seconds to live, not 1700000900000, in milliseconds",
    ];
    access_alive_for_a_second: token(1).with("access_expire", json!(1)) => [];
    refresh_dead_at_birth: token(1).with("refresh_expire", json!(-1)) => [
        "dead-at-birth: refresh-expire-in-future at [/refresh_expire]: a moment in the future, not -1",
        "dead-at-birth: refresh-expires-not-before-access at []: at least the 900 s of the access token, not -1 s for the refresh token",
    ];
    refresh_ends_before_access: token(1).with("refresh_expire", json!(898)) => [
        "dead-at-birth: refresh-expires-not-before-access at []: at least the 900 s of the access token, not 898 s for the refresh token",
    ];
    refresh_ends_with_access_counted_a_moment_later: token(1).with("refresh_expire", json!(899)) => [];
    refresh_left_in_place_ends_before_access: token(1), refresh(2).bearer("r1").with("refresh_token", json!("r1")).with("refresh_expire", json!(60)) => [];
    refresh_ends_with_access: token(1).with("refresh_expire", json!(900)) => [];
    moments: token(1).with("access_expire", json!(NOW_SECONDS + 900)).with("refresh_expire", json!(NOW_SECONDS + 3600)) => [];
    moment_long_past: token(1).with("access_expire", json!(NOW_SECONDS - 121)).with("refresh_expire", json!(NOW_SECONDS + 3600)) => [
        "dead-at-birth: access-expire-in-future at [/access_expire]: a moment in the future, not 1699999879",
    ];
    moment_within_the_difference_of_clocks: token(1).with("access_expire", json!(NOW_SECONDS - 119)).with("refresh_expire", json!(NOW_SECONDS + 3600)) => [];
    moment_and_length: token(1).with("access_expire", json!(NOW_SECONDS + 900)).with("refresh_expire", json!(781)) => [];
    moment_and_shorter_length: token(1).with("access_expire", json!(NOW_SECONDS + 900)).with("refresh_expire", json!(779)) => [
        "dead-at-birth: refresh-expires-not-before-access at []: at least the 900 s of the access token, not 779 s for the refresh token",
    ];

    // --- cacheable-tokens
    tokens_without_cache_control: token(1).without("cache-control") => [
        "cacheable-tokens: token-no-store at [header cache-control]: `no-store`, not no such header",
    ];
    tokens_with_no_cache: token(1).without("cache-control").header("cache-control", "no-cache, private") => [
        "cacheable-tokens: token-no-store at [header cache-control]: `no-store`, not `no-cache, private`",
    ];
    tokens_with_no_store_among_others: token(1).without("cache-control").header("cache-control", "private").header("cache-control", "max-age=0, No-Store") => [];
    no_tokens_without_cache_control: sent_link() => [];

    // --- repeated-secret
    password_in_an_answer: profile().shows("password", 1, "/description", WHOLE) => [
        "repeated-secret: password-never-shown at [/description]: no password in an answer, not [password 1]",
    ];
    client_secret_in_a_header: token(1).shows("client_secret", 1, "header x-debug", PART) => [
        "repeated-secret: client-secret-never-shown at [header x-debug]: no client secret in an answer, not [client_secret 1]",
    ];
    link_in_an_answer: sent_link().shows("link", 2, "/uuid", WHOLE) => [
        "repeated-secret: link-uuid-never-shown at [/uuid]: no link in an answer, not [link 2]",
    ];
    tokens_in_an_answer: token(1).shows("access_token", 1, "/access_token", WHOLE) => [];

    // --- shown-hash
    hash_in_an_answer: profile().with("extra", json!({"list": ["$argon2id$v=19$x"]})) => [
        "shown-hash: password-hash-never-shown at [/extra/list/0]: no password hash, not a text that begins like one",
    ];
    hash_in_the_middle_of_a_text: profile().with("description", json!("costs $2a$ a piece")) => [];
    key_for_a_hash_in_other_words: profile().with("hashed_password", Value::Null) => [
        "shown-hash: secret-keys-absent at [/hashed_password]: no key made for secrets, not `hashed_password`",
    ];
    key_for_a_hash: profile().with("password_hash", Value::Null) => [
        "shown-hash: secret-keys-absent at [/password_hash]: no key made for secrets, not `password_hash`",
    ];
    key_for_a_password_below: profile().with("a/b", json!({"passWord": ""})) => [
        "shown-hash: secret-keys-absent at [/a~1b/passWord]: no key made for secrets, not `passWord`",
    ];
    key_with_a_word_in_it: profile().with("passwordSet", json!(true)) => [];
    field_that_is_called_password: invalid(json!(["body", "password"])) => [];

    // --- reused-value
    access_token_twice: token(1), token(2).with("access_token", json!("a1")) => [
        "reused-value: tokens-unique at [/access_token]: a value that was never given out, not a1",
    ];
    refresh_token_twice: token(1), token(2).with("refresh_token", json!("r1")) => [
        "reused-value: tokens-unique at [/refresh_token]: a value that was never given out, not r1",
    ];
    access_token_as_refresh_token: token(1), token(2).with("refresh_token", json!("a1")) => [
        "reused-value: tokens-unique at [/refresh_token]: a value that was never given out, not a1",
    ];
    refresh_token_left_in_place: token(1), refresh(2).bearer("r1").with("refresh_token", json!("r1")) => [];
    refresh_token_of_another: token(1), token(2), refresh(3).bearer("r2").with("refresh_token", json!("r1")) => [
        "reused-value: tokens-unique at [/refresh_token]: a value that was never given out, not r1",
    ];
    session_twice: signup(1, "+1"), signup(2, "+2").with("session", json!("s1")) => [
        "reused-value: session-values-unique at [/session]: a value that was never given out, not s1",
    ];
    no_session_twice: signup(1, "+1").with("session", Value::Null), signup(2, "+2").with("session", Value::Null) => [];
    sid_of_another_account: signup(1, "+1"), signup(2, "+2"), sent_code("x").bearer("a1"), sent_code("x").bearer("a2") => [
        "reused-value: sids-never-shared at [/sid]: a value that no other account was given, not x",
    ];
    sid_of_the_same_account: signup(1, "+1"), sent_code("x").bearer("a1"), signup(2, "+1"), sent_code("x").bearer("a2") => [];
    all_different: token(1), token(2), refresh(3).bearer("r1"), signup(4, "+1"), sent_code("x").bearer("a4") => [];

    // --- shown-code
    code_as_a_whole_text: sent_code("x").shows("code", 1, "/hint", WHOLE) => [
        "shown-code: code-never-shown at [/hint]: no code in an answer, not [code 1]",
    ];
    code_as_a_number_once: sent_code("x").shows("code", 1, "/n", NUMBER) => [];
    codes_as_numbers_at_one_place: sent_code("x").shows("code", 1, "/n", NUMBER), sent_code("y").shows("code", 2, "/n", NUMBER) => [
        "shown-code: code-never-shown at [/n]: no code in an answer, not [code 2]",
    ];
    codes_in_texts_at_one_place: sent_code("x").shows("code", 1, "/t", PART), sent_code("y").shows("code", 2, "/t", PART) => [
        "shown-code: code-never-shown at [/t]: no code in an answer, not [code 2]",
    ];
    one_code_as_a_number_twice: sent_code("x").shows("code", 1, "/n", NUMBER), sent_code("y").shows("code", 1, "/n", NUMBER) => [];
    codes_as_numbers_at_two_places: sent_code("x").shows("code", 1, "/n", NUMBER), sent_code("y").shows("code", 2, "/m", NUMBER) => [];
    codes_as_numbers_at_two_operations: sent_code("x").shows("code", 1, "/n", NUMBER), verified().shows("code", 2, "/n", NUMBER) => [];
    code_that_was_sent: verified().shows("sent_code", 1, "/n", WHOLE) => [];
}
