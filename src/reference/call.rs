//! One request on its way through an operation: who calls, with what, at what time.

use super::account::{Account, AccountId};
use super::app::Config;
use super::bodies;
use super::clock::Moment;
use super::errors::{Documented, Refusal};
use super::fields::Fields;
use super::input;
use super::reply::Reply;
use super::request::Request;
use super::session::{Mint, Purpose, SessionId, TokenKind, TokenPair};
use super::state::State;
use super::switches::Switches;
use super::variants::Variant;

/// Everything that an operation works on.
pub(super) struct Call<'a> {
    pub(super) config: &'a Config,
    pub(super) state: &'a mut State,
    pub(super) request: &'a Request,
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

impl Call<'_> {
    /// The behaviour that was switched on.
    pub(super) const fn switches(&self) -> Switches {
        self.config.switches
    }

    /// Whether this legitimate freedom is taken.
    pub(super) const fn variant(&self, variant: Variant) -> bool {
        self.config.switches.variant(variant)
    }

    /// The fields of the body.
    pub(super) fn fields(&self) -> Result<Fields, Refusal> {
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
        let token = self.request.bearer(exact);
        token.ok_or_else(|| Documented::BadCredentials.into())
    }

    /// Whoever holds the token that the request carries.
    pub(super) fn caller(&self, kind: TokenKind, reach: Reach) -> Result<Caller, Refusal> {
        let found = self.state.sessions.find(self.token()?, kind, self.now);
        let id = found.ok_or(Documented::BadCredentials)?;
        let session = self.state.sessions.get(id);
        let caller =
            Caller { session: id, account: session.account, purpose: session.purpose, unlocked: session.unlocked };
        if self.may(caller, reach) { Ok(caller) } else { Err(Documented::BadCredentials.into()) }
    }

    fn may(&self, caller: Caller, reach: Reach) -> bool {
        let account = self.account(caller);
        let shut_out =
            account.blocked && reach != Reach::Verification && self.variant(Variant::BlockedUserRefusedEverywhere);
        let reset = caller.purpose == Purpose::Reset;
        let reads = caller.unlocked && !account.decoy && self.variant(Variant::ResetTokenReadsAfterVerification);
        !shut_out
            && match reach {
                Reach::Reads => !reset || reads,
                Reach::Changes => !reset,
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
    pub(super) fn mint(
        &mut self,
        work: impl FnOnce(&mut super::session::Sessions, &mut Mint<'_>) -> TokenPair,
    ) -> TokenPair {
        let mut mint = Mint {
            random: &mut self.state.random,
            now: self.now,
            settings: &self.config.settings,
            switches: self.config.switches,
        };
        work(&mut self.state.sessions, &mut mint)
    }

    /// Opens a session and issues its first tokens.
    pub(super) fn open_session(&mut self, account: AccountId, purpose: Purpose) -> (SessionId, TokenPair) {
        let session = self.state.sessions.open(account, purpose);
        let pair = self.mint(|sessions, mint| sessions.issue(session, mint));
        (session, pair)
    }

    /// Answers with tokens.
    pub(super) fn token_reply(&self, pair: &TokenPair) -> Reply {
        Reply::ok(bodies::token(pair, self.now, self.switches()))
    }
}
