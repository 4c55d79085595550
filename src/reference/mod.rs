//! The embedded reference server: the whole auth API, in memory, on a virtual clock.
//!
//! It holds every operation with its real state, a table of legitimate [`variants`] and one of
//! [`faults`]. It must not import anything of this crate from outside this module, nor read a
//! schema: its bodies are written by hand, so that a wrong schema fails a clean run.

mod account;
mod app;
mod asked;
mod bodies;
mod call;
mod clock;
mod dressing;
mod errors;
pub mod faults;
mod fields;
mod input;
mod kinds;
mod operation;
mod options;
mod password;
mod profile;
mod random;
mod reply;
mod request;
mod rewrite;
mod routes;
mod server;
mod session;
mod state;
mod switches;
mod test_support;
pub mod variants;
mod verification;

pub use asked::Asked;
pub use faults::Fault;
pub use options::{Options, Settings};
pub use password::PasswordCost;
pub use rewrite::{Answer, Rewrite};
pub use server::{Running, router, start};
pub use test_support::HELP as TEST_SUPPORT_HELP;
pub use variants::{Variant, VariantSet};

/// The path under which every operation lives.
pub const BASE_PATH: &str = "/api/v1";
