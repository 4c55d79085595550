//! Decides whether a deployment of the auth API may be released.
//!
//! The modules stand in import order: each may import only from those above it.

pub mod pointer;
pub mod diagnostic;
pub mod embedded;
mod yaml;
pub mod contract;
pub mod exchange;
pub mod verdict;
pub mod expect;
pub mod waiver;
pub mod snapshot;
pub mod suite;
pub mod generate;
pub mod check;
pub mod event;
pub mod recording;
pub mod merge;
pub mod plan;
pub mod target;
pub mod runner;
pub mod judge;
pub mod report;
pub mod signoff;
pub mod repro;

pub mod reference;
pub mod deployments;
pub mod prove;
pub mod cli;
