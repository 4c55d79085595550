//! Faults in what input is refused, and what is taken.

super::faults! { Validation;
    SIGNUP_ANY_GRANT_TYPE "signup-any-grant-type" at "POST /auth/signup"
        breaks ["signup-other-grant-type-refused", "enum-violation-refused"]
        "A signup takes any grant_type."
    GUEST_ANY_GRANT_TYPE "guest-any-grant-type" at "POST /auth/guest"
        breaks ["guest-other-grant-type-refused", "enum-violation-refused"]
        "A guest signup takes any grant_type."
    RESET_ANY_GRANT_TYPE "reset-any-grant-type" at "POST /auth/password-reset"
        breaks ["reset-other-grant-type-refused", "enum-violation-refused"]
        "A reset takes any grant_type."
    TOKEN_ANY_GRANT_TYPE "token-any-grant-type" at "POST /auth/token"
        breaks ["enum-violation-refused"]
        "A sign-in takes any grant_type."
    SIGNUP_ANY_TYPE "signup-any-type" at "POST /auth/signup"
        breaks ["signup-other-type-refused", "enum-violation-refused", "user-signup-out-model"]
        "A signup takes any type."
    SIGNUP_NO_STUDIO "signup-no-studio" at "POST /auth/signup"
        breaks ["signup-types", "signup-succeeds"]
        "A signup refuses the type studio."
    SIGNUP_ANY_PHONE "signup-any-phone" at "POST /auth/signup"
        breaks ["signup-bad-phone-refused", "format-violation-refused"]
        "A signup takes any text as a phone."
    SIGNUP_ANY_EMAIL "signup-any-email" at "POST /auth/signup"
        breaks ["signup-bad-email-refused", "format-violation-refused"]
        "A signup takes any text as an email."
    SIGNUP_ANY_CLIENT_ID "signup-any-client-id" at "POST /auth/signup"
        breaks ["signup-client-id-no-uuid-refused", "format-violation-refused"]
        "A signup ignores a client_id that is no UUID."
    GUEST_ANY_CLIENT_ID "guest-any-client-id" at "POST /auth/guest"
        breaks ["format-violation-refused"]
        "A guest signup ignores a client_id that is no UUID."
    RESET_ANY_CLIENT_ID "reset-any-client-id" at "POST /auth/password-reset"
        breaks ["reset-client-id-no-uuid-refused", "format-violation-refused"]
        "A reset ignores a client_id that is no UUID."
    TOKEN_ANY_CLIENT_ID "token-any-client-id" at "POST /auth/token"
        breaks ["token-client-id-no-uuid-refused", "format-violation-refused"]
        "A sign-in ignores a client_id that is no UUID."
    SIGNUP_TYPE_NOT_REQUIRED "signup-type-not-required" at "POST /auth/signup"
        breaks ["required-field-missing-refused", "wrong-json-type-refused", "input-refusal-documented"]
        "A signup without a type makes a client."
    GUEST_GRANT_TYPE_NOT_REQUIRED "guest-grant-type-not-required" at "POST /auth/guest"
        breaks ["required-field-missing-refused"]
        "A guest signup needs no grant_type."
    TOKEN_WITHOUT_PASSWORD "token-without-password" at "POST /auth/token"
        breaks ["token-password-missing-refused", "required-field-missing-refused"]
        "A sign-in without a password succeeds."
    TOKEN_WITHOUT_USERNAME "token-without-username" at "POST /auth/token"
        breaks ["token-username-missing-refused", "required-field-missing-refused", "wrong-json-type-refused", "input-refusal-documented"]
        "A sign-in without a username opens the newest account."
    RESET_WITHOUT_PHONE "reset-without-phone" at "POST /auth/password-reset"
        breaks ["reset-no-phone-refused"]
        "A reset without a phone is taken, and unlocks nothing."
    RESET_ANY_PHONE "reset-any-phone" at "POST /auth/password-reset"
        breaks ["reset-bad-phone-refused", "format-violation-refused"]
        "A reset takes any text as a phone, and unlocks nothing."
    RESET_WITHOUT_PASSWORD "reset-without-password" at "PUT /auth/password-reset"
        breaks ["reset-no-password-refused"]
        "A password reset without a password is taken, and changes nothing."
    PROFILE_ANY_DATE "profile-any-date" at "PUT /auth/user"
        breaks ["profile-malformed-refused", "format-violation-refused", "user-profile-out-model"]
        "A profile takes any text as a birth date."
    PROFILE_DATE_WITH_TIME "profile-date-with-time" at "PUT /auth/user"
        breaks ["format-violation-refused"]
        "A profile takes the day of a date with a time."
    PROFILE_DATE_WITH_SLASHES "profile-date-with-slashes" at "PUT /auth/user"
        breaks ["format-violation-refused"]
        "A profile takes a date with slashes."
    SIGNUP_TYPE_ANY_CASE "signup-type-any-case" at "POST /auth/signup"
        breaks ["enum-violation-refused"]
        "A signup takes a type in capitals."
    TOKEN_GRANT_TYPE_BEGUN "token-grant-type-begun" at "POST /auth/token"
        breaks ["enum-violation-refused"]
        "A sign-in takes any grant_type that begins with `password`."
    UNDECODABLE_FORM_500 "undecodable-form-500" at "POST /auth/token"
        breaks ["no-server-error"]
        "A form that is no text is answered with 500."
    PROFILE_LENIENT_DATE "profile-lenient-date" at "PUT /auth/user"
        breaks ["profile-malformed-refused", "format-violation-refused"]
        "A profile takes a date that does not exist as its first of January."
    PROFILE_ANY_EXPERIENCE "profile-any-experience" at "PUT /auth/user"
        breaks ["profile-malformed-refused", "wrong-json-type-refused"]
        "A profile takes experience that is no number as zero."
    PROFILE_EXPERIENCE_WRAPS "profile-experience-wraps" at "PUT /auth/user"
        breaks ["profile-write-answered"]
        "Of the years of experience no more is kept than goes into 32 bits."
    PROFILE_EXPERIENCE_BOOLEAN "profile-experience-boolean" at "PUT /auth/user"
        breaks ["wrong-json-type-refused"]
        "A profile takes true as one year of experience."
    PROFILE_SINGLE_LANGUAGE "profile-single-language" at "PUT /auth/user"
        breaks ["profile-malformed-refused", "wrong-json-type-refused"]
        "A profile takes one text as a list of languages."
    PROFILE_ANY_PARKING "profile-any-parking" at "PUT /auth/user"
        breaks ["profile-malformed-refused", "wrong-json-type-refused"]
        "A profile takes anything as a boolean."
    PROFILE_HALF_WRITTEN "profile-half-written" at "PUT /auth/user"
        breaks ["profile-malformed-refused"]
        "A refused profile update keeps the values that were well formed."
    NUMBERS_AS_TEXT "numbers-as-text" at "all"
        breaks ["wrong-json-type-refused"]
        "A number is taken where text is wanted."
    WRONG_TYPES_IGNORED "wrong-types-ignored" at "all"
        breaks ["wrong-json-type-refused", "profile-malformed-refused"]
        "An optional field of a wrong type is ignored."
    MALFORMED_JSON_MENDED "malformed-json-mended" at "all"
        breaks ["malformed-json-refused"]
        "Malformed JSON is mended and taken."
    ARRAY_BODY_TAKEN "array-body-taken" at "all"
        breaks ["non-object-body-refused"]
        "The first object of an array is taken as the body."
    TOKEN_REFUSES_FORMS "token-refuses-forms" at "POST /auth/token"
        breaks ["token-form-input", "change-password-missing-old-refused", "change-password-new-signs-in",
            "change-password-wrong-old-refused", "complete-needs-verification",
            "complete-old-password-missing-refused", "complete-old-password-wrong-refused",
            "complete-taken-username-refused", "logout-ends-access", "refusal-changes-nothing", "reset-new-password-signs-in",
            "reset-no-password-refused", "reset-old-password-dead",
            "reset-token-sets-nothing-before-verification", "reset-token-single-use",
            "reset-unknown-phone-no-access", "signup-known-phone-no-access", "token-by-email", "token-by-phone",
            "token-by-username", "token-unknown-client-refused", "token-wrong-password-refused",
            "accounts-write-only-themselves", "signup-is-own-account"]
        "A sign-in takes JSON only."
    TOKEN_REFUSES_JSON "token-refuses-json" at "POST /auth/token"
        breaks ["token-json-input"]
        "A sign-in takes forms only."
    TOKEN_FORM_NOT_DECODED "token-form-not-decoded" at "POST /auth/token"
        breaks ["token-form-input", "token-by-phone", "token-by-email", "accounts-write-only-themselves",
            "change-password-missing-old-refused", "change-password-new-signs-in",
            "change-password-wrong-old-refused", "complete-old-password-missing-refused",
            "complete-old-password-wrong-refused", "logout-ends-access", "refusal-changes-nothing",
            "reset-new-password-signs-in", "reset-no-password-refused",
            "reset-token-sets-nothing-before-verification", "reset-token-single-use",
            "signup-known-phone-no-access", "token-by-username", "signup-is-own-account"]
        "The values of a form are not decoded."
    SIGNUP_REFUSES_JSON "signup-refuses-json" at "POST /auth/signup"
        breaks ["json-input-accepted", "signup-succeeds", "signup-types"]
        "A signup takes forms only."
    CHANNEL_UNKNOWN_TAKEN "channel-unknown-taken" at "POST /auth/verify/phone"
        breaks ["verify-start-unknown-channel-refused"]
        "A code is sent by a channel that does not exist."
    CODE_TEXT_TAKEN "code-text-taken" at "PUT /auth/verify/phone"
        breaks ["verify-code-text-refused"]
        "A code that is no number verifies the phone."
    CODE_EMPTY_TAKEN "code-empty-taken" at "PUT /auth/verify/phone"
        breaks ["verify-empty-code-refused", "verify-empty-code-own-error"]
        "An empty code verifies the phone."
    CODE_EMPTY_AS_INVALID "code-empty-as-invalid" at "PUT /auth/verify/phone"
        breaks ["verify-empty-code-own-error", "verify-empty-code-refused"]
        "An empty code is answered as a wrong one."
    CODE_LIST_TAKEN "code-list-taken" at "PUT /auth/verify/phone"
        breaks ["wrong-json-type-refused"]
        "A list of codes verifies the phone."
    REFUSED_INPUT_SPENDS_SID "refused-input-spends-sid" at "PUT /auth/verify/phone"
        breaks ["refusal-changes-nothing"]
        "A code that is no number uses up the sid."
    REFUSED_SIGNUP_HOLDS_PHONE "refused-signup-holds-phone" at "POST /auth/signup"
        breaks ["refusal-changes-nothing", "signup-succeeds"]
        "The phone of a refused signup cannot be used again."
    REFUSED_UPDATE_ENDS_SESSION "refused-update-ends-session" at "PUT /auth/user"
        breaks ["refusal-changes-nothing", "profile-malformed-refused", "input-refusal-documented",
            "profile-write-answered"]
        "A refused profile update ends the session."
}
