//! Sessions and their tokens: issuing, finding, rotating, ending.

use std::collections::HashMap;
use std::time::Duration;

use super::account::AccountId;
use super::clock::Moment;
use super::faults;
use super::options::Settings;
use super::random::Random;
use super::switches::Switches;
use super::variants::Variant;

/// Where a session stands in the list of its server.
pub(super) type SessionId = usize;

/// How a session came about, which decides what its tokens may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Guest,
    Signup,
    SignIn,
    /// Sets one password, once its phone is verified.
    Reset,
}

/// Which of a session's two tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    Access,
    Refresh,
}

/// One session of one account.
#[derive(Debug, Clone)]
pub(super) struct Session {
    pub(super) account: AccountId,
    pub(super) purpose: Purpose,
    pub(super) live: bool,
    /// The phone of a reset is verified: it may set a password.
    pub(super) unlocked: bool,
    /// How often tokens were issued to it.
    pub(super) issues: u32,
    /// When it was logged out of; only a fault keeps it.
    pub(super) left_at: Option<Moment>,
    /// No new password ends it; only a fault says so.
    pub(super) kept: bool,
}

/// What is known of a token that was issued.
#[derive(Debug, Clone)]
struct Issued {
    session: SessionId,
    kind: TokenKind,
    expires: Moment,
    live: bool,
    /// How often tokens had been issued to the session, this time included.
    issue: u32,
}

/// The two tokens of an answer.
#[derive(Debug, Clone)]
pub(super) struct TokenPair {
    pub(super) access: String,
    pub(super) access_expires: Moment,
    pub(super) refresh: String,
    pub(super) refresh_expires: Moment,
    pub(super) purpose: Purpose,
}

/// Everything that a token is made of.
pub(super) struct Mint<'a> {
    pub(super) random: &'a mut Random,
    pub(super) now: Moment,
    pub(super) settings: &'a Settings,
    pub(super) switches: Switches,
}

/// All sessions of a server.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    sessions: Vec<Session>,
    tokens: HashMap<String, Issued>,
}

impl Sessions {
    /// A new session without tokens.
    pub(super) fn open(&mut self, account: AccountId, purpose: Purpose) -> SessionId {
        self.sessions.push(Session {
            account,
            purpose,
            live: true,
            unlocked: false,
            issues: 0,
            left_at: None,
            kept: false,
        });
        self.sessions.len() - 1
    }

    /// The session of this id.
    pub(super) fn get(&self, id: SessionId) -> &Session {
        &self.sessions[id]
    }

    /// Lets a reset set its password.
    pub(super) fn unlock(&mut self, id: SessionId) {
        self.sessions[id].unlocked = true;
    }

    /// Lets every reset of an account set a password, by a fault.
    pub(super) fn unlock_resets(&mut self, account: AccountId) {
        let of_account = |session: &&mut Session| session.account == account && session.purpose == Purpose::Reset;
        self.sessions.iter_mut().filter(of_account).for_each(|session| session.unlocked = true);
    }

    /// The session that a live token of this kind belongs to.
    pub(super) fn find(&self, token: &str, kind: TokenKind, now: Moment) -> Option<SessionId> {
        let issued = self.tokens.get(token)?;
        let alive = issued.live && self.sessions[issued.session].live;
        (alive && issued.kind == kind && now < issued.expires).then_some(issued.session)
    }

    /// The ended session of an access token from before its last refresh.
    pub(super) fn outlived(&self, token: &str, now: Moment) -> Option<SessionId> {
        let issued = self.tokens.get(token)?;
        let session = &self.sessions[issued.session];
        let of_before = !session.live && issued.live && issued.issue < session.issues;
        (of_before && issued.kind == TokenKind::Access && now < issued.expires).then_some(issued.session)
    }

    /// Lets a session outlive new passwords.
    pub(super) fn keep(&mut self, id: SessionId) {
        self.sessions[id].kept = true;
    }

    /// Notes when a session was logged out of.
    pub(super) fn sleep(&mut self, id: SessionId, now: Moment) {
        self.sessions[id].left_at = Some(now);
    }

