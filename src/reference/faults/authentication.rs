//! Faults in letting callers in.

super::faults! { Authentication;
    PROFILE_WITHOUT_BEARER "profile-without-bearer" at "GET /auth/user"
        breaks ["bearer-missing-refused"]
        "Without a token, the newest account's profile is shown."
    UPDATE_WITHOUT_BEARER "update-without-bearer" at "PUT /auth/user"
        breaks ["bearer-missing-refused"]
        "Without a token, the newest account's profile is written."
    CHECK_WITHOUT_BEARER "check-without-bearer" at "POST /auth/verify/phone/check"
        breaks ["bearer-missing-refused"]
        "The phone check needs no token."
    LOGOUT_WITHOUT_BEARER "logout-without-bearer" at "POST /auth/logout"
        breaks ["bearer-missing-refused"]
        "A logout without a token succeeds."
    REFRESH_WITHOUT_BEARER "refresh-without-bearer" at "POST /auth/refresh"
        breaks ["bearer-missing-refused"]
        "A refresh without a token refreshes the newest session."
    EMAIL_START_WITHOUT_BEARER "email-start-without-bearer" at "POST /auth/verify/email"
        breaks ["bearer-missing-refused", "bearer-refusal-status-401"]
        "A verification mail needs no token."
    ANY_SCHEME_TAKEN "any-scheme-taken" at "all"
        breaks ["bearer-other-scheme-refused"]
        "A token is taken under any scheme."
    TOKEN_SCHEME_TAKEN "token-scheme-taken" at "all"
        breaks ["bearer-other-scheme-refused"]
        "A token is taken under the scheme Token."
    SCHEME_CUT_OFF "scheme-cut-off" at "all"
        breaks ["bearer-other-scheme-refused"]
        "The first seven characters of the header are cut off, whatever they are."
    QUOTED_USERNAME_SIGNS_IN "quoted-username-signs-in" at "POST /auth/token"
        breaks ["token-unknown-user-refused"]
        "A username with a quote in it signs in to the first account."
    SIGN_IN_BY_PATTERN "sign-in-by-pattern" at "POST /auth/token"
        breaks ["token-unknown-user-refused"]
        "An underscore in a username stands for any letter."
    EMAIL_SOUGHT_IN_SMALL_LETTERS "email-sought-in-small-letters" at "POST /auth/token"
        breaks ["token-by-email"]
        "An email is looked up in small letters, however it was stored."
    BARE_TOKEN_TAKEN "bare-token-taken" at "all"
        breaks ["bearer-malformed-refused"]
        "A token is taken without a scheme."
    UNKNOWN_TOKEN_TAKEN "unknown-token-taken" at "all"
        breaks [
            "bearer-unknown-refused", "bearer-tampered-refused", "refresh-unknown-refused",
            "bearer-malformed-refused", "bearer-refusal-status-401",
        ]
        "A token that was never issued is taken for the newest session's."
    TAMPERED_TOKEN_TAKEN "tampered-token-taken" at "all"
        breaks ["bearer-tampered-refused", "refresh-unknown-refused"]
        "A token with one wrong character is taken."
    SHORTENED_TOKEN_TAKEN "shortened-token-taken" at "all"
        breaks ["bearer-tampered-refused"]
        "The beginning of a token is taken for the token."
    TRAILED_TOKEN_TAKEN "trailed-token-taken" at "all"
        breaks ["bearer-malformed-refused"]
        "A token is taken with a comma and more behind it."
    TOKEN_CASE_IGNORED "token-case-ignored" at "all"
        breaks ["bearer-tampered-refused"]
        "Tokens are compared without case."
    REFRESH_TOKEN_OPENS "refresh-token-opens" at "all"
        breaks ["refresh-token-is-no-access-token", "bearer-refusal-status-401"]
        "A refresh token is taken as an access token."
    REFRESH_TOKEN_SHOWS_CODES "refresh-token-shows-codes" at "PUT /auth/verify/phone"
        breaks ["refresh-token-is-no-access-token", "bearer-refusal-status-401"]
        "A refresh token is taken as an access token where a code is shown."
    REFRESH_TOKEN_COMPLETES "refresh-token-completes" at "PUT /auth/complete"
        breaks ["refresh-token-is-no-access-token", "bearer-refusal-status-401"]
        "A refresh token is taken as an access token for a completion."
    REFRESH_TOKEN_CHANGES_PASSWORD "refresh-token-changes-password" at "PUT /auth/password-reset"
        breaks ["refresh-token-is-no-access-token", "bearer-refusal-status-401"]
        "A refresh token is taken as an access token for a change of the password."
    ACCESS_TOKEN_REFRESHES "access-token-refreshes" at "POST /auth/refresh"
        breaks ["refresh-access-token-refused"]
        "An access token is taken as a refresh token."
    ACCESS_NEVER_EXPIRES "access-never-expires" at "all"
        breaks ["access-token-expires"]
        "Access tokens live for ever."
    REFRESH_NEVER_EXPIRES "refresh-never-expires" at "POST /auth/refresh"
        breaks ["refresh-token-expires"]
        "Refresh tokens live for ever."
    GUEST_ACCESS_ENDS_EARLY "guest-access-ends-early" at "POST /auth/guest"
        breaks ["access-token-lives-its-life"]
        "An access token of a guest ends at half of its stated life."
    SIGNUP_ACCESS_ENDS_EARLY "signup-access-ends-early" at "POST /auth/signup"
        breaks ["access-token-lives-its-life"]
        "An access token of a signup ends at half of its stated life."
    RESET_ACCESS_ENDS_EARLY "reset-access-ends-early" at "POST /auth/password-reset"
        breaks ["access-token-lives-its-life"]
        "An access token of a reset ends at half of its stated life."
    ACCESS_ENDS_EARLY "access-ends-early" at "all"
        breaks ["access-token-lives-its-life"]
        "Access tokens live half as long as they say."
    REFRESH_ENDS_EARLY "refresh-ends-early" at "POST /auth/refresh"
        breaks ["refresh-token-lives-its-life"]
        "Refresh tokens live half as long as they say."
    TOKEN_SECRET_BEGINNING_COMPARED "token-secret-beginning-compared" at "POST /auth/token"
        breaks ["token-wrong-client-secret-refused"]
        "Of a client secret only as much is compared as the right one is long."
    TOKEN_UNKNOWN_CLIENT_TAKEN "token-unknown-client-taken" at "POST /auth/token"
        breaks ["token-unknown-client-refused"]
        "A sign-in takes a client never issued."
    TOKEN_ANY_SECRET_TAKEN "token-any-secret-taken" at "POST /auth/token"
        breaks ["token-wrong-client-secret-refused"]
        "A sign-in takes any client secret."
    TOKEN_EMPTY_SECRET_TAKEN "token-empty-secret-taken" at "POST /auth/token"
        breaks ["token-wrong-client-secret-refused"]
        "A sign-in needs a client secret, and takes an empty one for it."
    SIGNUP_UNKNOWN_CLIENT_TAKEN "signup-unknown-client-taken" at "POST /auth/signup"
        breaks ["signup-unknown-client-refused"]
        "A signup takes a client never issued."
    SIGNUP_ANY_SECRET_TAKEN "signup-any-secret-taken" at "POST /auth/signup"
        breaks ["signup-wrong-client-secret-refused"]
        "A signup takes any client secret."
    GUEST_UNKNOWN_CLIENT_TAKEN "guest-unknown-client-taken" at "POST /auth/guest"
        breaks ["guest-unknown-client-refused"]
        "A guest signup takes a client never issued."
    GUEST_ANY_SECRET_TAKEN "guest-any-secret-taken" at "POST /auth/guest"
        breaks ["guest-wrong-client-secret-refused"]
        "A guest signup takes any client secret."
    RESET_UNKNOWN_CLIENT_TAKEN "reset-unknown-client-taken" at "POST /auth/password-reset"
        breaks ["reset-unknown-client-refused"]
        "A reset takes a client never issued."
    RESET_ANY_SECRET_TAKEN "reset-any-secret-taken" at "POST /auth/password-reset"
        breaks ["reset-wrong-client-secret-refused"]
        "A reset takes any client secret."
    ANY_PASSWORD_TAKEN "any-password-taken" at "POST /auth/token"
        breaks [
            "token-wrong-password-refused", "reset-old-password-dead", "change-password-new-signs-in",
            "complete-old-password-wrong-refused", "complete-old-password-missing-refused",
            "change-password-wrong-old-refused", "change-password-missing-old-refused",
            "reset-token-sets-nothing-before-verification", "signup-known-phone-no-access",
            "token-password-missing-refused",
        ]
        "A known user signs in with any password."
    PASSWORD_BEGINNING_TAKEN "password-beginning-taken" at "POST /auth/token"
        breaks ["token-wrong-password-refused"]
        "A password that lacks its last character signs in."
    PASSWORD_LONGER_TAKEN "password-longer-taken" at "POST /auth/token"
        breaks ["token-wrong-password-refused"]
        "A password with one character more signs in."
    NO_PASSWORD_SIGNS_IN "no-password-signs-in" at "POST /auth/token"
        breaks ["token-password-missing-refused"]
        "An account that has no password is opened by an empty one."
    UNKNOWN_USER_404 "unknown-user-404" at "POST /auth/token"
        breaks ["error-status-as-documented", "token-refusals-alike"]
        "An unknown user is not found."
    UNKNOWN_USER_INVALID "unknown-user-invalid" at "POST /auth/token"
        breaks ["token-unknown-user-refused", "complete-needs-verification", "reset-unknown-phone-no-access",
            "complete-taken-username-refused"]
        "An unknown user is answered as invalid input."
    UNKNOWN_USER_TOLD_APART "unknown-user-told-apart" at "POST /auth/token"
        breaks ["token-refusals-alike"]
        "The answer for an unknown user has one field more."
    SIGN_IN_NOT_BY_USERNAME "sign-in-not-by-username" at "POST /auth/token"
        breaks ["token-by-username", "accounts-write-only-themselves", "change-password-missing-old-refused",
            "change-password-new-signs-in", "change-password-wrong-old-refused",
            "complete-old-password-missing-refused", "complete-old-password-wrong-refused",
            "logout-ends-access", "refusal-changes-nothing", "reset-new-password-signs-in",
            "reset-no-password-refused", "reset-token-sets-nothing-before-verification",
            "reset-token-single-use", "signup-known-phone-no-access"]
        "A username does not sign in."
    SIGN_IN_NOT_BY_PHONE "sign-in-not-by-phone" at "POST /auth/token"
        breaks ["token-by-phone", "change-password-new-signs-in", "complete-old-password-missing-refused",
            "reset-new-password-signs-in"]
        "A phone does not sign in."
    SIGN_IN_NOT_BY_EMAIL "sign-in-not-by-email" at "POST /auth/token"
        breaks ["token-by-email", "change-password-new-signs-in", "reset-new-password-signs-in",
            "signup-is-own-account"]
        "An email does not sign in."
    JSON_PASSWORD_UNCHECKED "json-password-unchecked" at "POST /auth/token"
        breaks ["token-wrong-password-refused"]
        "A sign-in by JSON takes any password."
    RESET_ACCESS_NEVER_EXPIRES "reset-access-never-expires" at "POST /auth/password-reset"
        breaks ["access-token-expires"]
        "The access token of a reset lives for ever."
    SIGNUP_EMAIL_TAKES_OVER "signup-email-takes-over" at "POST /auth/token"
        breaks ["signup-is-own-account"]
        "Whoever signs up last with an email is the one that it signs in."
    SIGNUP_KNOWN_EMAIL_SIGNS_IN "signup-known-email-signs-in" at "POST /auth/signup"
        breaks ["signup-is-own-account", "accounts-read-only-themselves"]
        "A signup with the email of an account signs in to it."
    COMPLETE_KNOWN_EMAIL_SIGNS_IN "complete-known-email-signs-in" at "PUT /auth/complete"
        breaks ["signup-is-own-account", "accounts-read-only-themselves"]
        "The completion of a signup with the email of an account signs in to that account."
    BARE_CLIENT_TAKEN "bare-client-taken" at "all"
        breaks ["token-unknown-client-refused", "signup-unknown-client-refused", "reset-unknown-client-refused"]
        "A client that sends no secret is not looked up."
    JSON_CLIENT_UNCHECKED "json-client-unchecked" at "POST /auth/token"
        breaks ["token-unknown-client-refused"]
        "A sign-in by JSON takes any client."
    JSON_UNKNOWN_USER_INVALID "json-unknown-user-invalid" at "POST /auth/token"
        breaks ["token-unknown-user-refused"]
        "An unknown user of a sign-in by JSON is answered as invalid input."
    RESET_COMPLETES_SIGNUPS "reset-completes-signups" at "POST /auth/password-reset"
        breaks ["reset-token-sets-nothing-before-verification"]
        "The reset of a phone that is verified and has no account yet completes one without a code."
    PLAIN_CALLERS_GET_PAGES "plain-callers-get-pages" at "all"
        breaks ["refusal-body-documented", "profile-malformed-refused"]
        "Who does not ask for JSON is told of an error by a page."
    CHARSET_REFUSED "charset-refused" at "all"
        breaks ["token-by-username"]
        "A body whose media type names a charset is refused."
    FORM_OPERATOR_SIGNS_IN "form-operator-signs-in" at "POST /auth/token"
        breaks ["token-password-missing-refused"]
        "Brackets in the name of a form's field make an operator of it, which any password satisfies."
    RESET_UNLOCKED_BY_ANY_OLD "reset-unlocked-by-any-old" at "PUT /auth/password-reset"
        breaks ["reset-token-sets-nothing-before-verification"]
        "A reset sets the password before its phone is verified where any old_password is sent along."
    RESET_FREES_LATER_CHANGES "reset-frees-later-changes" at "PUT /auth/password-reset"
        breaks ["change-password-missing-old-refused"]
        "Once a reset is over, any token of the account sets a password without the old one."
    PROFILE_FLAG_BY_ANOTHER_NAME "profile-flag-by-another-name" at "PUT /auth/user"
        breaks ["profile-verified-flags-read-only"]
        "A profile update takes whether the email is verified as email_verified."
    PROFILE_PHONE_UNVERIFIES "profile-phone-unverifies" at "PUT /auth/user"
        breaks ["profile-verified-flags-read-only"]
        "A profile update that is sent a phone ignores it, and the phone of before is verified no more."
}
