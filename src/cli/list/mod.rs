//! `conformance list`: everything of one kind, as a table or as JSON.

pub(in crate::cli) mod rows;

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::ValueEnum;
use serde_json::Value;
use tabled::builder::Builder;
use tabled::settings::peaker::Priority;
use tabled::settings::{Style, Width};

use super::catalogue::Catalogue;
use super::error::CliError;
use super::globals::Globals;
use super::names;
use super::output;
use crate::contract::Level;
use rows::Row;

const EXAMPLES: &str = "\
Examples:
  conformance list flows
  conformance list requirements --level must
  conformance list requirements --operation 'GET /things' --json
";

/// Lists flows, operations, requirements, errors, checks, faults, variants, mutants, weaknesses or suites.
#[derive(Debug, Clone, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Args {
    /// What to list.
    #[arg(value_enum)]
    kind: Kind,

    /// Prints JSON with everything that is known, instead of a table.
    #[arg(long)]
    json: bool,

    /// Only requirements of this level: must, should or observe.
    #[arg(long, value_name = "LEVEL", value_parser = level)]
    level: Option<Level>,

    /// Only what belongs to this operation: flows that call it, its requirements, errors, faults, mutants.
    #[arg(long, value_name = "ID")]
    operation: Option<String>,
}

/// The kinds of things that have an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Scripted flows.
    Flows,
    /// Documented operations.
    Operations,
    /// Rules of the contract.
    Requirements,
    /// The error catalogue.
    Errors,
    /// Universal checks, which look at every answer.
    Checks,
    /// Wrongs that the reference server can do.
    Faults,
    /// Legitimate freedoms that the reference server can take.
    Variants,
    /// Ways in which an answer can differ from what is documented, as `prove` tries them.
    Mutants,
    /// What this tool cannot show, or shows by one thing only; runs a whole proof.
    Weaknesses,
    /// Files of flows.
    Suites,
}

impl Kind {
    /// The columns of its table; JSON has more.
    fn columns(self) -> &'static [&'static str] {
        match self {
            Kind::Flows => &["id", "suite", "needs", "about"],
            Kind::Operations => &["id", "bearer", "request", "success", "summary"],
            Kind::Requirements => &["id", "level", "operation", "says"],
            Kind::Errors => &["id", "status", "message", "operations"],
            Kind::Checks => &["id", "about"],
            Kind::Faults => &["id", "area", "operation", "about"],
            Kind::Variants => &["id", "about"],
            Kind::Mutants => &["id", "area", "about", "names"],
            Kind::Weaknesses => &["id", "weakness", "why"],
            Kind::Suites => &["id", "flows", "about"],
        }
    }

    fn takes_operation(self) -> bool {
        matches!(self, Kind::Flows | Kind::Requirements | Kind::Errors | Kind::Faults | Kind::Mutants)
    }
}

fn level(text: &str) -> Result<Level, String> {
    text.parse().map_err(|()| format!("expected {}", Level::ALL.map(Level::name).join(", ")))
}

pub(super) fn execute(args: &Args, globals: &Globals) -> Result<ExitCode, CliError> {
    if args.level.is_some() && args.kind != Kind::Requirements {
        return Err(CliError::usage("`--level` goes with `list requirements` only"));
    }
    if args.operation.is_some() && !args.kind.takes_operation() {
        return Err(CliError::usage(
            "`--operation` goes with `list` of flows, requirements, errors, faults or mutants only",
        ));
    }
    let catalogue = Catalogue::load(globals)?;
    if let Some(operation) = &args.operation {
        let known = catalogue.contract.operations().iter().map(|operation| operation.id.as_str());
        names::require("operation", operation, known)?;
    }
    let rows = match args.kind {
        Kind::Flows => rows::flows(&catalogue, args.operation.as_deref()),
        Kind::Operations => rows::operations(&catalogue),
        Kind::Requirements => rows::requirements(&catalogue, args.level, args.operation.as_deref()),
        Kind::Errors => rows::errors(&catalogue, args.operation.as_deref()),
        Kind::Checks => rows::checks(),
        Kind::Faults => rows::faults(args.operation.as_deref()),
        Kind::Variants => rows::variants(),
        Kind::Mutants => rows::mutants(&catalogue, args.operation.as_deref()),
        Kind::Weaknesses => rows::weaknesses(&catalogue)?,
        Kind::Suites => rows::suites(&catalogue),
    };
    let text = match args.json {
        true => json(rows),
        false => table(&rows, args.kind.columns(), std::io::stdout().is_terminal().then(output::width)),
    };
    output::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn json(rows: Vec<Row>) -> String {
    let rows = Value::Array(rows.into_iter().map(Value::Object).collect());
    format!("{rows:#}\n")
}

/// A table; wrapped to a width on a terminal, else one line for each row, for `grep`.
fn table(rows: &[Row], columns: &[&str], width: Option<usize>) -> String {
    let mut builder = Builder::default();
    builder.push_record(columns.iter().copied());
    for row in rows {
        builder.push_record(columns.iter().map(|column| cell(row.get(*column))));
    }
    let mut table = builder.build();
    table.with(Style::psql());
    if let Some(width) = width {
        table.with(Width::wrap(width).keep_words(true).priority(Priority::max(true)));
    }
    table.to_string().lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(values)) => values.iter().map(|value| cell(Some(value))).collect::<Vec<_>>().join(", "),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn wraps_on_a_terminal_only() {
        let row = json!({ "id": "a-thing", "about": ["one two three four five six seven", null, 8] });
        let rows = vec![row.as_object().unwrap().clone()];
        let wide = table(&rows, &["id", "about"], None);
        assert_eq!(wide.lines().count(), 3);
        let narrow = table(&rows, &["id", "about"], Some(30));
        assert!(narrow.lines().all(|line| line.chars().count() <= 30), "{narrow}");
        assert!(narrow.lines().count() > 3, "{narrow}");
    }
}