    /// The session of a token that was logged out of long ago, by a fault that has forgotten it.
    pub(super) fn forgotten(&self, token: &str, kind: TokenKind, now: Moment) -> Option<SessionId> {
        let issued = self.tokens.get(token)?;
        let left_at = self.sessions[issued.session].left_at?;
        let forgotten = now >= left_at + Duration::from_secs(120);
        (forgotten && issued.kind == kind && now < issued.expires).then_some(issued.session)
    }

    /// Whether this token was ever issued.
    pub(super) fn knows(&self, token: &str) -> bool {
        self.tokens.contains_key(token)
    }

    /// The live session of a refresh token that was traded in, where no more than this was left of its life when it last
    /// was remembered.
    pub(super) fn traded_in(&self, token: &str, now: Moment, left: Duration) -> Option<SessionId> {
        let issued = self.tokens.get(token)?;
        let forgotten = !issued.live && now + left >= issued.expires && now < issued.expires;
        let live = self.sessions[issued.session].live;
        (live && forgotten && issued.kind == TokenKind::Refresh).then_some(issued.session)
    }

    /// The session that was opened last and is alive.
    pub(super) fn newest(&self) -> Option<SessionId> {
        self.sessions.iter().rposition(|session| session.live)
    }

    /// The session of a live token that differs from this one in a single character.
    pub(super) fn nearly(&self, token: &str, kind: TokenKind, now: Moment) -> Option<SessionId> {
        self.alike(kind, now, |other| {
            let pairs = token.bytes().zip(other.bytes());
            other.len() == token.len() && pairs.filter(|(one, two)| one != two).count() == 1
        })
    }

    /// The session of a live token that is taken for the one that was sent.
    pub(super) fn alike(&self, kind: TokenKind, now: Moment, taken: impl Fn(&str) -> bool) -> Option<SessionId> {
        let other = self.tokens.keys().find(|other| taken(other))?;
        self.find(other, kind, now)
    }

    /// A token of this kind that a session has already.
    pub(super) fn token_of(&self, id: SessionId, kind: TokenKind) -> Option<&str> {
        let mut tokens = self.tokens.iter();
        let found = tokens.find(|(_, issued)| issued.session == id && issued.kind == kind && issued.live);
        found.map(|(token, _)| token.as_str())
    }

    /// The first live session of this account that was signed in to.
    pub(super) fn signed_in(&self, account: AccountId) -> Option<SessionId> {
        self.sessions
            .iter()
            .position(|session| session.live && session.account == account && session.purpose == Purpose::SignIn)
    }

    /// The newest live session of this account.
    pub(super) fn newest_of(&self, account: AccountId) -> Option<SessionId> {
        self.sessions.iter().rposition(|session| session.live && session.account == account)
    }

    /// The session of a refresh token that was rotated away.
    pub(super) fn replayed(&self, token: &str) -> Option<SessionId> {
        let issued = self.tokens.get(token)?;
        (issued.kind == TokenKind::Refresh && !issued.live).then_some(issued.session)
    }

    /// Two new tokens.
    pub(super) fn issue(&mut self, id: SessionId, mint: &mut Mint<'_>) -> TokenPair {
        let refresh = new_token(mint);
        let refresh_expires = mint.now + mint.settings.refresh_life;
        let visits = matches!(self.sessions[id].purpose, Purpose::Guest | Purpose::Signup);
        let early = mint.switches.fault(&faults::REFRESH_ENDS_EARLY)
            || self.sessions[id].issues > 0 && mint.switches.fault(&faults::REFRESHED_ENDS_EARLY)
            || visits && mint.switches.fault(&faults::VISITOR_REFRESH_ENDS_EARLY);
        let refresh_ends = if early {
            mint.now + mint.settings.refresh_life / 2
        } else if visits && mint.switches.fault(&faults::VISITOR_REFRESH_UNENDING) {
            mint.now + mint.settings.refresh_life * 100
        } else if mint.switches.fault(&faults::REFRESH_ENDS_WITH_ACCESS) {
            mint.now + mint.settings.access_life
        } else {
            refresh_expires
        };
        self.remember(&refresh, id, TokenKind::Refresh, refresh_ends);
        self.issue_access(id, refresh, refresh_expires, mint)
    }

