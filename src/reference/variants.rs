//! The legitimate freedoms: one table of ways to differ that the contract leaves open.
//!
//! A deployment that takes any of them, or any combination without a conflict, is conformant.
//! Each is one small branch where it acts.

use std::fmt;

macro_rules! variants {
    ($($name:ident $id:literal $sentence:literal)*) => {
        /// One legitimate freedom.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Variant {
            $(#[doc = $sentence] $name,)*
        }

        impl Variant {
            /// Every variant, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The stable name.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }

            /// What a server that takes it does.
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence,)* }
            }
        }
    };
}

variants! {
    // Tokens and sessions.
    RefreshNotRotated "refresh-not-rotated" "A refresh answers with the same refresh token, which goes on working."
    RefreshEndsOldAccess "refresh-ends-old-access" "A refresh ends the access token issued before it."
    ReplayEndsSession "replay-ends-session" "Replaying a rotated refresh token ends the whole session."
    ExpiriesAsEpoch "expiries-as-epoch" "Both expiries are epoch seconds instead of seconds to live."
    Base64Tokens "base64-tokens" "Tokens are padded base64, with plus signs and slashes."
    JwtLikeTokens "jwt-like-tokens" "Tokens are long and have three base64url parts."
    ShortAccess "short-access" "An access token lives for five minutes only."
    EarlierSessionsEndedBySignIn "earlier-sessions-ended-by-sign-in" "Signing in ends every earlier session of the account."
    LogoutDropsAllSessions "logout-drops-all-sessions" "Logging out ends every session of the account."
    LogoutNullBody "logout-null-body" "A logout answers with the JSON value null."
    LogoutEmptyBody "logout-empty-body" "A logout answers with no body at all."
    PasswordChangeEndsCaller "password-change-ends-caller" "A password change ends the session that asked for it, too."
    SignupTokenDeadAfterCompletion "signup-token-dead-after-completion" "Completion ends the session of the signup."
    CompletePasswordDropsSessions "complete-password-drops-sessions" "Replacing the password by completion drops the other sessions."
    ScopesEmpty "scopes-empty" "The scopes of a token are the empty string."
    ScopesMany "scopes-many" "The scopes of a token are several words."
    BearerCaseSensitive "bearer-case-sensitive" "Only the spelling Bearer is taken as a scheme."
    // Clients and sign-in.
    GrantTypeRequired "grant-type-required" "A token request without grant_type is invalid."
    ClientIdRequired "client-id-required" "A token request without client_id is invalid."
    ClientSecretRequired "client-secret-required" "A token request with a client_id and no client_secret is refused."
    BadClientIdAsBadClient "bad-client-id-as-bad-client" "A client_id that is no UUID is answered as bad client credentials at token."
    MissingPasswordAsBadCredentials "missing-password-as-bad-credentials" "A token request without username or password is answered as bad credentials."
    BlockedUserRefusedAtSignIn "blocked-user-refused-at-sign-in" "A blocked user cannot sign in."
    BlockedUserRefusedEverywhere "blocked-user-refused-everywhere" "A blocked user's token is refused wherever the contract does not name another answer."
    BlockedUserToldEverywhere "blocked-user-told-everywhere" "A blocked user is told so at every operation, also at sign-in."
    // Signup, guest and completion.
    TypeGuestUntilCompletion "type-guest-until-completion" "The type stays guest until the account is complete."
    GuestTypeAtSignup "guest-type-at-signup" "A signup of type guest is taken."
    KnownPhoneAtSignupFresh "known-phone-at-signup-fresh" "A signup with the phone of a completed account is taken, and cannot be completed."
    KnownPhoneAtSignupCompletes "known-phone-at-signup-completes" "A signup with the phone of a completed account is taken, and completes an account of its own."
    PendingPhoneAtSignupRefused "pending-phone-at-signup-refused" "A signup with the phone of an unfinished signup is refused."
    SignupPhoneRequired "signup-phone-required" "A signup without a phone is invalid."
    SignupEmailShownNull "signup-email-shown-null" "The answer to a signup shows no email."
    SessionNullForGuests "session-null-for-guests" "A guest gets no verification session."
    GuestWithoutTimezone "guest-without-timezone" "The timezone given by a guest is not kept."
    CompleteAgainRefused "complete-again-refused" "A completed account cannot be completed again, but for replacing its password."
    CompleteEmptyRefused "complete-empty-refused" "Completion without any field is refused."
    CompleteTakesAnyEmail "complete-takes-any-email" "Completion does not check the form of an email."
    CompleteWithoutPasswordRefused "complete-without-password-refused" "The first completion needs a password."
    MailSentOnCompletion "mail-sent-on-completion" "Completion with a new email sends the verification mail at once."
    MailAnHourApart "mail-an-hour-apart" "Completion with a new email sends the verification mail at once, and the next one is sent an hour later."
    // Phone verification.
    WaitsPerPhone "waits-per-phone" "The wait between two codes is counted per phone, over sessions and accounts."
    WaitsPerAccount "waits-per-account" "The wait between two codes is counted per account."
    LimitsPerPhone "limits-per-phone" "Sends and guesses are counted per phone."
    LimitsPerAccount "limits-per-account" "Sends and guesses are counted per account."
    SuccessClearsCounts "success-clears-counts" "An accepted code clears the waits and limits of its phone."
    RetryBlockFirst "retry-block-first" "Blocked sending is answered before its wait has passed, too."
    EveryGuessCounts "every-guess-counts" "The right code of a sid that is used up counts as a guess."
    DeadGuessesUncounted "dead-guesses-uncounted" "A wrong code for a sid that is used up does not count."
    GuessesForgotten "guesses-forgotten" "A wrong code counts for ten minutes, as long as the wait between two codes, and none counts after the eight minutes that a code lasts."
    LowLimits "low-limits" "Two codes are sent, and two guesses taken, before the block."
    HighLimits "high-limits" "Twenty codes are sent, and twenty guesses taken, before the block."
    LongWaits "long-waits" "The wait between two codes, or two mails, is ten minutes."
    ResetWaitsLonger "reset-waits-longer" "The wait after a code of a reset is twice as long, and comes before there is nothing left to verify."
    MailWaitsForCodes "mail-waits-for-codes" "There is one wait for all messages to a user: a code makes the next mail wait, too."
    WaitNumberFixed "wait-number-fixed" "The message of please-wait always says sixty seconds."
    OlderSidLives "older-sid-lives" "A newer code leaves the older ones usable."
    WaitBeforeVerified "wait-before-verified" "Whoever asks again for what is verified is told to wait first, while there is a wait."
    VerifiedBeforeBlocked "verified-before-blocked" "A blocked user whose phone is verified hears that it is."
    EmptyCodeBeforeBlocked "empty-code-before-blocked" "A blocked user with an empty code hears that it is empty."
    UuidSids "uuid-sids" "Sids and verification sessions are UUIDs."
    EmptyCodeUsesAttempt "empty-code-uses-attempt" "An empty code uses up the attempt."
    NullCodeInvalid "null-code-invalid" "A code of null is invalid input."
    UnknownSidInvalid "unknown-sid-invalid" "A sid never issued is invalid input instead of an invalid code."
    VerifySessionRequired "verify-session-required" "A code is sent only for a session that is named."
    MoreChannels "more-channels" "Codes can also be sent by whatsapp and voice."
    CheckEmptyBody "check-empty-body" "The phone check answers with no body at all."
    CheckNullBody "check-null-body" "The phone check answers with the JSON value null."
    // Email verification.
    EmailLinkNeedsBearer "email-link-needs-bearer" "A mailed link works only with the account's own bearer token."
    EmailLinkReusable "email-link-reusable" "A mailed link can be followed again."
    ShortLinks "short-links" "A mailed link works for four minutes, and the next is mailed ten minutes after it."
    EmailLinkEmptyBody "email-link-empty-body" "A good link answers with no body at all."
    EmailLinkPage "email-link-page" "A good link answers with an HTML page, and refuses whoever takes none."
    NewerLinkEndsOlder "newer-link-ends-older" "A newer mail ends the links of the older ones."
    NoEmailTaken "no-email-taken" "A verification mail asked for without an email is taken, and nothing is sent."
    // Reset.
    UnknownPhoneAtResetDecoy "unknown-phone-at-reset-decoy" "A reset for an unknown phone goes through the motions and unlocks nothing."
    ResetAnswerTellsNothing "reset-answer-tells-nothing" "The answer to a reset shows a guest without an email."
    ResetFlagsOfAccount "reset-flags-of-account" "The answer to a reset shows the account's own flags."
    ResetTokenChangesAfterVerification "reset-token-changes-after-verification" "A verified reset token also changes the profile."
    ResetTokenReadsAfterVerification "reset-token-reads-after-verification" "A verified reset token also reads the profile."
    OtherResetsGoOn "other-resets-go-on" "A finished reset leaves other unfinished resets of the account alive."
    // Profile.
    FilledProfile "filled-profile" "Profile values never set have defaults instead of null."
    ProfileCompletionObject "profile-completion-object" "profileCompletion is an object."
    ProfileCompletionString "profile-completion-string" "profileCompletion is a string."
    ProfileCompletionNull "profile-completion-null" "profileCompletion is null."
    NullKeepsValue "null-keeps-value" "A null in a profile update leaves the value as it was."
    ProfileFieldError "profile-field-error" "A malformed profile value is answered with the documented field error."
    UrlsChange "urls-change" "The addresses of media are signed anew for every read."
    GenderListed "gender-listed" "Only male, female and other are genders."
    ExperienceLimited "experience-limited" "Experience is between 0 and 80 years."
    LanguageCodesOnly "language-codes-only" "Languages are codes of two or three small letters."
    TimezoneChecked "timezone-checked" "Only names of the time zone database are taken as a timezone."
    // Input in general.
    UnknownRequestFieldsRefused "unknown-request-fields-refused" "A field that is not documented is invalid."
    NullOptionalRefused "null-optional-refused" "A null in an optional field is invalid."
    IntegralFloatsTaken "integral-floats-taken" "A number like 3.0 is taken as an integer."
    DuplicateKeysRefused "duplicate-keys-refused" "A JSON object that repeats a key is invalid."
    FormRefusedOutsideToken "form-refused-outside-token" "Form input is taken at token only."
    WrongMediaTypeInvalid "wrong-media-type-invalid" "A content type that is not taken is answered with 422 instead of 415."
    // Responses in general.
    ExtraFields "extra-fields" "Every JSON object has a field, and every response a header, that is not documented."
    FieldsReversed "fields-reversed" "The fields of a response come in the opposite order."
    PrettyJson "pretty-json" "JSON is indented."
    AsciiJson "ascii-json" "JSON is written in ASCII, everything else escaped."
    LongerCacheControl "longer-cache-control" "Cache-Control says more than no-store."
    LongerChallenge "longer-challenge" "WWW-Authenticate names a realm and an error."
    CharsetNamed "charset-named" "The content type of a JSON body names its charset."
    EmptyDetail "empty-detail" "The detail of a validation error is an empty array."
    VerboseDetail "verbose-detail" "The items of a validation error have more keys."
    Free405Body "free-405-body" "A method that is not allowed is answered with an HTML page."
    Text404 "text-404" "An unknown path is answered with plain text."
    GuardBeforeRouting "guard-before-routing" "A path that takes access tokens refuses whoever brings none before it looks at the method."
    OptionsRefused "options-refused" "OPTIONS is answered with 405."
    LengthRequired "length-required" "A POST or PUT that does not say how long its body is, also none, is answered with 411."
    HeadRefused "head-refused" "HEAD is answered with 405."
}

