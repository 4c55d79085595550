//! Faults in issuing, rotating and ending tokens.

super::faults! { Tokens;
    LOGOUT_IGNORES_VISITORS "logout-ignores-visitors" at "POST /auth/logout"
        breaks ["logout-ends-access"]
        "The logout of a guest or of a signup ends nothing."
    LOGOUT_IGNORES_RESETS "logout-ignores-resets" at "POST /auth/logout"
        breaks ["logout-ends-access"]
        "The logout of a reset ends nothing."
    LOGOUT_ENDS_NEWEST "logout-ends-newest" at "POST /auth/logout"
        breaks ["logout-ends-access"]
        "A logout ends the newest session of the account."
    LOGOUT_ENDS_OWN_PAIR "logout-ends-own-pair" at "POST /auth/logout"
        breaks ["logout-ends-refresh"]
        "A logout ends only the two tokens that were issued together."
    REFRESHED_ENDS_EARLY "refreshed-ends-early" at "POST /auth/refresh"
        breaks ["refresh-token-lives-its-life"]
        "The refresh token that a refresh answers ends at half of its stated life."
    VISITOR_REFRESH_ENDS_EARLY "visitor-refresh-ends-early" at "POST /auth/refresh"
        breaks ["refresh-token-lives-its-life"]
        "The refresh token of a guest or a signup ends at half of its stated life."
    VISITOR_REFRESH_UNENDING "visitor-refresh-unending" at "POST /auth/refresh"
        breaks ["refresh-token-expires"]
        "The refresh token of a guest or a signup has no end."
    COMPLETE_REFRESH_ENDS_EARLY "complete-refresh-ends-early" at "PUT /auth/complete"
        breaks ["refresh-token-lives-its-life"]
        "The refresh token of a completion ends at half of its stated life."
    COMPLETE_REFRESH_UNENDING "complete-refresh-unending" at "PUT /auth/complete"
        breaks ["refresh-token-expires"]
        "The refresh token of a completion has no end."
    CHANGE_REFRESH_ENDS_EARLY "change-refresh-ends-early" at "PUT /auth/password-reset"
        breaks ["refresh-token-lives-its-life"]
        "The refresh token of a new password ends at half of its stated life."
    CHANGE_REFRESH_UNENDING "change-refresh-unending" at "PUT /auth/password-reset"
        breaks ["refresh-token-expires"]
        "The refresh token of a new password has no end."
    SESSION_OF_CHANGE_STAYS "session-of-change-stays" at "PUT /auth/password-reset"
        breaks ["reset-drops-access-sessions", "change-password-drops-other-sessions"]
        "The session that a new password opened outlives the next one."
    RESET_ANSWER_UNENDING "reset-answer-unending" at "PUT /auth/password-reset"
        breaks ["access-token-expires"]
        "The access token that a finished reset answers has no end."
    REFRESH_KEEPS_OLD "refresh-keeps-old" at "POST /auth/refresh"
        breaks ["refresh-rotated-old-refused", "refresh-race-one-winner"]
        "A rotated refresh token goes on working."
    REFRESH_DEAD_ACCESS "refresh-dead-access" at "POST /auth/refresh"
        breaks ["refresh-works", "complete-refresh-works", "reset-refresh-works",
            "accounts-write-only-themselves", "access-token-lives-its-life",
            "verify-start-succeeds", "verify-start-please-wait",
            "verify-start-blocked-user", "email-start-blocked-user", "change-password-right-old",
            "verify-start-send-limit",
        ]
        "The access token of a refresh does not work."
    REFRESH_DEAD_REFRESH "refresh-dead-refresh" at "POST /auth/refresh"
        breaks ["refresh-token-continues", "refresh-token-lives-its-life"]
        "The refresh token of a refresh does not work."
    REFRESH_SAME_ACCESS "refresh-same-access" at "POST /auth/refresh"
        breaks ["tokens-unique"]
        "A refresh answers the access token that there was."
    REFRESH_OTHER_ACCOUNT "refresh-other-account" at "POST /auth/refresh"
        breaks ["refresh-keeps-account", "refresh-race-one-winner", "verify-start-succeeds",
            "verify-start-blocked-user"]
        "A refresh answers tokens of another account, if there is one."
    REFRESH_ALWAYS_REFUSED "refresh-always-refused" at "POST /auth/refresh"
        breaks ["refresh-works", "complete-refresh-works", "reset-refresh-works",
            "refresh-token-lives-its-life", "accounts-write-only-themselves"]
        "Every refresh is refused."
    SIGN_IN_SAME_TOKENS "sign-in-same-tokens" at "POST /auth/token"
        breaks ["token-issues-new", "tokens-unique"]
        "A second sign-in answers the tokens of the first."
    SIGN_IN_DEAD_ACCESS "sign-in-dead-access" at "POST /auth/token"
        breaks [
            "token-works", "access-token-lives-its-life", "change-password-right-old", "logout-succeeds",
            "profile-read", "change-password-wrong-old-refused", "email-start-blocked-user", "email-link-verifies",
        ]
        "The access token of a sign-in does not work."
    SIGN_IN_OTHER_ACCOUNT "sign-in-other-account" at "POST /auth/token"
        breaks ["token-works", "accounts-read-only-themselves"]
        "A sign-in opens the newest completed account."
    COMPLETE_DEAD_ACCESS "complete-dead-access" at "PUT /auth/complete"
        breaks [
            "complete-token-works", "change-password-right-old", "email-start-succeeds", "input-refusal-documented",
            "json-input-accepted", "logout-succeeds", "profile-long-text-survives", "profile-read",
            "profile-text-survives", "profile-write-answered", "refusal-changes-nothing",
            "reset-unlocked-sets-password", "complete-old-password-wrong-refused",
        ]
        "The access token of a completion does not work."
    COMPLETE_DEAD_REFRESH "complete-dead-refresh" at "PUT /auth/complete"
        breaks ["complete-refresh-works", "accounts-write-only-themselves", "refresh-works",
            "refusal-changes-nothing", "refresh-token-lives-its-life"]
        "The refresh token of a completion does not work."
    RESET_DEAD_ACCESS "reset-dead-access" at "PUT /auth/password-reset"
        breaks ["reset-token-works", "change-password-right-old", "access-token-lives-its-life"]
        "The access token of a password reset does not work."
    RESET_DEAD_REFRESH "reset-dead-refresh" at "PUT /auth/password-reset"
        breaks ["reset-refresh-works", "refresh-works", "refresh-token-lives-its-life"]
        "The refresh token of a password reset does not work."
    GUEST_DEAD_ACCESS "guest-dead-access" at "POST /auth/guest"
        breaks ["guest-reads-profile", "logout-succeeds"]
        "The access token of a guest does not work."
    LOGOUT_KEEPS_ACCESS "logout-keeps-access" at "POST /auth/logout"
        breaks ["logout-ends-access"]
        "A logout ends the refresh token only."
    LOGOUT_KEEPS_REFRESH "logout-keeps-refresh" at "POST /auth/logout"
        breaks ["logout-ends-refresh"]
        "A logout ends the access token only."
    LOGOUT_DOES_NOTHING "logout-does-nothing" at "POST /auth/logout"
        breaks ["logout-ends-access"]
        "A logout ends nothing."
    LOGOUT_TAKES_EXPIRED "logout-takes-expired" at "POST /auth/logout"
        breaks ["access-token-expires"]
        "A logout takes an expired token."
    SESSION_VALUES_SHARED "session-values-shared" at "POST /auth/signup"
        breaks ["session-values-unique"]
        "Every verification session has the same value."
    SIDS_SHARED "sids-shared" at "POST /auth/verify/phone"
        breaks ["sids-never-shared", "verify-start-new-sid"]
        "The first sid of every account is the same."
    SIGNUP_REFRESH_REPEATED "signup-refresh-repeated" at "POST /auth/signup"
        breaks ["tokens-unique"]
        "Every signup gets the same refresh token."
    ACCESS_BEFORE_REFRESH_OUTLIVES_SESSION "access-before-refresh-outlives-session" at "all"
        breaks ["reset-drops-access-sessions", "logout-ends-access"]
        "An access token from before a refresh outlives the end of its session."
    LOGOUT_WEARS_OFF "logout-wears-off" at "POST /auth/logout"
        breaks ["logout-ends-access"]
        "A logout is forgotten after two minutes, and the access token works again."
    LOGOUT_OF_REFRESH_WEARS_OFF "logout-of-refresh-wears-off" at "POST /auth/logout"
        breaks ["logout-ends-refresh"]
        "A logout is forgotten after two minutes, and the refresh token works again."
    REFRESH_ENDS_OTHERS "refresh-ends-others" at "POST /auth/refresh"
        breaks ["refresh-token-lives-its-life"]
        "A refresh ends every other refresh token of the account."
    REFRESH_ENDS_OTHER_ACCESS "refresh-ends-other-access" at "POST /auth/refresh"
        breaks ["access-token-lives-its-life", "reset-unlocked-sets-password"]
        "A refresh ends every other access token of the account."
    ROTATION_WEARS_OFF "rotation-wears-off" at "POST /auth/refresh"
        breaks ["refresh-rotated-old-refused"]
        "That a refresh token was traded in is remembered as long as an access token lives, and then it works again."
}