    /// A new access token beside the refresh token that there is.
    pub(super) fn reissue(&mut self, id: SessionId, kept: &str, mint: &mut Mint<'_>) -> TokenPair {
        let expires = self.tokens.get(kept).map(|issued| issued.expires);
        self.issue_access(id, kept.to_owned(), expires.unwrap_or(mint.now), mint)
    }

    fn issue_access(
        &mut self,
        id: SessionId,
        refresh: String,
        refresh_expires: Moment,
        mint: &mut Mint<'_>,
    ) -> TokenPair {
        let access = new_token(mint);
        let access_expires = (mint.now + mint.settings.access_life).min(refresh_expires);
        self.sessions[id].issues += 1;
        let early = match self.sessions[id].purpose {
            Purpose::Guest => mint.switches.fault(&faults::GUEST_ACCESS_ENDS_EARLY),
            Purpose::Signup => mint.switches.fault(&faults::SIGNUP_ACCESS_ENDS_EARLY),
            Purpose::Reset => mint.switches.fault(&faults::RESET_ACCESS_ENDS_EARLY),
            Purpose::SignIn => false,
        };
        let access_ends = if early || mint.switches.fault(&faults::ACCESS_ENDS_EARLY) {
            mint.now + mint.settings.access_life / 2
        } else {
            access_expires
        };
        self.remember(&access, id, TokenKind::Access, access_ends);
        TokenPair { access, access_expires, refresh, refresh_expires, purpose: self.sessions[id].purpose }
    }

    /// Notes that a token was issued.
    pub(super) fn remember(&mut self, token: &str, session: SessionId, kind: TokenKind, expires: Moment) {
        let issued = Issued { session, kind, expires, live: true, issue: self.sessions[session].issues };
        self.tokens.insert(token.to_owned(), issued);
    }

    /// Lets a token end at another moment than it states.
    pub(super) fn end_at(&mut self, token: &str, expires: Moment) {
        if let Some(issued) = self.tokens.get_mut(token) {
            issued.expires = expires;
        }
    }

    /// Ends one token.
    pub(super) fn retire(&mut self, token: &str) {
        if let Some(issued) = self.tokens.get_mut(token) {
            issued.live = false;
        }
    }

    /// Ends every token of one kind of a session.
    pub(super) fn retire_all(&mut self, id: SessionId, kind: TokenKind) {
        let tokens = self.tokens.values_mut();
        for issued in tokens.filter(|issued| issued.session == id && issued.kind == kind) {
            issued.live = false;
        }
    }

    /// Ends every token of one kind of an account.
    pub(super) fn retire_of(&mut self, account: AccountId, kind: TokenKind) {
        for id in (0..self.sessions.len()).filter(|id| self.sessions[*id].account == account).collect::<Vec<_>>() {
            self.retire_all(id, kind);
        }
    }

    /// Ends an access token, and the refresh token that was issued with it: each issue begins with that one.
    pub(super) fn retire_pair(&mut self, access: &str) {
        let Some(issued) = self.tokens.get(access) else { return };
        let (session, issue) = (issued.session, issued.issue);
        for token in self.tokens.values_mut().filter(|token| token.session == session) {
            let with_it = match token.kind {
                TokenKind::Access => token.issue == issue,
                TokenKind::Refresh => token.issue + 1 == issue,
            };
            token.live &= !with_it;
        }
    }

    /// Ends a session with all its tokens.
    pub(super) fn end(&mut self, id: SessionId) {
        self.sessions[id].live = false;
    }

    /// Ends the sessions of an account that `which` holds true of.
    pub(super) fn end_where(&mut self, account: AccountId, mut which: impl FnMut(SessionId, &Session) -> bool) {
        for (id, session) in self.sessions.iter_mut().enumerate() {
            if session.account == account && which(id, session) {
                session.live = false;
            }
        }
    }
}

fn new_token(mint: &mut Mint<'_>) -> String {
    if mint.switches.variant(Variant::Base64Tokens) {
        format!("{}==", mint.random.text(42).replace('-', "+").replace('_', "/"))
    } else if mint.switches.variant(Variant::JwtLikeTokens) {
        let header = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";
        let (claims, signature) = (mint.random.text(180), mint.random.text(43));
        format!("{header}.eyJ{claims}.{signature}")
    } else {
        mint.random.text(43)
    }
}
