//! The proof: a clean run, then one run for each fault, mutant and variant of the reference server.
//!
//! Does the right requirement turn red, and only that? Does nothing legitimate turn anything red? It judges
//! nothing by itself: what is red, the judge says. It prints nothing.

mod bench;
mod checks;
mod clean;
pub mod drift;
pub mod expectations;
mod fate;
mod floor;
pub mod freedoms;
mod html;
mod met;
pub mod mutants;
mod pool;
mod proof;
mod report;
mod run;
mod weaknesses;

pub use bench::Bench;
pub use checks::CheckTrial;
pub use fate::{Fate, Kind, Red, Trial};
pub use floor::Floor;
pub use html::html;
pub use proof::{FreedomTrial, Guard, Proof};
pub use report::{Against, Detail, text};
pub use run::{Progress, Wanted, prove};
pub use weaknesses::Weakness;

#[cfg(test)]
mod tests;
