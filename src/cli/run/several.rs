//! `run --profile A --profile B`: several targets, one after the other, and what became of them side by side.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use super::args::Args;
use super::dry;
use super::perform::{self, Opened, Shown};
use super::prepared::Prepared;
use crate::cli::error::CliError;
use crate::cli::globals::Globals;
use crate::cli::output::{self, Wanted};
use crate::judge::side_by_side::{Seen, SideBySide, side_by_side};
use crate::report::{Format, side_by_side as shown};
use crate::runner;

/// How a matrix is written.
type Render = fn(&SideBySide) -> String;

/// The formats of the matrix: their files in the folder of `--out`, and how they are written.
const FORMATS: [(Format, &str, Render); 3] = [
    (Format::Console, "matrix.txt", plain_console),
    (Format::Html, "matrix.html", shown::html),
    (Format::Json, "matrix.json", shown::json),
];

/// A target that is ready, and where its reports go.
struct Ready {
    name: String,
    url: String,
    args: Args,
    prepared: Prepared,
    opened: Opened,
}

pub(super) fn execute(args: &Args, globals: &Globals) -> Result<ExitCode, CliError> {
    refuse(args)?;
    if let Some(form) = args.dry_run {
        let outlined = |name: &String| Ok((name.clone(), Prepared::outlined(&alone(args, name, 0), globals)?));
        let runs = args.at.profile.iter().map(outlined).collect::<Result<Vec<_>, CliError>>()?;
        return output::print(&dry::side_by_side(&runs, form)?).map(|()| ExitCode::SUCCESS);
    }
    let seed = args.seed.unwrap_or_else(runner::entropy);
    let pages = pages(&args.wanted)?;
    // All are read before the first is talked to: a mistake in the last is not to be told after half an hour.
    let prepared = args.at.profile.iter().map(|name| {
        let alone = alone(args, name, seed);
        Prepared::new(&alone, globals).map(|prepared| (name.clone(), alone, prepared))
    });
    let prepared = prepared.collect::<Result<Vec<_>, CliError>>()?;
    make(&pages, &args.wanted)?;
    let ready = prepared.into_iter().map(|(name, args, prepared)| {
        let url = prepared.target.as_ref().map(|target| target.base.to_string()).unwrap_or_default();
        Ok(Ready { name, url, opened: Opened::create(&args)?, args, prepared })
    });
    let ready = ready.collect::<Result<Vec<_>, CliError>>()?;
    let contract = globals.load_contract()?;
    let seen = each(ready, args)?;
    let matrix = side_by_side(seen, &contract, env!("CARGO_PKG_VERSION"), seed);
    publish(&matrix, args, &pages)?;
    Ok(ExitCode::from(matrix.exit_code))
}

/// One after the other: targets may share an inbox, numbers or a clock, and their times are to be comparable.
fn each(ready: Vec<Ready>, args: &Args) -> Result<Vec<Seen>, CliError> {
    let mut seen: Vec<Seen> = Vec::new();
    let stopped = CliError::Interrupted.exit_code();
    for Ready { name, url, args: alone, prepared, opened } in ready {
        let is_over = seen.iter().any(|seen| seen.column().exit_code() == stopped);
        let folder = args.wanted.out.is_some().then(|| name.clone());
        let told = match is_over {
            true => Err(CliError::Interrupted),
            false => perform::perform(prepared, &alone, opened, shown_of(args)),
        };
        let one = match told {
            Ok(result) => Seen::judged(&name, &url, folder, &result),
            Err(error) => {
                let help = error.help().map(|help| format!(" ({help})")).unwrap_or_default();
                Seen::not_run(&name, &url, format!("{error}{help}"), error.exit_code())
            }
        };
        if !args.detail.quiet {
            let column = one.column();
            output::eprint(&format!("{name}: {}: {}\n", column.word(), crate::report::plain::line(column.sentence())))?;
        }
        seen.push(one);
    }
    Ok(seen)
}

fn shown_of(args: &Args) -> Shown {
    if args.detail.verbose { Shown::Whole } else { Shown::Files }
}