/// Pairs of which a server can take only one.
pub const CONFLICTS: &[(Variant, Variant)] = &[
    (Variant::RefreshNotRotated, Variant::ReplayEndsSession),
    (Variant::ScopesEmpty, Variant::ScopesMany),
    (Variant::LogoutNullBody, Variant::LogoutEmptyBody),
    (Variant::CheckEmptyBody, Variant::CheckNullBody),
    (Variant::EmailLinkEmptyBody, Variant::EmailLinkPage),
    (Variant::WaitsPerPhone, Variant::WaitsPerAccount),
    (Variant::LimitsPerPhone, Variant::LimitsPerAccount),
    (Variant::WaitsPerPhone, Variant::ResetWaitsLonger),
    (Variant::WaitsPerAccount, Variant::ResetWaitsLonger),
    (Variant::LowLimits, Variant::HighLimits),
    (Variant::LowLimits, Variant::LimitsPerPhone),
    (Variant::LowLimits, Variant::LimitsPerAccount),
    (Variant::LowLimits, Variant::EveryGuessCounts),
    (Variant::DeadGuessesUncounted, Variant::EveryGuessCounts),
    (Variant::DeadGuessesUncounted, Variant::GuessesForgotten),
    (Variant::Base64Tokens, Variant::JwtLikeTokens),
    (Variant::ResetAnswerTellsNothing, Variant::ResetFlagsOfAccount),
    (Variant::ProfileCompletionObject, Variant::ProfileCompletionString),
    (Variant::ProfileCompletionObject, Variant::ProfileCompletionNull),
    (Variant::ProfileCompletionString, Variant::ProfileCompletionNull),
    (Variant::NullKeepsValue, Variant::NullOptionalRefused),
    (Variant::EmptyDetail, Variant::VerboseDetail),
];

