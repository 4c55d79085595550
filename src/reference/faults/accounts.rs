//! Faults in accounts: signup, completion, passwords and profiles.

super::faults! { Accounts;
    SIGNUPS_SHARE_ACCOUNT "signups-share-account" at "POST /auth/signup"
        breaks [
            "signup-is-own-account", "verify-foreign-sid-never-verifies", "verify-start-foreign-session-refused",
            "complete-needs-verification", "complete-succeeds", "signup-flags-false", "signup-types",
        ]
        "A signup goes on with the last unfinished account."
    GUESTS_SHARE_ACCOUNT "guests-share-account" at "POST /auth/guest"
        breaks ["guest-is-own-account"]
        "All guests are one account."
    SIGNUP_LOSES_TIMEZONE "signup-loses-timezone" at "POST /auth/signup"
        breaks ["signup-timezone-kept"]
        "The timezone of a signup is UTC."
    TRADE_LOSES_TIMEZONE "trade-loses-timezone" at "POST /auth/signup"
        breaks ["signup-timezone-kept"]
        "The timezone of a coach or a studio is UTC, whatever their signup says."
    SIGNUP_KNOWN_PHONE_SIGNS_IN "signup-known-phone-signs-in" at "POST /auth/signup"
        breaks ["signup-known-phone-no-access"]
        "A signup with a known phone signs in to its account."
    SIGNUP_KNOWN_PHONE_TAKES_OVER "signup-known-phone-takes-over" at "POST /auth/signup"
        breaks ["signup-known-phone-no-access"]
        "A signup with a known phone can be completed, with the password of its choice."
    COMPLETE_UNVERIFIED "complete-unverified" at "PUT /auth/complete"
        breaks ["complete-needs-verification", "verify-code-expires", "verify-code-text-refused",
            "verify-empty-code-refused", "verify-foreign-sid-never-verifies", "verify-one-attempt",
            "verify-unknown-sid-refused", "verify-wrong-code-refused"]
        "An account is completed before its phone is verified."
    COMPLETE_VERIFIED_ELSEWHERE "complete-verified-elsewhere" at "PUT /auth/complete"
        breaks ["complete-needs-verification"]
        "An account is completed when another one has verified the same phone."
    USERNAME_STORED_IN_SMALL_LETTERS "username-stored-in-small-letters" at "PUT /auth/complete"
        breaks ["token-by-username"]
        "A username is stored in small letters, and looked up as it is given."
    SIGNUP_KNOWN_PHONE_UNVERIFIES "signup-known-phone-unverifies" at "POST /auth/signup"
        breaks ["signup-known-phone-no-access"]
        "A signup with a known phone makes it an unverified one for its account."
    GUESTS_COMPLETE "guests-complete" at "PUT /auth/complete"
        breaks ["complete-needs-verification"]
        "A guest, who has no phone, is completed."
    COMPLETE_LOSES_PASSWORD "complete-loses-password" at "PUT /auth/complete"
        breaks [
            "token-by-username", "token-by-phone", "token-by-email", "complete-old-password-wrong-refused",
            "complete-old-password-missing-refused", "change-password-missing-old-refused",
            "change-password-right-old", "json-input-accepted", "logout-ends-access", "refusal-changes-nothing",
            "reset-token-sets-nothing-before-verification", "reset-unlocked-sets-password",
            "signup-known-phone-no-access", "accounts-write-only-themselves", "signup-is-own-account",
        ]
        "A completion does not store the password."
    COMPLETE_LOSES_NAMES "complete-loses-names" at "PUT /auth/complete"
        breaks [
            "complete-values-shown", "reset-token-changes-nothing-before-verification",
            "change-password-wrong-old-refused", "complete-old-password-wrong-refused",
        ]
        "A completion does not store the first and last name."
    COMPLETE_LOSES_EMAIL "complete-loses-email" at "PUT /auth/complete"
        breaks [
            "complete-values-shown", "token-by-email", "email-start-succeeds",
            "change-password-new-signs-in", "complete-taken-email-refused", "profile-read",
            "reset-new-password-signs-in", "signup-is-own-account",
        ]
        "A completion does not store the email."
    COMPLETE_LOSES_GENDER "complete-loses-gender" at "PUT /auth/complete"
        breaks ["complete-values-shown"]
        "A completion does not store the gender."
    COMPLETE_LOSES_TYPE "complete-loses-type" at "PUT /auth/complete"
        breaks ["complete-type-kept"]
        "A completed account is always a client."
    COMPLETE_ANY_OLD_PASSWORD "complete-any-old-password" at "PUT /auth/complete"
        breaks ["complete-old-password-wrong-refused"]
        "A completion replaces the password for any oldPassword."
    COMPLETE_OLD_PASSWORD_QUERIED "complete-old-password-queried" at "PUT /auth/complete"
        breaks ["complete-old-password-wrong-refused"]
        "A completion replaces the password for an oldPassword that is an object."
    COMPLETE_NO_OLD_PASSWORD_WITH_NAME "complete-no-old-password-with-name" at "PUT /auth/complete"
        breaks ["complete-old-password-missing-refused"]
        "A completion that gives the username replaces the password without oldPassword."
    COMPLETE_NO_OLD_PASSWORD "complete-no-old-password" at "PUT /auth/complete"
        breaks ["complete-old-password-missing-refused"]
        "A completion replaces the password without oldPassword."
    COMPLETE_REFUSED_CHANGES "complete-refused-changes" at "PUT /auth/complete"
        breaks ["complete-old-password-wrong-refused", "complete-old-password-missing-refused", "token-by-email"]
        "A refused replacement by completion changes the password all the same."
    SIGNUP_GIVEN_EMAIL_FLAG_TRUE "signup-given-email-flag-true" at "POST /auth/signup"
        breaks ["signup-flags-false"]
        "A signup that gives an email says that it is verified."
    PASSWORD_IN_ASCII "password-in-ascii" at "PUT /auth/complete"
        breaks ["token-wrong-password-refused"]
        "Letters beyond ASCII all count as one and the same in a password."
    PASSWORD_IN_LATIN_1 "password-in-latin-1" at "PUT /auth/complete"
        breaks ["token-wrong-password-refused"]
        "Letters beyond Latin-1 all count as one and the same in a password."
    RESET_REFRESHED_AGAIN "reset-refreshed-again" at "PUT /auth/password-reset"
        breaks ["reset-token-single-use"]
        "The refresh token of a reset that has set its password gives a token that sets another one."
    COMPLETE_UNVERIFIED_RENAMES "complete-unverified-renames" at "PUT /auth/complete"
        breaks ["complete-needs-verification"]
        "A completion before the phone is verified is refused, and stores the last name all the same."
    COMPLETE_REFUSED_RENAMES "complete-refused-renames" at "PUT /auth/complete"
        breaks ["complete-old-password-wrong-refused"]
        "A completion that is refused for its oldPassword stores the names all the same."
    COMPLETE_AGAIN_KEEPS_PASSWORD "complete-again-keeps-password" at "PUT /auth/complete"
        breaks ["token-wrong-password-refused"]
        "A second completion with the right oldPassword is taken, and the password stays the old one."
    COMPLETE_TAKEN_STORES_PASSWORD "complete-taken-stores-password" at "PUT /auth/complete"
        breaks ["complete-taken-username-refused", "complete-succeeds"]
        "A completion that is refused for its username stores the password all the same, and it signs in."
    USERNAME_IN_OTHER_CASE_500 "username-in-other-case-500" at "PUT /auth/complete"
        breaks ["no-server-error"]
        "A username that differs from another one in case alone crashes the server."
    CHANGE_LOSES_NAMES "change-loses-names" at "PUT /auth/password-reset"
        breaks ["complete-values-shown"]
        "A password change loses the names."
    CHANGE_LOSES_TYPE "change-loses-type" at "PUT /auth/password-reset"
        breaks ["complete-type-kept"]
        "A password change makes a guest of the user."
    COMPLETE_TAKEN_USERNAME "complete-taken-username" at "PUT /auth/complete"
        breaks ["complete-taken-username-refused"]
        "A username that is taken can be taken again."
    COMPLETE_TAKEN_EMAIL "complete-taken-email" at "PUT /auth/complete"
        breaks ["complete-taken-email-refused"]
        "An email that is taken can be taken again."
    COMPLETE_AGAIN_TAKEN "complete-again-taken" at "PUT /auth/complete"
        breaks ["complete-taken-username-refused", "complete-taken-email-refused"]
        "A completed account takes the username and the email of another one by completing again."
    RESET_UNLOCKED_AT_ONCE "reset-unlocked-at-once" at "PUT /auth/password-reset"
        breaks ["reset-token-sets-nothing-before-verification", "verify-code-expires"]
        "A reset sets the password before its phone is verified."
    RESET_TOKEN_READS "reset-token-reads" at "GET /auth/user"
        breaks ["reset-token-reads-nothing-before-verification"]
        "A reset token reads the profile before its phone is verified."
    RESET_TOKEN_WRITES "reset-token-writes" at "PUT /auth/user"
        breaks ["reset-token-changes-nothing-before-verification"]
        "A reset token writes the profile before its phone is verified."
    RESET_OLD_PASSWORD_LIVES "reset-old-password-lives" at "PUT /auth/password-reset"
        breaks ["reset-old-password-dead", "change-password-new-signs-in", "change-password-wrong-old-refused"]
        "After a reset or a change the old password signs in as well."
    RESET_PASSWORD_NOT_SET "reset-password-not-set" at "PUT /auth/password-reset"
        breaks ["reset-new-password-signs-in", "reset-old-password-dead", "reset-token-single-use"]
        "A reset does not set the password."
    RESET_KEEPS_ACCESS "reset-keeps-access" at "PUT /auth/password-reset"
        breaks ["reset-drops-access-sessions"]
        "A reset leaves the access tokens of other sessions alive."
    RESET_KEEPS_REFRESH "reset-keeps-refresh" at "PUT /auth/password-reset"
        breaks ["reset-drops-refresh-sessions"]
        "A reset leaves the refresh tokens of other sessions alive."
    RESET_DROPS_ONE_SESSION "reset-drops-one-session" at "PUT /auth/password-reset"
        breaks ["reset-drops-access-sessions"]
        "A reset drops the first session of the account only."
    RESET_TOKEN_REUSABLE "reset-token-reusable" at "PUT /auth/password-reset"
        breaks ["reset-token-single-use"]
        "A reset token sets the password again and again."
    RESET_UNKNOWN_PHONE_OPENS "reset-unknown-phone-opens" at "POST /auth/password-reset"
        breaks ["reset-unknown-phone-no-access"]
        "A reset for an unknown phone opens an account."
    CHANGE_ANY_OLD "change-any-old" at "PUT /auth/password-reset"
        breaks ["change-password-wrong-old-refused"]
        "A password is changed for any old_password."
    CHANGE_NO_OLD "change-no-old" at "PUT /auth/password-reset"
        breaks ["change-password-missing-old-refused"]
        "A password is changed without old_password."
    CHANGE_REFUSED_ENDS_OTHERS "change-refused-ends-others" at "PUT /auth/password-reset"
        breaks ["change-password-wrong-old-refused", "change-password-right-old"]
        "A refused password change ends the other sessions of the account."
    CHANGE_REFUSED_CHANGES "change-refused-changes" at "PUT /auth/password-reset"
        breaks ["change-password-wrong-old-refused", "change-password-missing-old-refused"]
        "A refused change changes the password all the same."
    CHANGE_UNVERIFIES_PHONE "change-unverifies-phone" at "PUT /auth/password-reset"
        breaks ["verify-sets-flag"]
        "A change of password takes back that the phone is verified."
    EMPTY_PASSWORD_TAKEN "empty-password-taken" at "PUT /auth/password-reset"
        breaks ["change-password-new-signs-in"]
        "An empty new password is taken and not set."
    RESET_TOKEN_COMPLETES "reset-token-completes" at "PUT /auth/complete"
        breaks ["reset-token-changes-nothing-before-verification"]
        "A reset token completes the account once more before its phone is verified."
    PHONE_SHOWN_VERIFIED "phone-shown-verified" at "GET /auth/user"
        breaks ["signup-flags-false", "guest-flags-false"]
        "Who is not complete is shown with a verified phone."
    CHANGE_KEEPS_OTHERS "change-keeps-others" at "PUT /auth/password-reset"
        breaks ["change-password-drops-other-sessions"]
        "A change leaves the other sessions alive."
    CHANGE_KEEPS_REFRESH "change-keeps-refresh" at "PUT /auth/password-reset"
        breaks ["change-password-drops-other-sessions"]
        "A change leaves the refresh tokens of other sessions alive."
    RESET_CUTS_PASSWORD "reset-cuts-password" at "PUT /auth/password-reset"
        breaks ["reset-new-password-signs-in"]
        "A reset stores no more than 64 characters of the password."
    CHANGE_CUTS_PASSWORD "change-cuts-password" at "PUT /auth/password-reset"
        breaks ["change-password-new-signs-in"]
        "A change stores no more than 64 characters of the password."
    CHANGE_DOES_NOTHING "change-does-nothing" at "PUT /auth/password-reset"
        breaks ["change-password-new-signs-in", "change-password-wrong-old-refused",
            "reset-no-password-refused", "token-by-username"]
        "A change is answered, and changes nothing."
    CHANGE_ALWAYS_REFUSED "change-always-refused" at "PUT /auth/password-reset"
        breaks ["change-password-right-old"]
        "A change with the right old_password is refused."
    PROFILE_NOT_STORED "profile-not-stored" at "PUT /auth/user"
        breaks ["profile-write-kept", "accounts-write-only-themselves", "logout-ends-access",
            "profile-long-text-survives", "profile-malformed-refused", "profile-text-survives", "profile-unsent-stays"]
        "A profile update is answered, and not stored."
    PROFILE_ANSWERS_OLD "profile-answers-old" at "PUT /auth/user"
        breaks ["profile-write-answered", "profile-long-text-survives", "profile-text-survives"]
        "A profile update answers the profile as it was."
    PROFILE_CLEARS_UNSENT "profile-clears-unsent" at "PUT /auth/user"
        breaks ["profile-unsent-stays", "profile-write-kept"]
        "A profile update clears what was not sent."
    PROFILE_WRITE_UNVERIFIES_EMAIL "profile-write-unverifies-email" at "PUT /auth/user"
        breaks ["profile-unsent-stays"]
        "A profile update takes back that the email is verified."
    PROFILE_CLEARS_LANGUAGES "profile-clears-languages" at "PUT /auth/user"
        breaks ["profile-unsent-stays"]
        "A profile update without languages empties them."
    PROFILE_ANSWERS_SENT_FLAGS "profile-answers-sent-flags" at "PUT /auth/user"
        breaks ["profile-verified-flags-read-only"]
        "A profile update answers the verified flags that were sent, and keeps the old ones."
    PROFILE_NAMES_BMP "profile-names-bmp" at "PUT /auth/user"
        breaks ["profile-text-survives"]
        "Names lose the characters beyond the first 65,536."
    PROFILE_FALSY_LOST "profile-falsy-lost" at "PUT /auth/user"
        breaks ["profile-write-answered", "profile-write-kept"]
        "A profile update ignores false, zero and what is empty."
    PROFILE_DATE_SHIFTED "profile-date-shifted" at "PUT /auth/user"
        breaks ["profile-write-answered", "profile-write-kept", "profile-malformed-refused",
            "profile-unsent-stays"]
        "A birth date is stored as the day before."
    PROFILE_DATE_BEFORE_1970 "profile-date-before-1970" at "PUT /auth/user"
        breaks ["profile-write-answered", "profile-write-kept"]
        "A birth date before 1970 is stored as the first day of that year."
    PROFILE_DATE_BEFORE_1900_500 "profile-date-before-1900-500" at "PUT /auth/user"
        breaks ["no-server-error"]
        "A birth date before 1900 is answered with 500."
    PROFILE_LEAP_DAY_OF_CENTURY "profile-leap-day-of-century" at "PUT /auth/user"
        breaks ["profile-write-answered", "profile-write-kept"]
        "The leap day of the year 2000 is stored as the first of March."
    PROFILE_LANGUAGES_SORTED "profile-languages-sorted" at "PUT /auth/user"
        breaks ["profile-write-answered", "profile-write-kept"]
        "Languages come back in another order."
    PROFILE_DESCRIPTION_LOST "profile-description-lost" at "PUT /auth/user"
        breaks ["profile-write-answered", "profile-write-kept", "profile-text-survives",
            "profile-long-text-survives", "accounts-write-only-themselves", "profile-unsent-stays"]
        "The description is never stored."
    PROFILE_GENDER_LOST "profile-gender-lost" at "PUT /auth/user"
        breaks ["profile-write-answered", "profile-write-kept"]
        "The gender of a profile update is not stored."
    PROFILE_BIRTH_DATE_LOST "profile-birth-date-lost" at "PUT /auth/user"
        breaks ["profile-write-answered", "profile-write-kept", "profile-malformed-refused",
            "profile-unsent-stays"]
        "The birth date of a profile update is not stored."
    PROFILE_TIMEZONE_LOST "profile-timezone-lost" at "PUT /auth/user"
        breaks ["profile-write-answered", "profile-write-kept"]
        "The timezone of a profile update is not stored."
    PROFILE_LAST_NAME_LOST "profile-last-name-lost" at "PUT /auth/user"
        breaks ["profile-write-answered", "profile-write-kept", "profile-text-survives",
            "profile-unsent-stays"]
        "The last name of a profile update is not stored."
    PROFILE_LANGUAGES_LOST "profile-languages-lost" at "PUT /auth/user"
        breaks ["profile-write-answered", "profile-write-kept"]
        "The languages of a profile update are not stored."
    PROFILE_EXPERIENCE_LOST "profile-experience-lost" at "PUT /auth/user"
        breaks ["profile-write-answered", "profile-write-kept", "profile-malformed-refused",
            "profile-unsent-stays"]
        "The experience of a profile update is not stored."
    PROFILE_PARKING_LOST "profile-parking-lost" at "PUT /auth/user"
        breaks ["profile-write-answered", "profile-write-kept", "profile-malformed-refused",
            "profile-unsent-stays"]
        "Whether parking is needed is not stored by a profile update."
    PROFILE_FLAGS_WRITABLE "profile-flags-writable" at "PUT /auth/user"
        breaks ["profile-verified-flags-read-only"]
        "verifiedEmail can be written."
    PROFILE_ID_WRITABLE "profile-id-writable" at "PUT /auth/user"
        breaks ["profile-id-read-only"]
        "The id can be written."
    PROFILE_TYPE_WRITABLE "profile-type-writable" at "PUT /auth/user"
        breaks ["profile-type-read-only"]
        "The type can be written."
    PROFILE_PHONE_WRITABLE "profile-phone-writable" at "PUT /auth/user"
        breaks ["profile-phone-read-only"]
        "The phone can be written."
    SIGNUP_FLAGS_WRITABLE "signup-flags-writable" at "POST /auth/signup"
        breaks ["complete-needs-verification"]
        "A signup that says that its phone is verified is believed."
    SIGNUP_SHOWS_EMAIL_BEFORE "signup-shows-email-before" at "POST /auth/signup"
        breaks ["accounts-read-only-themselves"]
        "A signup that gives no email is answered with that of the one before."
    GUEST_TYPE_WRITABLE "guest-type-writable" at "POST /auth/guest"
        breaks ["guest-type-guest"]
        "A guest that calls itself a coach is one."
    COMPLETE_FLAGS_WRITABLE "complete-flags-writable" at "PUT /auth/complete"
        breaks ["email-unverified-before-link"]
        "A completion that says that its email is verified is believed."
    COMPLETE_TYPE_WRITABLE "complete-type-writable" at "PUT /auth/complete"
        breaks ["complete-type-kept"]
        "A completion can give the account another type."
    COMPLETE_PHONE_WRITABLE "complete-phone-writable" at "PUT /auth/complete"
        breaks ["verify-sets-flag"]
        "A completion can give the account a phone that nobody has shown."
    PROFILE_TEXT_TRIMMED "profile-text-trimmed" at "PUT /auth/user"
        breaks ["profile-text-survives"]
        "Spaces around text are lost."
    PROFILE_EMPTY_TEXT_NULL "profile-empty-text-null" at "PUT /auth/user"
        breaks ["profile-write-answered", "profile-write-kept"]
        "Empty text is stored as null."
    PROFILE_NULL_WORD "profile-null-word" at "PUT /auth/user"
        breaks ["profile-text-survives"]
        "A name or text that spells null is stored as null."
    PROFILE_NULL_PRINTED "profile-null-printed" at "PUT /auth/user"
        breaks ["profile-write-kept", "user-profile-out-model"]
        "What is null is stored as the word None."
    PROFILE_TEXT_ESCAPED "profile-text-escaped" at "PUT /auth/user"
        breaks ["profile-text-survives"]
        "Markup in text comes back escaped."
    PROFILE_TEXT_ASCII "profile-text-ascii" at "PUT /auth/user"
        breaks ["profile-text-survives", "profile-long-text-survives"]
        "Letters outside ASCII come back as question marks."
    PROFILE_TEXT_BMP "profile-text-bmp" at "PUT /auth/user"
        breaks ["profile-text-survives"]
        "Characters of four bytes are lost."
    PROFILE_TEXT_CUT "profile-text-cut" at "PUT /auth/user"
        breaks ["profile-long-text-survives"]
        "Text is cut after 255 characters."
    PROFILE_TEXT_CUT_BYTES "profile-text-cut-bytes" at "PUT /auth/user"
        breaks ["profile-long-text-survives"]
        "Text is cut after 1,000 bytes."
    PROFILE_LONG_TEXT_500 "profile-long-text-500" at "PUT /auth/user"
        breaks ["no-server-error"]
        "Text of more than 255 characters is answered with 500."
    PROFILE_UNSTABLE "profile-unstable" at "GET /auth/user"
        breaks ["profile-stable"]
        "Each read of a profile counts as a session."
    PROFILE_BY_QUERY "profile-by-query" at "GET /auth/user"
        breaks ["accounts-read-only-themselves"]
        "The profile shown is that of the id in the address."
    COMPLETE_BY_ANYONES_CODE "complete-by-anyones-code" at "PUT /auth/complete"
        breaks ["complete-needs-verification"]
        "A signup is completed once anybody has verified its phone."
    PROFILE_OF_NEWEST "profile-of-newest" at "GET /auth/user"
        breaks ["accounts-read-only-themselves", "signup-is-own-account", "guest-is-own-account",
            "refresh-keeps-account", "token-works", "accounts-write-only-themselves",
            "email-link-verifies", "signup-flags-false",
        ]
        "The profile shown is the newest account's."
    PROFILE_WRITES_ALL "profile-writes-all" at "PUT /auth/user"
        breaks ["accounts-write-only-themselves"]
        "A profile update is written to every account."
    PROFILE_NAMES_OF_FIRST "profile-names-of-first" at "PUT /auth/user"
        breaks ["accounts-write-only-themselves"]
        "A profile update that leaves out the first name takes that of the first account."
    PROFILE_LANGUAGES_SHARED "profile-languages-shared" at "PUT /auth/user"
        breaks ["accounts-write-only-themselves"]
        "The list of languages of a profile update shows in every profile that has as many."
    LONG_LANGUAGE_500 "long-language-500" at "PUT /auth/user"
        breaks ["no-server-error"]
        "A language of more than 255 characters is answered with 500."
    EMAIL_BEYOND_ASCII_500 "email-beyond-ascii-500" at "PUT /auth/complete"
        breaks ["no-server-error"]
        "An email that is not all ASCII is answered with 500."
    LONG_USERNAME_500 "long-username-500" at "PUT /auth/complete"
        breaks ["no-server-error"]
        "A username of more than 255 characters is answered with 500."
    LONG_OLD_PASSWORD_500 "long-old-password-500" at "PUT /auth/complete"
        breaks ["no-server-error"]
        "An oldPassword of more than 72 characters is answered with 500."
    NULL_IN_PASSWORD_500 "null-in-password-500" at "PUT /auth/complete"
        breaks ["no-server-error"]
        "A password with a null character is answered with 500."
    PASSWORD_ENDS_AT_NULL "password-ends-at-null" at "PUT /auth/complete"
        breaks ["token-wrong-password-refused"]
        "A password counts as far as its first null character."
    TRADE_LOSES_EXPERIENCE "trade-loses-experience" at "PUT /auth/user"
        breaks ["profile-write-kept"]
        "The experience of a coach or a studio is not stored."
    PROFILE_LANGUAGES_CUT "profile-languages-cut" at "PUT /auth/user"
        breaks ["profile-write-kept"]
        "Languages after the tenth are dropped."
    PROFILE_TEXT_NUMBERS "profile-text-numbers" at "PUT /auth/user"
        breaks ["profile-text-survives"]
        "A text of digits loses its zeros in front."
    RESET_UNLOCKS_CHANGES "reset-unlocks-changes" at "PUT /auth/password-reset"
        breaks ["change-password-missing-old-refused"]
        "Once a reset is verified, any token of the account sets a password without the old one."
    RESET_SIGNED_IN_UNLOCKED "reset-signed-in-unlocked" at "POST /auth/password-reset"
        breaks ["reset-token-sets-nothing-before-verification"]
        "A reset is unlocked where whoever asks for it is signed in."
    RESET_UNLOCKS_LATER_ONES "reset-unlocks-later-ones" at "POST /auth/password-reset"
        breaks ["reset-token-sets-nothing-before-verification"]
        "Once a reset is verified, those that are asked for later need no code."
    SIGNUP_JOINS_CALLER "signup-joins-caller" at "POST /auth/signup"
        breaks ["signup-is-own-account"]
        "A signup with a bearer token is for the account of that token."
    GUEST_JOINS_CALLER "guest-joins-caller" at "POST /auth/guest"
        breaks ["guest-is-own-account"]
        "A guest with a bearer token is the account of that token."
    SIGNUP_KNOWN_PHONE_HIDES "signup-known-phone-hides" at "POST /auth/signup"
        breaks ["token-by-phone"]
        "An unfinished signup with its phone hides an account from its own sign-in."
}