/// The arguments of one of the targets alone.
fn alone(args: &Args, name: &str, seed: u64) -> Args {
    let mut alone = args.clone();
    alone.at.profile = vec![name.to_owned()];
    alone.seed = Some(seed);
    alone.wanted = Wanted { report: Vec::new(), out: args.wanted.out.as_ref().map(|folder| folder.join(name)) };
    alone
}

/// What means nothing for several targets.
fn refuse(args: &Args) -> Result<(), CliError> {
    let usage = |message: String, help: &str| Err(CliError::Usage { message, help: Some(help.to_owned()) });
    let names = &args.at.profile;
    let mut known = BTreeSet::new();
    if let Some(twice) = names.iter().find(|name| !known.insert(name.as_str())) {
        return usage(format!("`--profile {twice}` is given twice"), "name each target once");
    }
    let is_folder = |name: &str| !matches!(name, "." | "..") && !name.contains(['/', '\\']);
    if let Some(name) = names.iter().find(|name| args.wanted.out.is_some() && !is_folder(name)) {
        return usage(format!("`{name}` cannot be the name of a folder of `--out`"), "call the target otherwise");
    }
    let given = [
        ("--record", args.record.is_some(), "`--out DIR` keeps a recording of each"),
        ("--baseline", args.baseline.is_some(), "hold each against its own with `conformance diff`"),
        ("--snapshots", args.snapshots.is_some(), "each target has its own beside the profile, in snapshots/NAME"),
    ];
    match given.into_iter().find(|(_, given, _)| *given) {
        Some((option, _, help)) => usage(format!("`{option}` is for one target, and several are named"), help),
        None => Ok(()),
    }
}

/// What is to be written, and to which file; to standard output where there is none.
type Page = (Render, Option<PathBuf>);

/// The pages of the matrix that are asked for.
fn pages(wanted: &Wanted) -> Result<Vec<Page>, CliError> {
    let mut pages: Vec<Page> = Vec::new();
    for option in &wanted.report {
        let known = FORMATS.iter().find(|(format, ..)| *format == option.format());
        let (_, _, render) = known.ok_or_else(|| CliError::Usage {
            message: format!("there is no report of several targets as `{}`", option.format().id()),
            help: Some(format!(
                "console, html and json show them side by side; `--out DIR` writes DIR/NAME/{} of each",
                option.format().file()
            )),
        })?;
        pages.push((*render, option.path().cloned()));
    }
    if let Some(folder) = &wanted.out {
        pages.extend(FORMATS.map(|(_, file, render)| (render, Some(folder.join(file)))));
    }
    Ok(pages)
}

/// Empties or makes the files, before anything is sent.
fn make(pages: &[Page], wanted: &Wanted) -> Result<(), CliError> {
    if let Some(folder) = &wanted.out {
        fs::create_dir_all(folder).map_err(|cause| CliError::Unwritable { path: folder.clone(), cause })?;
    }
    let mut files = pages.iter().filter_map(|(_, path)| path.as_ref());
    files.try_for_each(|path| fs::write(path, "").map_err(|cause| CliError::Unwritable { path: path.clone(), cause }))
}

fn publish(matrix: &SideBySide, args: &Args, pages: &[Page]) -> Result<(), CliError> {
    let detail = args.detail;
    let options = shown::Options { verbose: detail.verbose, quiet: detail.quiet, width: output::width() };
    let page = shown::console(matrix, &options);
    match args.wanted.prints() {
        true => output::eprint(&page)?,
        false => output::print(&page)?,
    }
    for (render, path) in pages {
        let text = render(matrix);
        match path {
            None => output::print(&text)?,
            Some(path) => fs::write(path, text)
                .map_err(|cause| CliError::Internal(format!("cannot write `{}`: {cause}", path.display())))?,
        }
    }
    Ok(())
}

fn plain_console(matrix: &SideBySide) -> String {
    let options = shown::Options { verbose: true, quiet: false, width: 100 };
    anstream::adapter::strip_str(&shown::console(matrix, &options)).to_string()
}
