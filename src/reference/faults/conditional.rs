//! Faults that come only now and then.

super::faults! { Conditional;
    SECOND_REFRESH_REFUSED "second-refresh-refused" at "POST /auth/refresh"
        breaks ["refresh-token-continues", "refresh-works", "reset-refresh-works", "refresh-token-lives-its-life"]
        "The second refresh of a session is refused."
    SECOND_REFRESH_DEAD_ACCESS "second-refresh-dead-access" at "POST /auth/refresh"
        breaks ["refresh-works", "reset-refresh-works"]
        "The access token of every second refresh does not work."
    SECOND_REFRESH_KEEPS_OLD "second-refresh-keeps-old" at "POST /auth/refresh"
        breaks ["refresh-rotated-old-refused", "refresh-race-one-winner"]
        "Every second refresh leaves the old refresh token alive."
    REFRESH_RACE "refresh-race" at "POST /auth/refresh"
        breaks ["refresh-race-one-winner"]
        "Two refreshes with one token at the same time both succeed."
    VERIFY_RACE "verify-race" at "PUT /auth/verify/phone"
        breaks ["verify-race-one-winner"]
        "One code sent twice at the same time is accepted twice."
    SEND_RACE "send-race" at "POST /auth/verify/phone"
        breaks ["verify-start-please-wait"]
        "Two codes asked for at the same time are both sent."
    MAIL_RACE "mail-race" at "POST /auth/verify/email"
        breaks ["email-start-please-wait"]
        "Several links asked for at the same time are all mailed."
    WRITE_RACE "write-race" at "PUT /auth/user"
        breaks ["profile-write-kept", "accounts-write-only-themselves"]
        "Of two profile writes at the same time one is lost."
    EVERY_FOURTH_READ_500 "every-fourth-read-500" at "GET /auth/user"
        breaks ["no-server-error"]
        "One profile read in four is answered with 500."
    SECOND_CODE_DEAD "second-code-dead" at "POST /auth/verify/phone"
        breaks ["verify-code-accepted"]
        "The second code that is sent is never accepted."
    SECOND_SMS_NOT_SENT "second-sms-not-sent" at "POST /auth/verify/phone"
        breaks ["verify-start-sends-code"]
        "Every second code is not sent."
    LATE_EXPIRY_IGNORED "late-expiry-ignored" at "PUT /auth/verify/phone"
        breaks ["verify-code-expires"]
        "A code is taken for one more minute than it says."
    REFRESH_ENDS_WITH_ACCESS "refresh-ends-with-access" at "POST /auth/refresh"
        breaks ["refresh-token-lives-its-life", "refresh-works"]
        "A refresh token ends together with its access token."
    SECOND_SIGN_IN_REFUSED "second-sign-in-refused" at "POST /auth/token"
        breaks [
            "token-by-username", "token-by-phone", "token-by-email", "accounts-write-only-themselves",
            "change-password-missing-old-refused", "change-password-new-signs-in",
            "change-password-wrong-old-refused", "complete-old-password-missing-refused",
            "complete-old-password-wrong-refused", "refusal-changes-nothing", "reset-new-password-signs-in",
            "reset-no-password-refused", "reset-token-sets-nothing-before-verification", "reset-token-single-use",
            "signup-known-phone-no-access", "signup-is-own-account",
        ]
        "An account signs in only once."
    SECOND_ACCOUNT_READS_FIRST "second-account-reads-first" at "GET /auth/user"
        breaks [
            "accounts-read-only-themselves", "signup-is-own-account", "guest-is-own-account",
            "accounts-write-only-themselves", "email-link-verifies", "refresh-keeps-account",
            "signup-timezone-kept", "token-works", "complete-taken-email-refused",
            "complete-taken-username-refused",
        ]
        "The second account of a server reads the first one's profile."
    COACHES_NEVER_SIGN_IN "coaches-never-sign-in" at "POST /auth/token"
        breaks ["token-by-username"]
        "Only clients sign in by password."
    PROFILE_ANSWERS_SENT_NAMES "profile-answers-sent-names" at "PUT /auth/user"
        breaks ["profile-unsent-stays"]
        "The answer to a profile update shows names only where they were sent."
    SIGN_IN_BY_BEARER "sign-in-by-bearer" at "POST /auth/token"
        breaks ["token-works"]
        "A sign-in that carries a token is one of the account of that token."
    STUDIO_NAMES_HIDDEN "studio-names-hidden" at "GET /auth/user"
        breaks ["complete-values-shown"]
        "The profile of a studio shows no names."
    COACH_PHONE_UNVERIFIED "coach-phone-unverified" at "GET /auth/user"
        breaks ["verify-sets-flag"]
        "The profile of a coach says that the phone is not verified."
    COACHES_SKIP_VERIFICATION "coaches-skip-verification" at "PUT /auth/complete"
        breaks ["complete-needs-verification"]
        "A coach is completed before the phone is verified."
    RESET_KEEPS_NEWER_SESSIONS "reset-keeps-newer-sessions" at "PUT /auth/password-reset"
        breaks ["reset-drops-access-sessions"]
        "A reset drops only the sessions that are older than itself."
    REFRESHED_RESET_UNLOCKED "refreshed-reset-unlocked" at "POST /auth/refresh"
        breaks ["reset-token-sets-nothing-before-verification"]
        "A refreshed reset token needs no verification."
    LONG_PASSWORD_CUT "long-password-cut" at "POST /auth/token"
        breaks ["token-wrong-password-refused"]
        "Only the first eight characters of a password count."
    PASSWORD_CUT_AT_72 "password-cut-at-72" at "POST /auth/token"
        breaks ["token-wrong-password-refused"]
        "Only the first 72 bytes of a password count."
    THIRD_SIGNUP_REFUSED "third-signup-refused" at "POST /auth/signup"
        breaks ["signup-succeeds", "signup-types"]
        "One signup in three is refused."
}
