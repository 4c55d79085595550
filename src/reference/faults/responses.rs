//! Faults in the values of successful answers, each an edit of one body.

/// A change of a JSON object.
#[derive(Debug, Clone, Copy)]
pub(super) enum Edit {
    /// A key is left out.
    Remove(&'static str),
    /// A key has another name.
    Rename(&'static str, &'static str),
    /// A value is replaced by this JSON text.
    Set(&'static str, &'static str),
    /// A value that is not null is turned into text.
    AsText(&'static str),
    /// The whole body is replaced by this JSON text.
    Whole(&'static str),
    /// Every key whose value is null is left out.
    OmitNulls,
}

macro_rules! edits {
    ($($name:ident $id:literal at $operation:literal breaks [$($rule:literal),+]
        $sentence:literal => $edit:expr;)*) => {
        super::faults! { Responses; $(
            $name $id at $operation breaks [$($rule),+] $sentence
        )* }

        /// What each fault does to the answers of its operation.
        pub(super) static EDITS: &[(&super::Fault, Edit)] = &[$((&$name, $edit)),*];
    };
}

edits! {
    TOKEN_WITHOUT_SCOPES "token-without-scopes" at "POST /auth/token"
        breaks ["token-model"]
        "A sign-in answers without scopes."
        => Edit::Remove("scopes");
    TOKEN_REFRESH_TOKEN_NULL "token-refresh-token-null" at "POST /auth/token"
        breaks ["token-model"]
        "A sign-in answers a refresh token of null."
        => Edit::Set("refresh_token", "null");
    TOKEN_EXPIRY_AS_TEXT "token-expiry-as-text" at "POST /auth/token"
        breaks ["token-model"]
        "A sign-in answers its access expiry as text."
        => Edit::AsText("access_expire");
    TOKEN_EXPIRY_FRACTIONAL "token-expiry-fractional" at "POST /auth/token"
        breaks ["token-model"]
        "A sign-in answers an access expiry with a fraction."
        => Edit::Set("access_expire", "3599.25");
    TOKEN_TYPE_MAC "token-type-mac" at "POST /auth/token"
        breaks ["token-type-bearer"]
        "A sign-in answers the token type mac."
        => Edit::Set("token_type", r#""mac""#);
    TOKEN_TYPE_UPPER_CASE "token-type-upper-case" at "POST /auth/token"
        breaks ["token-type-lower-case"]
        "A sign-in spells the token type in upper case."
        => Edit::Set("token_type", r#""BEARER""#);
    TOKEN_EXPIRES_AT_ONCE "token-expires-at-once" at "POST /auth/token"
        breaks ["access-expire-in-future"]
        "A sign-in states an access expiry that has passed."
        => Edit::Set("access_expire", "0");
    TOKEN_EXPIRES_IN_MILLISECONDS "token-expires-in-milliseconds" at "POST /auth/token"
        breaks ["access-expire-in-future"]
        "A sign-in states an access expiry in milliseconds since 1970."
        => Edit::Set("access_expire", "4102444800000");
    TOKEN_REFRESH_EXPIRES_AT_ONCE "token-refresh-expires-at-once" at "POST /auth/token"
        breaks ["refresh-expire-in-future", "refresh-expires-not-before-access", "refresh-token-expires"]
        "A sign-in states a refresh expiry that has passed."
        => Edit::Set("refresh_expire", "-1");
    TOKEN_REFRESH_EXPIRES_FIRST "token-refresh-expires-first" at "POST /auth/token"
        breaks ["refresh-expires-not-before-access", "refresh-token-expires"]
        "A sign-in states a refresh expiry before the access expiry."
        => Edit::Set("refresh_expire", "60");
    TOKEN_IN_DATA "token-in-data" at "POST /auth/token"
        breaks ["token-model"]
        "A sign-in wraps its answer in another object."
        => Edit::Whole(r#"{"data": {}}"#);
    REFRESH_ANSWER_WITHOUT_REFRESH_TOKEN "refresh-answer-without-refresh-token" at "POST /auth/refresh"
        breaks ["token-model"]
        "A refresh answers without a refresh token."
        => Edit::Remove("refresh_token");
    REFRESH_ANSWER_SCOPES_LIST "refresh-answer-scopes-list" at "POST /auth/refresh"
        breaks ["token-model"]
        "A refresh answers its scopes as a list."
        => Edit::Set("scopes", r#"["user"]"#);
    REFRESH_ANSWER_EXPIRED "refresh-answer-expired" at "POST /auth/refresh"
        breaks ["access-expire-in-future"]
        "A refresh states an access expiry that has passed."
        => Edit::Set("access_expire", "1000000001");
    COMPLETE_ANSWER_WITHOUT_EXPIRY "complete-answer-without-expiry" at "PUT /auth/complete"
        breaks ["token-model"]
        "A completion answers without the refresh expiry."
        => Edit::Remove("refresh_expire");
    COMPLETE_ANSWERS_STATUS "complete-answers-status" at "PUT /auth/complete"
        breaks ["token-model"]
        "A completion answers a status instead of tokens."
        => Edit::Whole(r#"{"status": "ok"}"#);
    RESET_ANSWER_TYPE_NULL "reset-answer-type-null" at "PUT /auth/password-reset"
        breaks ["token-model"]
        "A password reset answers a token type of null."
        => Edit::Set("token_type", "null");
    RESET_ANSWER_CAMEL_CASE "reset-answer-camel-case" at "PUT /auth/password-reset"
        breaks ["token-model"]
        "A password reset answers accessToken instead of access_token."
        => Edit::Rename("access_token", "accessToken");
    SIGNUP_FLAGS_SPELT_RIGHT "signup-flags-spelt-right" at "POST /auth/signup"
        breaks ["user-signup-out-model", "signup-flags-false"]
        "A signup answers verified_phone, and not the documented spelling."
        => Edit::Rename("verifed_phone", "verified_phone");
    SIGNUP_PHONE_FLAG_TRUE "signup-phone-flag-true" at "POST /auth/signup"
        breaks ["signup-flags-false"]
        "A fresh signup says that its phone is verified."
        => Edit::Set("verifed_phone", "true");
    SIGNUP_EMAIL_FLAG_TRUE "signup-email-flag-true" at "POST /auth/signup"
        breaks ["signup-flags-false"]
        "A fresh signup says that its email is verified."
        => Edit::Set("verifed_email", "true");
    SIGNUP_FLAG_NULL "signup-flag-null" at "POST /auth/signup"
        breaks ["user-signup-out-model", "signup-flags-false"]
        "A fresh signup answers a flag of null."
        => Edit::Set("verifed_email", "null");
    SIGNUP_SESSION_EMPTY "signup-session-empty" at "POST /auth/signup"
        breaks [
            "signup-session-given", "json-input-accepted", "refresh-works", "refusal-changes-nothing",
            "verify-start-blocked-user", "verify-start-succeeds"
        ]
        "A signup answers an empty session."
        => Edit::Set("session", r#""""#);
    SIGNUP_SESSION_NULL "signup-session-null" at "POST /auth/signup"
        breaks ["signup-session-given", "session-values-unique", "verify-start-foreign-session-refused"]
        "A signup answers no session."
        => Edit::Set("session", "null");
    SIGNUP_WITHOUT_TYPE "signup-without-type" at "POST /auth/signup"
        breaks ["user-signup-out-model"]
        "A signup answers without a type."
        => Edit::Remove("type");
    SIGNUP_TYPE_ALWAYS_CLIENT "signup-type-always-client" at "POST /auth/signup"
        breaks ["signup-types"]
        "A signup of any type is answered as that of a client."
        => Edit::Set("type", r#""client""#);
    SIGNUP_TYPE_UNKNOWN "signup-type-unknown" at "POST /auth/signup"
        breaks ["user-signup-out-model"]
        "A signup answers a type that does not exist."
        => Edit::Set("type", r#""member""#);
    SIGNUP_PHONE_NATIONAL "signup-phone-national" at "POST /auth/signup"
        breaks ["signup-phone-shown"]
        "A signup answers its phone in national form."
        => Edit::Set("phone", r#""0500000000""#);
    SIGNUP_PHONE_NULL "signup-phone-null" at "POST /auth/signup"
        breaks ["signup-phone-shown"]
        "A signup does not answer the phone that was given."
        => Edit::Set("phone", "null");
    SIGNUP_OMITS_NULLS "signup-omits-nulls" at "POST /auth/signup"
        breaks ["user-signup-out-model"]
        "A signup leaves out the keys that are null."
        => Edit::OmitNulls;
    GUEST_SHOWN_AS_CLIENT "guest-shown-as-client" at "POST /auth/guest"
        breaks ["guest-type-guest"]
        "A guest is answered as a client."
        => Edit::Set("type", r#""client""#);
    GUEST_FLAG_TRUE "guest-flag-true" at "POST /auth/guest"
        breaks ["guest-flags-false"]
        "A guest is answered with a verified phone."
        => Edit::Set("verifed_phone", "true");
    GUEST_WITHOUT_SESSION_KEY "guest-without-session-key" at "POST /auth/guest"
        breaks ["user-signup-out-model"]
        "A guest is answered without the key session."
        => Edit::Remove("session");
    GUEST_EMAIL_FALSE "guest-email-false" at "POST /auth/guest"
        breaks ["user-signup-out-model"]
        "A guest is answered with an email of false."
        => Edit::Set("email", "false");
    RESET_SESSION_NULL "reset-session-null" at "POST /auth/password-reset"
        breaks ["reset-session-given", "verify-start-foreign-session-refused"]
        "A reset answers no session."
        => Edit::Set("session", "null");
    RESET_PHONE_MASKED "reset-phone-masked" at "POST /auth/password-reset"
        breaks ["reset-phone-shown"]
        "A reset answers its phone with stars."
        => Edit::Set("phone", r#""+9715*****01""#);
    RESET_WITHOUT_FLAG "reset-without-flag" at "POST /auth/password-reset"
        breaks ["user-signup-out-model"]
        "A reset answers without the email flag."
        => Edit::Remove("verifed_email");
    VERIFY_START_SID_NUMBER "verify-start-sid-number" at "POST /auth/verify/phone"
        breaks ["mobile-out-model"]
        "A verification answers a number as its sid."
        => Edit::Set("sid", "17");
    VERIFY_START_SID_EMPTY "verify-start-sid-empty" at "POST /auth/verify/phone"
        breaks ["mobile-out-model", "sids-never-shared", "verify-start-new-sid"]
        "A verification answers an empty sid."
        => Edit::Set("sid", r#""""#);
    VERIFY_START_REPEAT_ZERO "verify-start-repeat-zero" at "POST /auth/verify/phone"
        breaks ["verify-start-times-positive", "verify-start-after-wait"]
        "A verification answers that it can be repeated after no time at all."
        => Edit::Set("time_repeat", "0");
    VERIFY_START_EXPIRE_NEGATIVE "verify-start-expire-negative" at "POST /auth/verify/phone"
        breaks ["verify-start-times-positive", "verify-code-expires"]
        "A verification answers an expiry below zero."
        => Edit::Set("time_expire", "-600");
    VERIFY_START_EXPIRE_EPOCH "verify-start-expire-epoch" at "POST /auth/verify/phone"
        breaks ["mobile-out-model"]
        "A verification answers the moment of its end instead of the seconds until then."
        => Edit::Set("time_expire", "1795803500");
    VERIFY_START_WITHOUT_REPEAT "verify-start-without-repeat" at "POST /auth/verify/phone"
        breaks ["mobile-out-model"]
        "A verification answers without the time of repetition."
        => Edit::Remove("time_repeat");
    VERIFY_START_TIME_AS_TEXT "verify-start-time-as-text" at "POST /auth/verify/phone"
        breaks ["mobile-out-model"]
        "A verification answers its expiry as text."
        => Edit::AsText("time_expire");
    VERIFY_CODE_STATUS_BOOLEAN "verify-code-status-boolean" at "PUT /auth/verify/phone"
        breaks ["mobile-code-out-model"]
        "An accepted code is answered with a status of true."
        => Edit::Set("status", "true");
    VERIFY_CODE_EMPTY_ANSWER "verify-code-empty-answer" at "PUT /auth/verify/phone"
        breaks ["mobile-code-out-model"]
        "An accepted code is answered with an empty object."
        => Edit::Whole("{}");
    EMAIL_START_TIME_AS_TEXT "email-start-time-as-text" at "POST /auth/verify/email"
        breaks ["email-out-model"]
        "An email verification answers its time of repetition as text."
        => Edit::AsText("time_repeat");
    EMAIL_START_EXPIRE_EPOCH "email-start-expire-epoch" at "POST /auth/verify/email"
        breaks ["email-out-model"]
        "An email verification answers the moment of its end instead of the seconds until then."
        => Edit::Set("time_expire", "1795803500");
    EMAIL_START_EXPIRE_ZERO "email-start-expire-zero" at "POST /auth/verify/email"
        breaks ["email-start-times-positive", "email-link-expires"]
        "An email verification answers an expiry of zero."
        => Edit::Set("time_expire", "0");
    EMAIL_START_WITHOUT_EXPIRE "email-start-without-expire" at "POST /auth/verify/email"
        breaks ["email-out-model"]
        "An email verification answers without its expiry."
        => Edit::Remove("time_expire");
    PROFILE_OMITS_NULLS "profile-omits-nulls" at "GET /auth/user"
        breaks ["user-profile-out-model"]
        "A profile leaves out the keys that are null."
        => Edit::OmitNulls;
    PROFILE_SNAKE_CASE "profile-snake-case" at "GET /auth/user"
        breaks ["user-profile-out-model", "complete-values-shown", "profile-write-kept"]
        "A profile shows first_name instead of firstName."
        => Edit::Rename("firstName", "first_name");
    PROFILE_EXPERIENCE_AS_TEXT "profile-experience-as-text" at "GET /auth/user"
        breaks ["user-profile-out-model", "profile-write-kept"]
        "A profile shows its years of experience as text."
        => Edit::AsText("experience");
    PROFILE_ID_NUMBER "profile-id-number" at "GET /auth/user"
        breaks ["user-profile-out-model", "signup-is-own-account", "guest-is-own-account"]
        "A profile shows a number as its id."
        => Edit::Set("id", "42");
    PROFILE_ID_NO_UUID "profile-id-no-uuid" at "GET /auth/user"
        breaks ["user-profile-out-model", "signup-is-own-account", "guest-is-own-account"]
        "A profile shows an id that is no UUID."
        => Edit::Set("id", r#""user-42""#);
    PROFILE_VERIFIED_NULL "profile-verified-null" at "GET /auth/user"
        breaks ["user-profile-out-model"]
        "A profile shows verified as null."
        => Edit::Set("verified", "null");
    PROFILE_AVAILABLE_NUMBER "profile-available-number" at "GET /auth/user"
        breaks ["user-profile-out-model"]
        "A profile shows available as a number."
        => Edit::Set("available", "0");
    PROFILE_WITHOUT_COMPLETION "profile-without-completion" at "GET /auth/user"
        breaks ["user-profile-out-model"]
        "A profile leaves out profileCompletion."
        => Edit::Remove("profileCompletion");
    PROFILE_TYPE_UNKNOWN "profile-type-unknown" at "GET /auth/user"
        breaks ["user-profile-out-model", "complete-type-kept", "profile-type-read-only"]
        "A profile shows a type that does not exist."
        => Edit::Set("type", r#""user""#);
    PROFILE_LANGUAGES_TEXT "profile-languages-text" at "GET /auth/user"
        breaks ["user-profile-out-model", "profile-write-kept"]
        "A profile shows its languages as one text."
        => Edit::AsText("languages");
    PROFILE_PARKING_AS_TEXT "profile-parking-as-text" at "GET /auth/user"
        breaks ["user-profile-out-model", "profile-write-kept"]
        "A profile shows requiresParking as text."
        => Edit::AsText("requiresParking");
    PROFILE_SESSION_COUNT_TEXT "profile-session-count-text" at "GET /auth/user"
        breaks ["user-profile-out-model"]
        "A profile shows sessionCount as text."
        => Edit::Set("sessionCount", r#""none""#);
    PROFILE_PHONE_FLAG_FALSE "profile-phone-flag-false" at "GET /auth/user"
        breaks ["verify-sets-flag", "refusal-changes-nothing", "profile-verified-flags-read-only", "signup-known-phone-no-access"]
        "A profile never shows its phone as verified."
        => Edit::Set("verifiedPhone", "false");
    PROFILE_UPDATE_ANSWERS_STATUS "profile-update-answers-status" at "PUT /auth/user"
        breaks ["user-profile-out-model", "profile-write-answered"]
        "A profile update answers a status instead of the profile."
        => Edit::Whole(r#"{"status": "ok"}"#);
    PROFILE_UPDATE_WITHOUT_ID "profile-update-without-id" at "PUT /auth/user"
        breaks ["user-profile-out-model"]
        "A profile update answers a profile without its id."
        => Edit::Remove("id");
}
