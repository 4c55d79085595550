//! Everything that a server remembers, behind one lock.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::account::{Account, AccountId};
use super::clock::{Clock, Moment};
use super::random::Random;
use super::session::{SessionId, Sessions};
use super::verification::{Verification, Verifications};

/// A text message that was sent.
#[derive(Debug, Clone)]
pub(super) struct Sms {
    pub(super) phone: String,
    pub(super) code: String,
    pub(super) sent_at: Moment,
}

/// A mail that was sent.
#[derive(Debug, Clone)]
pub(super) struct Mail {
    pub(super) email: String,
    pub(super) link: String,
    pub(super) sent_at: Moment,
}

/// A link that was mailed.
#[derive(Debug, Clone)]
pub(super) struct EmailLink {
    pub(super) code: Uuid,
    pub(super) account: AccountId,
    pub(super) email: String,
    pub(super) expires: Moment,
    pub(super) used: bool,
}

/// The memory of one server.
pub(super) struct State {
    pub(super) clock: Clock,
    pub(super) random: Random,
    pub(super) accounts: Vec<Account>,
    pub(super) sessions: Sessions,
    pub(super) verifications: Verifications,
    pub(super) links: Vec<EmailLink>,
    pub(super) messages: Vec<Sms>,
    pub(super) mails: Vec<Mail>,
    /// How often each operation was called.
    pub(super) performed: HashMap<&'static str, u32>,
    /// Phones of refused signups; only a fault keeps them.
    pub(super) held_phones: HashSet<String>,
}

impl State {
    /// The memory of a server that nobody has used.
    pub(super) fn new(seed: u64) -> Self {
        Self {
            clock: Clock::new(),
            random: Random::new(seed),
            accounts: Vec::new(),
            sessions: Sessions::default(),
            verifications: Verifications::default(),
            links: Vec::new(),
            messages: Vec::new(),
            mails: Vec::new(),
            performed: HashMap::new(),
            held_phones: HashSet::new(),
        }
    }

    /// A new account of this type.
    pub(super) fn create_account(&mut self, kind: &str) -> AccountId {
        let id = self.random.uuid();
        self.accounts.push(Account::new(id, kind));
        self.accounts.len() - 1
    }

    /// A new phone verification, by its index; its value is a UUID if so asked.
    pub(super) fn begin_verification(
        &mut self,
        account: AccountId,
        session: SessionId,
        phone: Option<String>,
        uuid: bool,
    ) -> usize {
        let name = if uuid { self.random.uuid().to_string() } else { self.random.text(32) };
        self.verifications.list.push(Verification { name, account, session, phone, verified: false });
        self.verifications.list.len() - 1
    }

    /// The completed accounts, decoys aside.
    pub(super) fn completed(&self) -> impl Iterator<Item = (AccountId, &Account)> {
        let accounts = self.accounts.iter().enumerate();
        accounts.filter(|(_, account)| account.completed && !account.decoy)
    }

    /// The completed account that holds this phone.
    pub(super) fn holder_of_phone(&self, phone: &str) -> Option<AccountId> {
        let mut holders = self.completed();
        holders.find(|(_, account)| account.phone.as_deref() == Some(phone)).map(|(id, _)| id)
    }

    /// The completed account that holds this email.
    pub(super) fn holder_of_email(&self, email: &str) -> Option<AccountId> {
        let mut holders = self.completed();
        holders.find(|(_, account)| same_email(account.email.as_deref(), email)).map(|(id, _)| id)
    }

    /// Whether a completed account other than `own` holds this username.
    pub(super) fn username_taken(&self, username: &str, own: AccountId) -> bool {
        self.completed().any(|(id, account)| id != own && account.username.as_deref() == Some(username))
    }

    /// Whether a completed account other than `own` holds this email.
    pub(super) fn email_taken(&self, email: &str, own: AccountId) -> bool {
        self.completed().any(|(id, account)| id != own && same_email(account.email.as_deref(), email))
    }

    /// The completed accounts that this name may mean: a username, a phone or an email.
    pub(super) fn sign_in_candidates(&self, name: &str) -> Vec<AccountId> {
        self.completed()
            .filter(|(_, account)| {
                account.username.as_deref() == Some(name)
                    || account.phone.as_deref() == Some(name)
                    || same_email(account.email.as_deref(), name)
            })
            .map(|(id, _)| id)
            .collect()
    }
}

/// Whether both are one mailbox; case does not matter.
pub(super) fn same_email(one: Option<&str>, other: &str) -> bool {
    one.is_some_and(|one| one.to_lowercase() == other.to_lowercase())
}
