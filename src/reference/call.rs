//! One request on its way through an operation: who calls, with what, at what time.

use std::borrow::Cow;

use super::account::{Account, AccountId};
use super::app::Config;
use super::bodies;
use super::clock::Moment;
use super::errors::{Documented, Refusal};
use super::faults::{self, Fault};
use super::fields::Fields;
use super::input;
use super::password::StoredPassword;
use super::reply::Reply;
use super::request::Request;
use super::session::{Mint, Purpose, SessionId, Sessions, TokenKind, TokenPair};
use super::state::State;
use super::switches::Switches;
use super::variants::Variant;

/// Everything that an operation works on.
pub(super) struct Call<'a> {
    pub(super) config: &'a Config,
    pub(super) state: &'a mut State,
    pub(super) request: &'a Request,
    /// The operation that was called.
    pub(super) operation: &'static str,
    /// How often that operation has been called, this time included.
    pub(super) nth: u32,
    pub(super) now: Moment,
}

/// Whose token a request carries.
#[derive(Debug, Clone, Copy)]
pub(super) struct Caller {
    pub(super) session: SessionId,
    pub(super) account: AccountId,
    pub(super) purpose: Purpose,
    /// The phone of a reset is verified.
    pub(super) unlocked: bool,
}

/// What an operation does with an account, which decides whose token will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Reads the account.
    Reads,
    /// Changes the account.
    Changes,
    /// Only concerns the caller's session.
    Session,
    /// Verifies something, and tells a blocked user so by an error of its own.
    Verification,
}

/// The faults by which a refresh token is taken as an access token.
static REFRESH_TOKEN_TAKEN: [&Fault; 4] = [
    &faults::REFRESH_TOKEN_OPENS,
    &faults::REFRESH_TOKEN_SHOWS_CODES,
    &faults::REFRESH_TOKEN_COMPLETES,
    &faults::REFRESH_TOKEN_CHANGES_PASSWORD,
];

/// The faults by which an operation needs no token.
static NO_TOKEN_NEEDED: [&Fault; 6] = [
    &faults::PROFILE_WITHOUT_BEARER,
    &faults::UPDATE_WITHOUT_BEARER,
    &faults::CHECK_WITHOUT_BEARER,
    &faults::LOGOUT_WITHOUT_BEARER,
    &faults::REFRESH_WITHOUT_BEARER,
    &faults::EMAIL_START_WITHOUT_BEARER,
];

/// The faults by which a token that was just issued does not work.
static DEAD_TOKENS: [(&Fault, TokenKind); 8] = [
    (&faults::REFRESH_DEAD_ACCESS, TokenKind::Access),
    (&faults::REFRESH_DEAD_REFRESH, TokenKind::Refresh),
    (&faults::SIGN_IN_DEAD_ACCESS, TokenKind::Access),
    (&faults::COMPLETE_DEAD_ACCESS, TokenKind::Access),
    (&faults::COMPLETE_DEAD_REFRESH, TokenKind::Refresh),
    (&faults::RESET_DEAD_ACCESS, TokenKind::Access),
    (&faults::RESET_DEAD_REFRESH, TokenKind::Refresh),
    (&faults::GUEST_DEAD_ACCESS, TokenKind::Access),
];

/// The faults by which a refresh token that was just issued lives so many halves of the life that it states.
static WRONG_REFRESH_LIVES: [(&Fault, u32); 4] = [
    (&faults::COMPLETE_REFRESH_ENDS_EARLY, 1),
    (&faults::COMPLETE_REFRESH_UNENDING, 200),
    (&faults::CHANGE_REFRESH_ENDS_EARLY, 1),
    (&faults::CHANGE_REFRESH_UNENDING, 200),
];

