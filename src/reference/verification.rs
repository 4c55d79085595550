//! Phone verification: sessions, codes that were sent, and what is counted against limits.

use std::time::Duration;

use super::account::AccountId;
use super::clock::Moment;
use super::session::SessionId;
use super::switches::Switches;
use super::variants::Variant;

/// How long a send or a guess counts against its limit.
pub(super) const COUNTED_FOR: Duration = Duration::from_secs(24 * 3_600);

/// The verification of one phone, begun by a signup, a guest or a reset.
#[derive(Debug, Clone)]
pub(super) struct Verification {
    /// The session value of the answers.
    pub(super) name: String,
    pub(super) account: AccountId,
    /// The session of tokens that it unlocks.
    pub(super) session: SessionId,
    pub(super) phone: Option<String>,
    pub(super) verified: bool,
}

/// A code that was sent.
#[derive(Debug, Clone)]
pub(super) struct Challenge {
    pub(super) sid: String,
    /// Index of its verification.
    pub(super) verification: usize,
    pub(super) code: String,
    pub(super) expires: Moment,
    /// It had its one attempt, or a newer one took its place.
    pub(super) spent: bool,
    /// How many codes were compared with its own.
    pub(super) attempts: u32,
    /// Its code was accepted.
    pub(super) accepted: bool,
}

/// What a send or a guess is counted for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Counted {
    pub(super) verification: usize,
    pub(super) account: AccountId,
    pub(super) phone: Option<String>,
    pub(super) at: Moment,
}

/// Among which events one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    Verification,
    Account,
    Phone,
}

impl Scope {
    /// The scope of the waits.
    pub(super) fn of_waits(switches: Switches) -> Self {
        if switches.variant(Variant::WaitsPerPhone) {
            Self::Phone
        } else if switches.variant(Variant::WaitsPerAccount) {
            Self::Account
        } else {
            Self::Verification
        }
    }

    /// The scope of the limits.
    pub(super) fn of_limits(switches: Switches) -> Self {
        if switches.variant(Variant::LimitsPerPhone) {
            Self::Phone
        } else if switches.variant(Variant::LimitsPerAccount) {
            Self::Account
        } else {
            Self::Verification
        }
    }

    fn joins(self, one: &Counted, other: &Counted) -> bool {
        match self {
            Self::Verification => one.verification == other.verification,
            Self::Account => one.account == other.account,
            Self::Phone => one.phone == other.phone,
        }
    }
}

/// All phone verifications of a server.
#[derive(Debug, Default)]
pub(super) struct Verifications {
    pub(super) list: Vec<Verification>,
    pub(super) challenges: Vec<Challenge>,
    sends: Vec<Counted>,
    guesses: Vec<Counted>,
}

impl Verifications {
    /// The code that was sent last for this verification.
    pub(super) fn newest_challenge(&self, verification: usize) -> Option<&Challenge> {
        let mut challenges = self.challenges.iter().rev();
        challenges.find(|entry| entry.verification == verification)
    }

    /// The verification that unlocks this session, else the first of its account.
    pub(super) fn of(&self, session: SessionId, account: AccountId) -> Option<usize> {
        let own = self.list.iter().position(|entry| entry.session == session);
        own.or_else(|| self.list.iter().position(|entry| entry.account == account))
    }

    /// An event of this verification, now.
    pub(super) fn event(&self, verification: usize, at: Moment) -> Counted {
        let entry = &self.list[verification];
        Counted { verification, account: entry.account, phone: entry.phone.clone(), at }
    }

    /// When the last code was sent in this scope.
    pub(super) fn last_send(&self, event: &Counted, scope: Scope) -> Option<Moment> {
        let mut sends = self.sends.iter().rev();
        sends.find(|send| scope.joins(send, event)).map(|send| send.at)
    }

    /// How many codes were sent in this scope.
    pub(super) fn sends(&self, event: &Counted, scope: Scope) -> u32 {
        count(&self.sends, event, scope, COUNTED_FOR)
    }

    /// How many wrong codes were tried in this scope, in so much time.
    pub(super) fn guesses(&self, event: &Counted, scope: Scope, counted_for: Duration) -> u32 {
        count(&self.guesses, event, scope, counted_for)
    }

    /// Counts a code that is sent.
    pub(super) fn count_send(&mut self, event: Counted) {
        self.sends.push(event);
    }

    /// Lets the wait of this scope begin anew.
    pub(super) fn restart_wait(&mut self, event: &Counted, scope: Scope) {
        if let Some(send) = self.sends.iter_mut().rev().find(|send| scope.joins(send, event)) {
            send.at = event.at;
        }
    }

    /// Counts a wrong code.
    pub(super) fn count_guess(&mut self, event: Counted) {
        self.guesses.push(event);
    }

    /// Forgets what was counted for the phone of this verification.
    pub(super) fn clear_counts(&mut self, verification: usize) {
        let phone = self.list[verification].phone.clone();
        self.sends.retain(|event| event.phone != phone);
        self.guesses.retain(|event| event.phone != phone);
    }

    /// Ends the codes of this verification that are still open.
    pub(super) fn spend_all(&mut self, verification: usize) {
        let challenges = self.challenges.iter_mut();
        for challenge in challenges.filter(|entry| entry.verification == verification) {
            challenge.spent = true;
        }
    }
}

fn count(events: &[Counted], event: &Counted, scope: Scope, counted_for: Duration) -> u32 {
    let counted = events.iter().filter(|past| scope.joins(past, event) && past.at + counted_for > event.at).count();
    u32::try_from(counted).unwrap_or(u32::MAX)
}
