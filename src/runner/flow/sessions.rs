//! The sessions that a flow opened, and their end: a polite guest leaves none open that it can end.
//!
//! What comes of it judges nothing, is no step, and counts as no request of the flow.

use std::collections::HashSet;

use serde_json::Value;
use tokio::task::JoinSet;

use super::FlowRun;
use crate::contract::{Bearer, Operation};
use crate::event::{EndedSession, Event};
use crate::exchange::{Exchange, FailureKind, Outcome};
use crate::runner::call;

/// The sessions of a flow, in the order in which they were opened.
#[derive(Debug, Default)]
pub(super) struct Sessions(Vec<Session>);

/// An answer that carried tokens to a request without one began it; answers to requests with its tokens carry it on.
#[derive(Debug)]
struct Session {
    /// The newest access token.
    access: String,
    tokens: HashSet<String>,
    over: bool,
}

impl Sessions {
    /// Learns from an answer, with the access and refresh token that it gave, if it gave any.
    fn see(&mut self, operation: &Operation, exchange: &Exchange, issued: (Option<&str>, Option<&str>)) {
        let Some(response) = exchange.response() else { return };
        let bearer = exchange.request.header("authorization").and_then(|value| value.split_once(' '));
        let bearer = bearer.map(|(_, token)| token);
        let known = bearer.and_then(|token| self.0.iter_mut().rev().find(|session| session.tokens.contains(token)));
        if response.status == 401 && operation.bearer == Bearer::Access {
            known.into_iter().filter(|session| bearer == Some(&session.access)).for_each(|session| session.over = true);
            return;
        }
        match (known, issued.0) {
            _ if !response.is_success() => {}
            (Some(session), None) => session.over |= operation.ends_session,
            (Some(session), Some(access)) => session.go_on(access, issued.1),
            (None, Some(access)) => {
                let mut session = Session { access: String::new(), tokens: HashSet::new(), over: false };
                session.go_on(access, issued.1);
                self.0.push(session);
            }
            (None, None) => {}
        }
    }

    /// Goes on with those of a part of the flow.
    pub(super) fn take_in(&mut self, part: Self) {
        self.0.extend(part.0);
    }

    /// The newest access token of each session that is not known to be over.
    fn open(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|session| !session.over).map(|session| session.access.as_str())
    }
}

impl Session {
    fn go_on(&mut self, access: &str, refresh: Option<&str>) {
        access.clone_into(&mut self.access);
        self.tokens.extend([Some(access), refresh].into_iter().flatten().map(str::to_owned));
        self.over = false;
    }
}

impl FlowRun<'_> {
    /// Learns which sessions there are, where they will be ended.
    pub(super) fn learn_sessions(&mut self, exchange: &Exchange, body: Option<&Value>) {
        if !self.context.instance.ends_sessions() {
            return;
        }
        let plan = self.context.plan;
        let Some(operation) = plan.contract.operation(&exchange.request.operation) else { return };
        let part = |name: &str| self.part(&operation.id, name, body?)?.as_str();
        let issued = (part("access"), part("refresh"));
        self.sessions.see(operation, exchange, issued);
    }

    /// Asks the target to end every session that is still open, all at once and each only once. Tokens are raw in what
    /// this returns.
    pub(super) async fn end_sessions(&mut self) -> Vec<EndedSession> {
        let (instance, plan) = (self.context.instance.clone(), self.context.plan);
        let Some(operation) = plan.contract.ending_operation().filter(|_| self.may_end_sessions()) else {
            return Vec::new();
        };
        let now_ms = instance.now_ms();
        let lives = |token: &&str| self.lives.get(*token).is_none_or(|(end_ms, _)| *end_ms > now_ms);
        let mut tasks = JoinSet::new();
        for (index, token) in self.sessions.open().filter(lives).map(str::to_owned).enumerate() {
            let (instance, operation) = (instance.clone(), operation.clone());
            tasks.spawn(async move {
                let (status, elapsed_ms) = call::aside(&operation, &token, &instance).await;
                (index, EndedSession { operation: operation.id, token, status, elapsed_ms })
            });
        }
        let mut ended = tokio::select! {
            ended = tasks.join_all() => ended,
            _ = self.context.going.stop.asked() => Vec::new(),
        };
        ended.sort_by_key(|(index, _)| *index);
        if !ended.is_empty() {
            self.longest.requests += 1;
            self.longest.ms += ended.iter().map(|(_, ended)| ended.elapsed_ms).fold(0.0, f64::max);
        }
        let ended: Vec<EndedSession> = ended.into_iter().map(|(_, ended)| ended).collect();
        for session in ended.iter().filter(|session| !self.secrets.knows(&session.token)).collect::<Vec<_>>() {
            self.secrets.learn("token", &session.token);
        }
        ended
    }

    /// Not where the run is to end, nor where the target fails to answer: it is left alone then.
    fn may_end_sessions(&self) -> bool {
        let lost = |exchange: &Exchange| match &exchange.outcome {
            Outcome::Failure(failure) => failure.kind != FailureKind::Unsendable,
            Outcome::Answer(_) => false,
        };
        let loses = |event: &Event| match event {
            Event::Step(step) => !step.may_close && step.exchanges.iter().any(lost),
            _ => false,
        };
        let instance = &self.context.instance;
        instance.ends_sessions()
            && self.context.going.stop.why().is_none()
            && instance.wire.silence.gone().is_none()
            && !self.events.iter().any(loses)
    }
}