/// A set of variants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VariantSet(u128);

/// Why a set of variants cannot be played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VariantError {
    /// No variant has this name.
    Unknown(String),
    /// Both cannot be true of one server.
    Conflict(Variant, Variant),
}

impl fmt::Display for VariantError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(name) => write!(f, "no variant is named `{name}`"),
            Self::Conflict(one, other) => {
                write!(f, "`{}` and `{}` exclude each other", one.id(), other.id())
            }
        }
    }
}

impl std::error::Error for VariantError {}

impl VariantSet {
    /// The set without any variant.
    pub const EMPTY: Self = Self(0);

    /// The same set with `variant` in it.
    #[must_use]
    pub const fn with(self, variant: Variant) -> Self {
        Self(self.0 | 1 << variant as u8)
    }

    /// Whether `variant` is in the set.
    pub const fn contains(self, variant: Variant) -> bool {
        self.0 & (1 << variant as u8) != 0
    }

    /// The variants of the set, in the order of the table.
    pub fn iter(self) -> impl Iterator<Item = Variant> {
        let all = Variant::ALL.iter().copied();
        all.filter(move |variant| self.contains(*variant))
    }

    /// The set of these ids.
    ///
    /// # Errors
    /// When an id is unknown, or two of them exclude each other.
    pub fn parse<'a>(ids: impl IntoIterator<Item = &'a str>) -> Result<Self, VariantError> {
        let mut set = Self::EMPTY;
        for id in ids {
            let variant = Variant::ALL.iter().find(|variant| variant.id() == id);
            set = set.with(*variant.ok_or_else(|| VariantError::Unknown(id.to_owned()))?);
        }
        set.check()?;
        Ok(set)
    }

    /// Whether one server can play the whole set.
    ///
    /// # Errors
    /// With the first pair that excludes each other.
    pub fn check(self) -> Result<(), VariantError> {
        let pair = CONFLICTS.iter().find(|(one, other)| self.contains(*one) && self.contains(*other));
        pair.map_or(Ok(()), |(one, other)| Err(VariantError::Conflict(*one, *other)))
    }
}

impl FromIterator<Variant> for VariantSet {
    fn from_iter<I: IntoIterator<Item = Variant>>(variants: I) -> Self {
        variants.into_iter().fold(Self::EMPTY, Self::with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_table_is_sound() {
        assert!(Variant::ALL.len() <= 128, "the set is a u128");
        let ids: HashSet<&str> = Variant::ALL.iter().map(|variant| variant.id()).collect();
        assert_eq!(ids.len(), Variant::ALL.len(), "ids are unique");
        for variant in Variant::ALL {
            let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(variant.id().chars().all(kebab), "{}", variant.id());
            assert!(variant.sentence().ends_with('.'), "{}", variant.id());
        }
    }

    #[test]
    fn parses_ids_and_finds_conflicts() {
        let set = VariantSet::parse(["extra-fields", "text-404"]).unwrap();
        assert_eq!(set.iter().collect::<Vec<_>>(), [Variant::ExtraFields, Variant::Text404]);
        assert_eq!(VariantSet::parse(["nope"]), Err(VariantError::Unknown("nope".to_owned())));
        let both = VariantSet::parse(["low-limits", "high-limits"]);
        assert_eq!(both.unwrap_err().to_string(), "`low-limits` and `high-limits` exclude each other");
    }
}
