//! Faults in the selection of status, error and headers.

super::faults! { Statuses;
    WRONG_PASSWORD_400 "wrong-password-400" at "POST /auth/token"
        breaks ["error-status-as-documented"]
        "Bad credentials at a sign-in are answered with 400."
    WRONG_PASSWORD_200 "wrong-password-200" at "POST /auth/token"
        breaks ["token-wrong-password-refused", "token-model", "token-password-missing-refused"]
        "Bad credentials at a sign-in are answered with 200 and the error in the body."
    ERROR_CODE_TEXT "error-code-text" at "all"
        breaks ["error-response-model", "bearer-refusal-error"]
        "The code of an error is text."
    ERROR_CODE_ZERO "error-code-zero" at "all"
        breaks ["error-code-equals-status"]
        "The code of an error is always zero."
    ERROR_WITHOUT_MESSAGE "error-without-message" at "all"
        breaks ["error-response-model", "bearer-refusal-error"]
        "An error has no message."
    ERROR_MESSAGE_OTHER "error-message-other" at "all"
        breaks ["error-message-as-documented"]
        "The messages of errors are not the documented ones."
    ERROR_NESTED "error-nested" at "all"
        breaks ["error-response-model", "bearer-refusal-error", "change-password-drops-other-sessions",
            "logout-ends-refresh", "refresh-access-token-refused", "refresh-rotated-old-refused",
            "refresh-token-expires", "refresh-unknown-refused", "reset-drops-refresh-sessions"]
        "An error is wrapped in another object."
    ERROR_DETAIL_TEXT "error-detail-text" at "all"
        breaks ["validation-error-model", "bearer-refusal-error", "change-password-drops-other-sessions",
            "logout-ends-refresh", "refresh-access-token-refused", "refresh-rotated-old-refused",
            "refresh-token-expires", "refresh-unknown-refused", "reset-drops-refresh-sessions"]
        "An error is answered as a detail of text."
    ERROR_PAGE "error-page" at "all"
        breaks [
            "refusal-body-documented", "bearer-refusal-error", "refresh-access-token-refused",
            "refresh-rotated-old-refused", "refresh-token-expires", "refresh-unknown-refused",
        ]
        "An error is answered as an HTML page."
    INVALID_CODE_RENAMED "invalid-code-renamed" at "PUT /auth/verify/phone"
        breaks ["verify-wrong-code-refused", "error-known"]
        "A wrong code is answered with an error that is not in the catalogue."
    INVALID_CODE_422 "invalid-code-422" at "PUT /auth/verify/phone"
        breaks ["error-status-as-documented"]
        "A wrong code is answered with status 422."
    INVALID_CODE_MESSAGE "invalid-code-message" at "PUT /auth/verify/phone"
        breaks ["error-message-as-documented"]
        "The message for a wrong code says how it is wrong."
    PLEASE_WAIT_403 "please-wait-403" at "POST /auth/verify/phone"
        breaks ["error-status-as-documented"]
        "A request before its time is answered with 403."
    PLEASE_WAIT_WITHOUT_NUMBER "please-wait-without-number" at "POST /auth/verify/phone"
        breaks ["error-message-as-documented"]
        "The message of please-wait has no number."
    EMAIL_WAIT_OTHER_ERROR "email-wait-other-error" at "POST /auth/verify/email"
        breaks ["email-start-please-wait", "error-at-documented-operation"]
        "A mail before its time is answered as blocked for retries."
    PLEASE_WAIT_429 "please-wait-429" at "all"
        breaks ["error-status-as-documented"]
        "Please-wait is answered with 429."
    ATTEMPT_BLOCKED_400 "attempt-blocked-400" at "PUT /auth/verify/phone"
        breaks ["error-status-as-documented"]
        "Blocked guessing is answered with 400."
    RETRY_BLOCKED_AS_ATTEMPT "retry-blocked-as-attempt" at "POST /auth/verify/phone"
        breaks ["error-at-documented-operation", "verify-start-send-limit"]
        "Blocked sending is answered with the error of blocked guessing."
    BLOCKED_USER_403 "blocked-user-403" at "all"
        breaks ["error-status-as-documented"]
        "A blocked user is answered with 403."
    BAD_CLIENT_400 "bad-client-400" at "POST /auth/token"
        breaks ["error-status-as-documented"]
        "Bad client credentials are answered with 400."
    BAD_CLIENT_AS_BAD_CREDENTIALS "bad-client-as-bad-credentials" at "POST /auth/token"
        breaks ["token-unknown-client-refused"]
        "Bad client credentials are answered as bad credentials."
    FOREIGN_ERROR_AT_COMPLETE "foreign-error-at-complete" at "PUT /auth/complete"
        breaks ["error-at-documented-operation"]
        "A completion before verification is answered with the error for a wrong code."
    FIELD_ERROR_AT_SIGNUP "field-error-at-signup" at "POST /auth/signup"
        breaks ["error-at-documented-operation", "input-refusal-documented"]
        "Invalid input at signup is answered with the field error of the profile."
    VALIDATION_STATUS_400 "validation-status-400" at "all"
        breaks ["validation-status-422"]
        "Invalid input is answered with 400."
    VALIDATION_DETAIL_TEXT "validation-detail-text" at "all"
        breaks ["validation-error-model"]
        "The detail of a validation error is text."
    VALIDATION_DETAIL_OBJECT "validation-detail-object" at "all"
        breaks ["validation-error-model"]
        "The detail of a validation error is one object."
    VALIDATION_ITEMS_WITHOUT_LOC "validation-items-without-loc" at "all"
        breaks ["validation-item-shape"]
        "The items of a validation error do not say where."
    VALIDATION_ITEMS_TEXT "validation-items-text" at "all"
        breaks ["validation-item-shape"]
        "The items of a validation error are texts."
    VALIDATION_OTHER_FIELD "validation-other-field" at "all"
        breaks ["validation-loc-names-field"]
        "A validation error always names the field grant_type or username."
    INPUT_FORBIDDEN_AS_TEXT "input-forbidden-as-text" at "all"
        breaks ["validation-error-model"]
        "With a good token, a value that is no good is answered with 403 and a text, as if the token were none."
    INPUT_FORBIDDEN_WITHOUT_BODY "input-forbidden-without-body" at "PUT /auth/password-reset"
        breaks ["refusal-body-documented", "input-refusal-documented"]
        "A change of the password that is refused is answered with 403 and no body."
    VALIDATION_EMPTY_BODY "validation-empty-body" at "all"
        breaks ["refusal-body-documented", "input-refusal-documented"]
        "Invalid input is answered without a body."
    SIGNUP_201 "signup-201" at "POST /auth/signup"
        breaks ["success-status-200"]
        "A signup is answered with 201."
    LOGOUT_204 "logout-204" at "POST /auth/logout"
        breaks ["success-status-200"]
        "A logout is answered with 204."
    PROFILE_UPDATE_202 "profile-update-202" at "PUT /auth/user"
        breaks ["success-status-200"]
        "A profile update is answered with 202."
    GUEST_AS_PLAIN_TEXT "guest-as-plain-text" at "POST /auth/guest"
        breaks ["json-content-type"]
        "A guest is answered with JSON under the type text/plain."
    PROFILE_WITHOUT_CONTENT_TYPE "profile-without-content-type" at "GET /auth/user"
        breaks ["json-content-type"]
        "A profile is answered without a content type."
    TOKEN_CACHEABLE "token-cacheable" at "POST /auth/token"
        breaks ["token-no-store"]
        "A sign-in does not say no-store."
    REFRESH_CACHEABLE "refresh-cacheable" at "POST /auth/refresh"
        breaks ["token-no-store"]
        "A refresh may be cached for an hour."
    SIGNUP_CACHEABLE "signup-cacheable" at "POST /auth/signup"
        breaks ["token-no-store"]
        "A signup does not say no-store."
    CHALLENGE_MISSING "challenge-missing" at "all"
        breaks ["bearer-refusal-challenge"]
        "A refused bearer is answered without WWW-Authenticate."
    CHALLENGE_EMPTY "challenge-empty" at "all"
        breaks ["bearer-refusal-challenge"]
        "A refused bearer is answered with a WWW-Authenticate that says nothing."
    BEARER_REFUSED_403 "bearer-refused-403" at "all"
        breaks ["bearer-refusal-status-401"]
        "A refused bearer is answered with 403."
    BEARER_REFUSED_404 "bearer-refused-404" at "GET /auth/user"
        breaks ["bearer-refusal-status-401", "error-status-as-documented"]
        "A profile without a good token is not found."
    BEARER_REFUSED_OTHER_ERROR "bearer-refused-other-error" at "all"
        breaks [
            "bearer-refusal-error", "refresh-unknown-refused", "refresh-access-token-refused",
            "refresh-rotated-old-refused", "refresh-token-expires",
        ]
        "A refused bearer is answered with an error that is not in the catalogue."
    UNKNOWN_METHOD_TAKEN "unknown-method-taken" at "GET /auth/user"
        breaks ["undocumented-method-refused", "undocumented-method-405"]
        "DELETE of a profile is answered with 200."
    OTHER_METHODS_SIGN_UP "other-methods-sign-up" at "POST /auth/signup"
        breaks ["undocumented-method-refused", "undocumented-method-405"]
        "PUT and PATCH sign up as POST does."
    PATCH_CHANGES_PASSWORDS "patch-changes-passwords" at "PUT /auth/password-reset"
        breaks ["undocumented-method-refused", "undocumented-method-405"]
        "PATCH changes a password as PUT does."
    FORM_500 "form-500" at "all"
        breaks ["no-server-error"]
        "A form is answered with 500 where only JSON is documented."
    UNKNOWN_METHOD_404 "unknown-method-404" at "all"
        breaks ["undocumented-method-405"]
        "A method that is not documented is answered with 404."
    UNKNOWN_METHOD_500 "unknown-method-500" at "all"
        breaks ["no-server-error"]
        "A method that is not documented is answered with 500."
    MALFORMED_JSON_500 "malformed-json-500" at "all"
        breaks ["no-server-error"]
        "Malformed JSON is answered with 500."
    WRONG_TYPE_500 "wrong-type-500" at "all"
        breaks ["no-server-error"]
        "A value of another type where text is wanted is answered with 500."
    NULL_FIELD_500 "null-field-500" at "all"
        breaks ["no-server-error"]
        "A null in an optional field is answered with 500."
    UNKNOWN_SID_500 "unknown-sid-500" at "PUT /auth/verify/phone"
        breaks ["no-server-error"]
        "A sid never issued is answered with 500."
    TAKEN_USERNAME_500 "taken-username-500" at "PUT /auth/complete"
        breaks ["no-server-error"]
        "A username that is taken is answered with 500."
    MISSING_EMAIL_500 "missing-email-500" at "POST /auth/verify/email"
        breaks ["no-server-error"]
        "A verification mail for an account without an email is answered with 500."
    UNKNOWN_FIELD_500 "unknown-field-500" at "PUT /auth/user"
        breaks ["no-server-error"]
        "An unknown field in a profile update is answered with 500."
    UNKNOWN_RESET_PHONE_500 "unknown-reset-phone-500" at "POST /auth/password-reset"
        breaks ["no-server-error"]
        "A reset for an unknown phone is answered with 500."
    MALFORMED_HEADER_500 "malformed-header-500" at "all"
        breaks ["no-server-error"]
        "An Authorization header without a token is answered with 500."
    BUILT_IN_USERNAME_500 "built-in-username-500" at "POST /auth/token"
        breaks ["no-server-error"]
        "A username that every object of the language has as a name is answered with 500."
    TOKEN_OF_TWO_PARTS_500 "token-of-two-parts-500" at "all"
        breaks ["no-server-error"]
        "A token with one dot in it is answered with 500."
    TOKEN_OF_THREE_PARTS_500 "token-of-three-parts-500" at "all"
        breaks ["no-server-error"]
        "A token with two dots in it that cannot be decoded is answered with 500."
    GUEST_ALWAYS_REFUSED "guest-always-refused" at "POST /auth/guest"
        breaks ["guest-succeeds", "json-input-accepted"]
        "No guest is let in."
    RESET_ALWAYS_REFUSED "reset-always-refused" at "POST /auth/password-reset"
        breaks ["reset-succeeds", "json-input-accepted"]
        "No reset is begun."
    VERIFY_START_ALWAYS_REFUSED "verify-start-always-refused" at "POST /auth/verify/phone"
        breaks ["verify-start-succeeds", "json-input-accepted", "refresh-works", "refusal-changes-nothing"]
        "No phone verification is begun."
    EMAIL_START_ALWAYS_REFUSED "email-start-always-refused" at "POST /auth/verify/email"
        breaks ["email-start-succeeds"]
        "No email verification is begun."
    LOGOUT_ALWAYS_REFUSED "logout-always-refused" at "POST /auth/logout"
        breaks ["logout-succeeds"]
        "Every logout is answered as a refusal, although it ends the session."
    PROFILE_ALWAYS_REFUSED "profile-always-refused" at "GET /auth/user"
        breaks ["profile-read", "guest-reads-profile", "access-token-lives-its-life",
            "accounts-write-only-themselves", "change-password-right-old", "complete-token-works",
            "refresh-works", "reset-token-works", "token-works", "change-password-wrong-old-refused",
            "complete-old-password-wrong-refused"]
        "No profile is shown."
    REFRESH_GARBAGE_400 "refresh-garbage-400" at "POST /auth/refresh"
        breaks ["error-status-as-documented", "bearer-refusal-status-401"]
        "A refresh token that is no good is answered with 400."
    REFRESH_GARBAGE_INVALID "refresh-garbage-invalid" at "POST /auth/refresh"
        breaks ["refresh-garbage-refused", "bearer-refusal-status-401"]
        "A refresh token that is no token at all is answered as invalid input."
    UNVERIFIED_NAMED_OTHERWISE "unverified-named-otherwise" at "PUT /auth/complete"
        breaks ["error-known"]
        "A completion before verification is answered with an error that is not in the catalogue."
    INPUT_REFUSED_OTHERWISE "input-refused-otherwise" at "all"
        breaks ["input-refusal-documented", "error-known"]
        "Invalid input is answered as a bad request of the server's own making."
}
