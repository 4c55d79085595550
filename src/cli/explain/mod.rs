//! `conformance explain`: the page of any id.

mod pages;
mod topics;

use std::process::ExitCode;

use super::catalogue::Catalogue;
use super::error::CliError;
use super::globals::Globals;
use super::{names, output};
use crate::check::CHECKS;
use crate::reference::{Variant, faults};
use crate::report::page::Page;

const EXAMPLES: &str = "\
Examples:
  conformance explain no-server-error
  conformance explain POST /things
  conformance explain waivers

Topics: waivers, drift, limits, dry-run, side-by-side.
";

/// Tells what an id means, where it comes from, and what covers it.
///
/// Any id: a requirement, flow, suite, fixture, check, operation, error, model, fault or variant, which `conformance list`
/// shows; or a topic.
#[derive(Debug, Clone, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Args {
    /// The id or topic; that of an operation may be given as two words.
    #[arg(required = true, num_args = 1..)]
    id: Vec<String>,
}

pub(super) fn execute(args: &Args, globals: &Globals) -> Result<ExitCode, CliError> {
    let catalogue = Catalogue::load(globals)?;
    let id = args.id.join(" ");
    let mut page = Page::new(output::width());
    if !pages::write(&mut page, &catalogue, &id) {
        return Err(names::unknown("id", &id, known(&catalogue)));
    }
    output::print(&page.into_text())?;
    Ok(ExitCode::SUCCESS)
}

/// Every id that has a page.
fn known(catalogue: &Catalogue) -> Vec<&str> {
    let Catalogue { contract, suites } = catalogue;
    let mut known: Vec<&str> = Vec::new();
    known.extend(contract.requirements().iter().map(|requirement| requirement.id.as_str()));
    known.extend(contract.operations().iter().map(|operation| operation.id.as_str()));
    known.extend(contract.errors().iter().map(|error| error.error.as_str()));
    known.extend(contract.models().iter().map(|model| model.name.as_str()));
    known.extend(suites.suites.iter().map(|suite| suite.id.as_str()));
    known.extend(suites.flows().map(|flow| flow.id.as_str()));
    known.extend(suites.fixtures.iter().map(|fixture| fixture.id.as_str()));
    known.extend(CHECKS.iter().map(|check| check.id));
    known.extend(faults::all().map(|fault| fault.id));
    known.extend(Variant::ALL.iter().map(|variant| variant.id()));
    known.extend(topics::TOPICS.iter().map(|topic| topic.id));
    known
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Contract;
    use crate::suite::Suites;

    #[test]
    fn the_help_lists_every_topic() {
        let topics: Vec<&str> = topics::TOPICS.iter().map(|topic| topic.id).collect();
        assert!(EXAMPLES.ends_with(&format!("\nTopics: {}.\n", topics.join(", "))));
    }

    #[test]
    fn every_id_has_a_page() {
        let contract = Contract::embedded().unwrap();
        let suites = Suites::embedded(&contract).unwrap();
        let catalogue = Catalogue { contract, suites };
        for id in known(&catalogue) {
            assert!(pages::write(&mut Page::new(80), &catalogue, id), "`{id}` has no page");
        }
        assert!(!pages::write(&mut Page::new(80), &catalogue, "no-such-id"));
    }
}