impl Call<'_> {
    /// The behaviour that was switched on.
    pub(super) const fn switches(&self) -> Switches {
        self.config.switches
    }

    /// Whether this legitimate freedom is taken.
    pub(super) fn variant(&self, variant: Variant) -> bool {
        self.config.switches.variant(variant)
    }

    /// Whether this wrong is done.
    pub(super) fn fault(&self, fault: &'static Fault) -> bool {
        self.config.switches.fault(fault)
    }

    /// The fields of the body.
    pub(super) fn fields(&self) -> Result<Fields, Refusal> {
        if self.request.media_type().as_deref() == Some("application/x-www-form-urlencoded")
            && self.fault(&faults::FORM_500)
        {
            return Err(Refusal::Crash);
        }
        let forms = !self.variant(Variant::FormRefusedOutsideToken);
        self.fields_of(forms)
    }

    /// The fields of the body, form input included or not.
    pub(super) fn fields_of(&self, forms: bool) -> Result<Fields, Refusal> {
        let input = input::read(self.request, self.switches(), forms)?;
        Ok(Fields::new(input, self.switches()))
    }

    /// The token that the request carries.
    pub(super) fn token(&self) -> Result<&str, Refusal> {
        let exact = self.variant(Variant::BearerCaseSensitive);
        let token = self.request.bearer(exact).or_else(|| self.odd_token());
        token.ok_or_else(|| Documented::BadCredentials.into())
    }

    fn odd_token(&self) -> Option<&str> {
        let header = self.request.authorization()??;
        match header.split_once(' ') {
            Some((_, token)) if self.fault(&faults::ANY_SCHEME_TAKEN) => Some(token),
            Some((scheme, token)) if scheme.len() == 6 && self.fault(&faults::SCHEME_CUT_OFF) => Some(token),
            Some((scheme, token))
                if scheme.eq_ignore_ascii_case("token") && self.fault(&faults::TOKEN_SCHEME_TAKEN) =>
            {
                Some(token)
            }
            Some((scheme, token))
                if scheme.eq_ignore_ascii_case("bearer") && self.fault(&faults::TRAILED_TOKEN_TAKEN) =>
            {
                token.split(',').next()
            }
            None if self.fault(&faults::BARE_TOKEN_TAKEN) => Some(header),
            _ => None,
        }
    }

    /// Whoever holds the token that the request carries.
    pub(super) fn caller(&self, kind: TokenKind, reach: Reach) -> Result<Caller, Refusal> {
        let sessions = &self.state.sessions;
        let found = match self.token() {
            Ok(token) => sessions.find(token, kind, self.now).or_else(|| self.odd_session(token, kind)),
            Err(_) if self.request.authorization().is_none() => self.session_without_token(),
            Err(_) => None,
        };
        let id = found.ok_or(Documented::BadCredentials)?;
        let session = sessions.get(id);
        let caller =
            Caller { session: id, account: session.account, purpose: session.purpose, unlocked: session.unlocked };
        let told = reach != Reach::Verification && self.variant(Variant::BlockedUserToldEverywhere);
        if told && self.account(caller).blocked {
            return Err(Documented::UserBlocked.into());
        }
        if self.may(caller, reach) { Ok(caller) } else { Err(Documented::BadCredentials.into()) }
    }

    fn odd_session(&self, token: &str, kind: TokenKind) -> Option<SessionId> {
        let sessions = &self.state.sessions;
        let access = kind == TokenKind::Access;
        let expired_is_taken = if access {
            self.fault(&faults::ACCESS_NEVER_EXPIRES)
                || self.fault(&faults::LOGOUT_TAKES_EXPIRED) && self.operation == faults::LOGOUT_TAKES_EXPIRED.operation
        } else {
            self.fault(&faults::REFRESH_NEVER_EXPIRES)
        };
        if access && self.fault(&faults::RESET_ACCESS_NEVER_EXPIRES) {
            let found = sessions.find(token, kind, Moment::ZERO);
            found.filter(|id| sessions.get(*id).purpose == Purpose::Reset)
        } else if access && self.fault(&faults::ACCESS_BEFORE_REFRESH_OUTLIVES_SESSION) {
            sessions.outlived(token, self.now)
        } else if self.fault(if access { &faults::LOGOUT_WEARS_OFF } else { &faults::LOGOUT_OF_REFRESH_WEARS_OFF }) {
            sessions.forgotten(token, kind, self.now)
        } else if !access && self.fault(&faults::ROTATION_WEARS_OFF) {
            let settings = &self.config.settings;
            sessions.traded_in(token, self.now, settings.refresh_life.saturating_sub(settings.access_life))
        } else if expired_is_taken {
            sessions.find(token, kind, Moment::ZERO)
        } else if access
            && REFRESH_TOKEN_TAKEN
                .iter()
                .any(|fault| self.fault(fault) && [self.operation, "all"].contains(&fault.operation))
        {
            sessions.find(token, TokenKind::Refresh, self.now)
        } else if !access && self.fault(&faults::ACCESS_TOKEN_REFRESHES) {
            sessions.find(token, TokenKind::Access, self.now)
        } else if self.fault(&faults::UNKNOWN_TOKEN_TAKEN) && !sessions.knows(token) {
            sessions.newest()
        } else if self.fault(&faults::TAMPERED_TOKEN_TAKEN) {
            sessions.nearly(token, kind, self.now)
        } else if self.fault(&faults::SHORTENED_TOKEN_TAKEN) && token.len() > 20 {
            sessions.alike(kind, self.now, |known| known.starts_with(token))
        } else if self.fault(&faults::TOKEN_CASE_IGNORED) {
            sessions.alike(kind, self.now, |known| known.eq_ignore_ascii_case(token))
        } else {
            None
        }
    }

    fn session_without_token(&self) -> Option<SessionId> {
        let needless = NO_TOKEN_NEEDED.iter().any(|fault| self.fault(fault) && fault.operation == self.operation);
        needless.then(|| self.state.sessions.newest()).flatten()
    }

    fn may(&self, caller: Caller, reach: Reach) -> bool {
        let account = self.account(caller);
        let shut_out =
            account.blocked && reach != Reach::Verification && self.variant(Variant::BlockedUserRefusedEverywhere);
        let reset = caller.purpose == Purpose::Reset;
        let verified = caller.unlocked && !account.decoy;
        let reads = verified && self.variant(Variant::ResetTokenReadsAfterVerification)
            || self.fault(&faults::RESET_TOKEN_READS);
        let changes = verified && self.variant(Variant::ResetTokenChangesAfterVerification)
            || self.fault(&faults::RESET_TOKEN_WRITES) && self.operation == faults::RESET_TOKEN_WRITES.operation;
        !shut_out
            && match reach {
                Reach::Reads => !reset || reads,
                Reach::Changes => !reset || changes,
                Reach::Session | Reach::Verification => true,
            }
    }

    /// The caller's account.
    pub(super) fn account(&self, caller: Caller) -> &Account {
        &self.state.accounts[caller.account]
    }

    /// The caller's account, to be changed.
    pub(super) fn account_mut(&mut self, caller: Caller) -> &mut Account {
        &mut self.state.accounts[caller.account]
    }

    /// Works on the sessions with everything that tokens are made of.
    pub(super) fn mint(&mut self, work: impl FnOnce(&mut Sessions, &mut Mint<'_>) -> TokenPair) -> TokenPair {
        let mut mint = Mint {
            random: &mut self.state.random,
            now: self.now,
            settings: &self.config.settings,
            switches: self.config.switches,
        };
        let pair = work(&mut self.state.sessions, &mut mint);
        for (fault, kind) in DEAD_TOKENS {
            if self.fault(fault) && fault.operation == self.operation {
                self.state.sessions.retire(match kind {
                    TokenKind::Access => &pair.access,
                    TokenKind::Refresh => &pair.refresh,
                });
            }
        }
        for (fault, halves) in WRONG_REFRESH_LIVES {
            if self.fault(fault) && fault.operation == self.operation {
                self.state.sessions.end_at(&pair.refresh, self.now + self.config.settings.refresh_life / 2 * halves);
            }
        }
        pair
    }

    /// Opens a session and issues its first tokens.
    pub(super) fn open_session(&mut self, account: AccountId, purpose: Purpose) -> (SessionId, TokenPair) {
        let session = self.state.sessions.open(account, purpose);
        let pair = self.mint(|sessions, mint| sessions.issue(session, mint));
        (session, pair)
    }

    /// Begins the phone verification that unlocks a session.
    pub(super) fn begin_verification(
        &mut self,
        account: AccountId,
        session: SessionId,
        phone: Option<String>,
    ) -> usize {
        let uuid = self.variant(Variant::UuidSids);
        self.state.begin_verification(account, session, phone, uuid)
    }

    /// Answers with tokens.
    pub(super) fn token_reply(&self, pair: &TokenPair) -> Reply {
        Reply::ok(bodies::token(pair, self.now, self.switches()))
    }

    /// Gives an account a password.
    pub(super) fn set_password(&mut self, account: AccountId, password: &str) {
        let cost = self.config.settings.password_cost;
        let salt = self.state.random.salt();
        let counted = self.counted(password);
        let stored = StoredPassword::new(&counted, salt, cost);
        let keeps_clear = self.fault(&faults::PASSWORD_IN_PROFILE);
        let keeps_former = self.fault(&faults::RESET_OLD_PASSWORD_LIVES);
        let account = &mut self.state.accounts[account];
        let former = account.password.replace(stored);
        account.former_password = former.filter(|_| keeps_former);
        account.clear_password = keeps_clear.then(|| password.to_owned());
    }

    /// Whether this is the account's password.
    pub(super) fn is_password(&self, account: AccountId, password: &str) -> bool {
        let cost = self.config.settings.password_cost;
        let account = &self.state.accounts[account];
        let stored = [&account.password, &account.former_password];
        let counted = self.counted(password);
        stored.into_iter().flatten().any(|stored| stored.matches(&counted, cost))
    }

    /// As much of a password as counts: all of it, but for a fault.
    fn counted<'a>(&self, password: &'a str) -> Cow<'a, str> {
        if self.fault(&faults::PASSWORD_IN_ASCII) {
            return password.replace(|c: char| !c.is_ascii(), "?").into();
        }
        if self.fault(&faults::PASSWORD_IN_LATIN_1) {
            return password.replace(|c: char| c > 'ÿ', "?").into();
        }
        Cow::Borrowed(self.beginning(password))
    }

    fn beginning<'a>(&self, password: &'a str) -> &'a str {
        if self.fault(&faults::PASSWORD_ENDS_AT_NULL) {
            return password.split('\0').next().unwrap_or_default();
        }
        if self.fault(&faults::PASSWORD_CUT_AT_72) {
            let ends = password.char_indices().map(|(start, character)| start + character.len_utf8());
            return &password[..ends.take_while(|end| *end <= 72).last().unwrap_or_default()];
        }
        let cut = password.char_indices().nth(8);
        match cut {
            Some((end, _)) if self.fault(&faults::LONG_PASSWORD_CUT) => &password[..end],
            _ => password,
        }
    }
}
