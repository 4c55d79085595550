//! Faults in verifying phones and mailboxes.

super::faults! { Verification;
    COMPLETE_KNOWN_PHONE_UNVERIFIED "complete-known-phone-unverified" at "PUT /auth/complete"
        breaks ["complete-needs-verification"]
        "A signup with the phone of an account is completed without a code of its own."
    SECOND_RESET_STAYS_LOCKED "second-reset-stays-locked" at "PUT /auth/password-reset"
        breaks ["reset-unlocked-sets-password"]
        "Once a reset of an account is over, no other one sets its password."
    SIGN_IN_UNVERIFIES_EMAIL "sign-in-unverifies-email" at "POST /auth/token"
        breaks ["email-link-verifies"]
        "A sign-in forgets that the email was verified."
    BLOCKED_CODE_VERIFIES "blocked-code-verifies" at "PUT /auth/verify/phone"
        breaks ["complete-needs-verification"]
        "The right code of a blocked user is refused, and verifies the phone."
    RESET_REPEAT_ZERO "reset-repeat-zero" at "POST /auth/verify/phone"
        breaks ["verify-start-times-positive"]
        "The code of a reset is said to be sent again after no time at all."
    SMS_NOT_SENT "sms-not-sent" at "POST /auth/verify/phone"
        breaks ["verify-start-sends-code"]
        "No code is sent."
    SMS_WRONG_CODE "sms-wrong-code" at "POST /auth/verify/phone"
        breaks ["verify-code-accepted", "verify-code-leading-zeros", "refresh-works", "refusal-changes-nothing", "verify-wrong-code-refused"]
        "The code that is sent is not the one that is compared."
    CODE_ZEROS_LOST "code-zeros-lost" at "PUT /auth/verify/phone"
        breaks ["verify-code-leading-zeros", "verify-code-accepted"]
        "A code that begins with zeros is refused."
    CODE_ANY_ACCEPTED "code-any-accepted" at "PUT /auth/verify/phone"
        breaks ["verify-wrong-code-refused"]
        "Any code is accepted."
    CODE_HALF_COMPARED "code-half-compared" at "PUT /auth/verify/phone"
        breaks ["verify-wrong-code-refused"]
        "Only the first two digits of a code are compared."
    CODE_BEGINNING_TAKEN "code-beginning-taken" at "PUT /auth/verify/phone"
        breaks ["verify-wrong-code-refused"]
        "The beginning of a code is taken for the code."
    CODE_LONGER_TAKEN "code-longer-taken" at "PUT /auth/verify/phone"
        breaks ["verify-wrong-code-refused"]
        "A code with more digits behind it is taken for the code."
    CODE_NEIGHBOUR_TAKEN "code-neighbour-taken" at "PUT /auth/verify/phone"
        breaks ["verify-wrong-code-refused"]
        "A code that is off by one is taken for the code."
    CODE_VERY_LONG_TAKEN "code-very-long-taken" at "PUT /auth/verify/phone"
        breaks ["verify-wrong-code-refused"]
        "A code of more than ten digits is not compared."
    CODE_NINES_TAKEN "code-nines-taken" at "PUT /auth/verify/phone"
        breaks ["verify-wrong-code-refused"]
        "9999 is taken for every code."
    CODE_ROW_TAKEN "code-row-taken" at "PUT /auth/verify/phone"
        breaks ["verify-wrong-code-refused"]
        "1234 is taken for every code."
    CODE_OF_OTHER_SID_TAKEN "code-of-other-sid-taken" at "PUT /auth/verify/phone"
        breaks ["verify-wrong-code-refused"]
        "The code that was sent last to a phone is taken for each of its sids."
    OLDER_CODE_TAKEN "older-code-taken" at "PUT /auth/verify/phone"
        breaks ["verify-wrong-code-refused"]
        "Every code that was sent to a phone is taken for its newest sid."
    CHECK_VERIFIES "check-verifies" at "POST /auth/verify/phone/check"
        breaks ["complete-needs-verification"]
        "Asking whether the phone is verified verifies it."
    SEND_LIMIT_ENDS_WITH_REFRESH "send-limit-ends-with-refresh" at "POST /auth/verify/phone"
        breaks ["verify-start-send-limit"]
        "A refreshed token is sent as many codes as it asks for."
    CODE_OF_ANYONE_TAKEN "code-of-anyone-taken" at "PUT /auth/verify/phone"
        breaks ["verify-wrong-code-refused"]
        "A code that was sent to anybody is taken for every sid."
    CODE_ATTEMPTS_UNLIMITED "code-attempts-unlimited" at "PUT /auth/verify/phone"
        breaks ["verify-one-attempt"]
        "A sid goes on after a wrong code."
    CODE_SECOND_ATTEMPT "code-second-attempt" at "PUT /auth/verify/phone"
        breaks ["verify-one-attempt"]
        "A sid has two attempts."
    CODE_REUSABLE "code-reusable" at "PUT /auth/verify/phone"
        breaks ["verify-code-single-use", "verify-race-one-winner"]
        "A code that was accepted is accepted again."
    CODE_NEVER_EXPIRES "code-never-expires" at "PUT /auth/verify/phone"
        breaks ["verify-code-expires"]
        "A code can be used for ever."
    RESET_CODE_ATTEMPTS_UNLIMITED "reset-code-attempts-unlimited" at "PUT /auth/verify/phone"
        breaks ["verify-one-attempt"]
        "The sid of a reset goes on after a wrong code."
    RESET_CODE_NEVER_EXPIRES "reset-code-never-expires" at "PUT /auth/verify/phone"
        breaks ["verify-code-expires"]
        "The code of a reset can be used for ever."
    CODE_ALWAYS_REFUSED "code-always-refused" at "PUT /auth/verify/phone"
        breaks ["verify-code-accepted", "verify-code-leading-zeros", "refresh-works", "refusal-changes-nothing"]
        "The right code is refused."
    SID_UNKNOWN_TAKEN "sid-unknown-taken" at "PUT /auth/verify/phone"
        breaks ["verify-unknown-sid-refused"]
        "A sid never issued stands for the caller's last one."
    SID_FOREIGN_TAKEN "sid-foreign-taken" at "PUT /auth/verify/phone"
        breaks ["verify-foreign-sid-never-verifies"]
        "Another account's sid with its code verifies the caller's phone."
    SID_FOREIGN_VERIFIES_OWNER "sid-foreign-verifies-owner" at "PUT /auth/verify/phone"
        breaks ["accounts-write-only-themselves"]
        "Another account's sid with its code verifies the phone of that account."
    SESSION_FOREIGN_TAKEN "session-foreign-taken" at "POST /auth/verify/phone"
        breaks ["verify-start-foreign-session-refused"]
        "Another account's session starts a verification."
    SESSION_UNKNOWN_TAKEN "session-unknown-taken" at "POST /auth/verify/phone"
        breaks ["verify-start-unknown-session-refused", "verify-start-foreign-session-refused"]
        "A session never issued stands for the caller's own."
    SESSION_UNKNOWN_OF_GUEST "session-unknown-of-guest" at "POST /auth/verify/phone"
        breaks ["verify-start-unknown-session-refused", "verify-start-foreign-session-refused"]
        "A guest is answered a sid for a session never issued."
    SESSION_UNKNOWN_OF_COMPLETED "session-unknown-of-completed" at "POST /auth/verify/phone"
        breaks ["verify-start-unknown-session-refused", "verify-start-foreign-session-refused"]
        "A completed account is answered a sid for a session never issued."
    SID_UNKNOWN_OF_GUEST "sid-unknown-of-guest" at "PUT /auth/verify/phone"
        breaks ["verify-unknown-sid-refused"]
        "A guest is told that the code for a sid never issued is right."
    SID_UNKNOWN_OF_COMPLETED "sid-unknown-of-completed" at "PUT /auth/verify/phone"
        breaks ["verify-unknown-sid-refused"]
        "A completed account is told that the code for a sid never issued is right."
    SEND_WITHOUT_WAIT "send-without-wait" at "POST /auth/verify/phone"
        breaks ["verify-start-please-wait"]
        "A second code is sent at once."
    SEND_WAITS_LONGER "send-waits-longer" at "POST /auth/verify/phone"
        breaks ["verify-start-after-wait"]
        "A second code takes ten times the stated wait."
    SEND_NEVER_AGAIN "send-never-again" at "POST /auth/verify/phone"
        breaks ["verify-start-after-wait"]
        "A second code is never sent."
    SEND_SAME_SID "send-same-sid" at "POST /auth/verify/phone"
        breaks ["verify-start-new-sid"]
        "A second code has the sid of the first."
    SEND_UNLIMITED "send-unlimited" at "POST /auth/verify/phone"
        breaks ["verify-start-send-limit"]
        "Codes are sent without a limit."
    RESET_SENDS_UNLIMITED "reset-sends-unlimited" at "POST /auth/verify/phone"
        breaks ["verify-start-send-limit"]
        "Codes are sent for a reset without a limit."
    GUESS_LIMIT_VERIFIES "guess-limit-verifies" at "PUT /auth/verify/phone"
        breaks ["complete-needs-verification"]
        "One guess too many is refused, and verifies the phone."
    GUESS_UNLIMITED "guess-unlimited" at "PUT /auth/verify/phone"
        breaks ["verify-guess-limit"]
        "Codes are guessed without a limit."
    SEND_WAIT_ENDS_WITH_REFRESH "send-wait-ends-with-refresh" at "POST /auth/verify/phone"
        breaks ["verify-start-please-wait"]
        "A session that was refreshed need not wait for the next code."
    SEND_WAIT_HALVED "send-wait-halved" at "POST /auth/verify/phone"
        breaks ["verify-start-please-wait"]
        "The next code is sent after half of the wait."
    SEND_WAIT_ENDS_WITH_WRONG_CODE "send-wait-ends-with-wrong-code" at "POST /auth/verify/phone"
        breaks ["verify-start-please-wait"]
        "After a wrong code the next one is sent at once."
    SEND_WAIT_STARTS_OVER "send-wait-starts-over" at "POST /auth/verify/phone"
        breaks ["verify-start-after-wait"]
        "A request that comes too early makes the wait begin anew."
    MAIL_WAIT_STARTS_OVER "mail-wait-starts-over" at "POST /auth/verify/email"
        breaks ["email-start-after-wait"]
        "A request for a mail that comes too early makes the wait begin anew."
    THIRD_SEND_WITHOUT_WAIT "third-send-without-wait" at "POST /auth/verify/phone"
        breaks ["verify-start-please-wait"]
        "After the second code nobody waits for the next."
    RESET_SENDS_WITHOUT_WAIT "reset-sends-without-wait" at "POST /auth/verify/phone"
        breaks ["verify-start-please-wait"]
        "A reset need not wait for the next code."
    RESET_VERIFIED_SENT_AGAIN "reset-verified-sent-again" at "POST /auth/verify/phone"
        breaks ["verify-start-already-verified"]
        "A code is sent for a reset that is verified."
    CODE_ENDS_EARLY "code-ends-early" at "PUT /auth/verify/phone"
        breaks ["verify-code-accepted"]
        "A code ends at six tenths of its life."
    CODE_VERIFIES_EMAIL "code-verifies-email" at "PUT /auth/verify/phone"
        breaks ["signup-flags-false"]
        "The code of a phone verifies the email as well."
    VERIFIED_SENT_AGAIN "verified-sent-again" at "POST /auth/verify/phone"
        breaks ["verify-start-already-verified"]
        "A code is sent to a phone that is verified."
    RESET_STARTS_VERIFIED "reset-starts-verified" at "POST /auth/verify/phone"
        breaks ["reset-starts-unverified"]
        "The session of a reset counts as verified when the account's phone is."
    BLOCKED_USER_SENT_CODES "blocked-user-sent-codes" at "POST /auth/verify/phone"
        breaks ["verify-start-blocked-user"]
        "A blocked user is sent codes."
    REFRESH_UNBLOCKS "refresh-unblocks" at "POST /auth/refresh"
        breaks ["verify-start-blocked-user", "email-start-blocked-user"]
        "A blocked user is blocked no more after a refresh."
    SIGN_IN_UNBLOCKS "sign-in-unblocks" at "POST /auth/token"
        breaks ["email-start-blocked-user"]
        "A blocked user is blocked no more after signing in."
    BLOCKED_USER_VERIFIES "blocked-user-verifies" at "PUT /auth/verify/phone"
        breaks ["verify-blocked-user"]
        "A blocked user verifies a phone."
    BLOCKED_USER_MAILED "blocked-user-mailed" at "POST /auth/verify/email"
        breaks ["email-start-blocked-user"]
        "A blocked user is sent mails."
    VERIFIED_STAYS_LOCKED "verified-stays-locked" at "PUT /auth/verify/phone"
        breaks ["complete-succeeds"]
        "An accepted code does not unlock the completion."
    CODE_VERIFIES_EVERY_SIGNUP "code-verifies-every-signup" at "PUT /auth/verify/phone"
        breaks ["complete-needs-verification"]
        "A code verifies its phone for every unfinished signup that gave it."
    CODE_UNLOCKS_EVERY_RESET "code-unlocks-every-reset" at "PUT /auth/verify/phone"
        breaks ["reset-token-sets-nothing-before-verification"]
        "A code unlocks every reset of its account."
    RESET_STAYS_LOCKED "reset-stays-locked" at "PUT /auth/verify/phone"
        breaks ["reset-unlocked-sets-password"]
        "An accepted code does not unlock the reset."
    MAIL_NOT_SENT "mail-not-sent" at "POST /auth/verify/email"
        breaks ["email-start-sends-link"]
        "No mail is sent."
    MAIL_DEAD_LINK "mail-dead-link" at "POST /auth/verify/email"
        breaks ["email-link-verifies"]
        "The link that is mailed verifies nothing."
    EMAIL_VERIFIED_UNASKED "email-verified-unasked" at "POST /auth/verify/email"
        breaks ["email-unverified-before-link", "email-foreign-bearer-never-verifies", "email-link-expires",
            "email-made-up-uuid-never-verifies", "email-start-please-wait"]
        "An email counts as verified once the mail is sent."
    LINK_MADE_UP_TAKEN "link-made-up-taken" at "GET /auth/verify/email"
        breaks ["email-made-up-uuid-never-verifies", "email-foreign-bearer-never-verifies",
            "email-link-expires", "email-link-verifies"]
        "A made-up UUID verifies the email that was mailed last."
    LINK_EMPTY_TAKEN "link-empty-taken" at "GET /auth/verify/email"
        breaks ["email-made-up-uuid-never-verifies"]
        "A link whose code is left empty verifies the email that was mailed last."
    LINK_WITHOUT_CODE "link-without-code" at "GET /auth/verify/email"
        breaks ["email-no-code-refused"]
        "A link without a code is answered with 200."
    LINK_VERIFIES_CALLER "link-verifies-caller" at "GET /auth/verify/email"
        breaks ["email-foreign-bearer-never-verifies"]
        "A link verifies the email of whoever follows it."
    LINK_VERIFIES_EVERYBODY "link-verifies-everybody" at "GET /auth/verify/email"
        breaks ["accounts-write-only-themselves"]
        "A link verifies the email of every account."
    LINK_NEVER_EXPIRES "link-never-expires" at "GET /auth/verify/email"
        breaks ["email-link-expires"]
        "A link works for ever."
    LINK_SAYS_SO_ONLY "link-says-so-only" at "GET /auth/verify/email"
        breaks ["email-link-verifies"]
        "A good link is answered with 200 and verifies nothing."
    MAIL_WITHOUT_WAIT "mail-without-wait" at "POST /auth/verify/email"
        breaks ["email-start-please-wait"]
        "A second mail is sent at once."
    MAIL_WAITS_LONGER "mail-waits-longer" at "POST /auth/verify/email"
        breaks ["email-start-after-wait"]
        "A second mail takes ten times the stated wait."
    MAIL_WAIT_HALVED "mail-wait-halved" at "POST /auth/verify/email"
        breaks ["email-start-please-wait"]
        "The next mail is sent after half of the wait."
    LINK_ENDS_EARLY "link-ends-early" at "GET /auth/verify/email"
        breaks ["email-link-verifies"]
        "A link ends at six tenths of its life."
    VERIFIED_MAILED_AGAIN "verified-mailed-again" at "POST /auth/verify/email"
        breaks ["email-start-already-verified"]
        "A link is mailed to an email that is verified."
    COMPLETED_SENT_CODES "completed-sent-codes" at "POST /auth/verify/phone"
        breaks ["verify-start-already-verified"]
        "A completed account is sent codes for the phone that it verified."
    OLDER_CODE_EXTENDED "older-code-extended" at "POST /auth/verify/phone"
        breaks ["verify-code-expires"]
        "A new code lets those before it live as long."
}
