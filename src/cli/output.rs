//! Where output goes: the streams of the process, and the reports that were asked for.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::str::FromStr;

use super::error::CliError;
use crate::diagnostic::suggest;
use crate::judge::Keep;
use crate::judge::result::RunResult;
use crate::report::Format;
use crate::report::console;

/// Characters in a line where the terminal does not tell.
const WIDTH: usize = 100;

/// Prints to standard output. That nobody reads it any more is no error.
pub(super) fn print(text: &str) -> Result<(), CliError> {
    written(anstream::stdout().lock(), text)
}

/// Prints to standard error.
pub(super) fn eprint(text: &str) -> Result<(), CliError> {
    written(anstream::stderr().lock(), text)
}

fn written(mut stream: impl Write, text: &str) -> Result<(), CliError> {
    read_or_not(stream.write_all(text.as_bytes()).and_then(|()| stream.flush()))
}

/// What became of writing to a stream of the process, which somebody may have closed.
fn read_or_not(written: io::Result<()>) -> Result<(), CliError> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(CliError::Internal(format!("cannot write the output: {error}")))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Characters in a line.
pub(super) fn width() -> usize {
    let stated = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let columns = stated.or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)));
    columns.filter(|columns| (40..=400).contains(columns)).unwrap_or(WIDTH)
}

/// How much of a run is shown.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(super) struct Detail {
    /// Shows every exchange of every flow.
    #[arg(short, long, conflicts_with = "quiet")]
    pub(super) verbose: bool,

    /// Shows only one line for each finding, and the conclusion.
    #[arg(short, long)]
    pub(super) quiet: bool,
}

/// A report that was asked for: `FORMAT=PATH`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReportOption {
    format: Format,
    /// None for standard output.
    path: Option<PathBuf>,
}

impl ReportOption {
    /// The format.
    pub(super) fn format(&self) -> Format {
        self.format
    }

    /// The file; none for standard output.
    pub(super) fn path(&self) -> Option<&PathBuf> {
        self.path.as_ref()
    }

    /// Whether the report shows nothing of steps in which all is as it should be.
    pub(super) fn shows_findings_only(&self) -> bool {
        matches!(self.format, Format::Console | Format::Junit | Format::Github | Format::Badge)
    }
}

impl FromStr for ReportOption {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some((format, path)) = text.split_once('=').filter(|(_, path)| !path.is_empty()) else {
            return Err("expected FORMAT=PATH, such as `junit=report.xml`, or `json=-` for standard output".to_owned());
        };
        let Some(format) = Format::from_id(format) else {
            let help = suggest(format, Format::ALL.map(Format::id)).map(|help| format!("; {help}"));
            return Err(format!("there is no format `{format}`{}", help.unwrap_or_default()));
        };
        Ok(Self { format, path: (path != "-").then(|| PathBuf::from(path)) })
    }
}

/// The reports that are wanted.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Wanted {
    /// Writes a report, such as `html=report.html`; `-` is standard output (repeatable).
    ///
    /// The formats: console, html, json, junit, markdown, sarif, github, tap, ctrf, har, badge.
    #[arg(long, value_name = "FORMAT=PATH")]
    pub(super) report: Vec<ReportOption>,

    /// Writes a report in every format to this folder, and the recording.
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
}

impl Wanted {
    /// What the reports need of a result.
    pub(super) fn kept(&self, detail: Detail) -> Keep {
        let brief = self.report.iter().all(ReportOption::shows_findings_only);
        if detail.verbose || self.out.is_some() || !brief { Keep::Everything } else { Keep::Findings }
    }

    /// Whether a report is to be written to standard output.
    pub(super) fn prints(&self) -> bool {
        self.report.iter().any(|option| option.path.is_none())
    }

    /// The file of the recording in the folder that `--out` names.
    pub(super) fn recording(&self) -> Option<PathBuf> {
        self.out.as_ref().map(|folder| folder.join(RECORDING))
    }
}

/// The name of a recording in the folder that `--out` names.
pub(super) const RECORDING: &str = "recording.jsonl";

/// The reports of a run, with their files open.
#[derive(Debug)]
pub(super) struct Reports {
    open: Vec<(Format, Option<(PathBuf, File)>)>,
}

impl Reports {
    /// Empties or makes the files, before anything is sent: a report that cannot be written is a wrong use, and an
    /// old report must not pass for one of this run.
    pub(super) fn create(wanted: &Wanted) -> Result<Self, CliError> {
        let mut options = wanted.report.clone();
        if let Some(folder) = &wanted.out {
            std::fs::create_dir_all(folder).map_err(|cause| CliError::Unwritable { path: folder.clone(), cause })?;
            let set = Format::ALL.map(|format| ReportOption { format, path: Some(folder.join(format.file())) });
            options.extend(set);
        }
        for (number, option) in options.iter().enumerate() {
            if options.iter().take(number).any(|earlier| earlier.path == option.path) {
                let place = option.path.as_ref().map_or("-".into(), |path| path.display().to_string());
                return Err(CliError::usage(format!("two reports are to be written to `{place}`")));
            }
        }
        let open = options.iter().map(|option| {
            let opened = option.path.clone().map(|path| match File::create(&path) {
                Ok(file) => Ok((path, file)),
                Err(cause) => Err(CliError::Unwritable { path, cause }),
            });
            Ok((option.format, opened.transpose()?))
        });
        Ok(Self { open: open.collect::<Result<_, CliError>>()? })
    }

    /// Shows the run and writes its reports. With a report on standard output, the rest is on standard error.
    pub(super) fn publish(self, result: &RunResult, detail: Detail) -> Result<(), CliError> {
        let options = console::Options { verbose: detail.verbose, quiet: detail.quiet, width: width() };
        let shown = console::render(result, &options);
        match self.open.iter().any(|(_, file)| file.is_none()) {
            true => eprint(&shown)?,
            false => print(&shown)?,
        }
        self.write(result).map(|_| ())
    }

    /// Writes the reports, and gives the names of their files.
    pub(super) fn write(self, result: &RunResult) -> Result<Vec<PathBuf>, CliError> {
        let mut written = Vec::new();
        for (format, file) in self.open {
            match file {
                None => {
                    let mut out = BufWriter::new(anstream::stdout().lock());
                    read_or_not(format.write(result, &mut out).and_then(|()| out.flush()))?;
                }
                Some((path, file)) => {
                    let mut file = BufWriter::new(file);
                    let write = format.write(result, &mut file).and_then(|()| file.flush());
                    write.map_err(|cause| CliError::Internal(format!("cannot write `{}`: {cause}", path.display())))?;
                    written.push(path);
                }
            }
        }
        Ok(written)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("json=a=b.json", Ok((Format::Json, Some("a=b.json"))))]
    #[case("junit=-", Ok((Format::Junit, None)))]
    #[case("json", Err("expected FORMAT=PATH"))]
    #[case("json=", Err("expected FORMAT=PATH"))]
    #[case("jsno=a", Err("there is no format `jsno`; did you mean `json`?"))]
    fn reads_reports(#[case] text: &str, #[case] expected: Result<(Format, Option<&str>), &str>) {
        match (text.parse::<ReportOption>(), expected) {
            (Ok(option), Ok((format, path))) => {
                assert_eq!(option, ReportOption { format, path: path.map(PathBuf::from) });
            }
            (Err(message), Err(start)) => assert!(message.starts_with(start), "{message}"),
            (parsed, expected) => panic!("expected {expected:?}, got {parsed:?}"),
        }
    }

    #[test]
    fn two_reports_do_not_share_a_place() {
        let report = ["json=-", "junit=-"].iter().map(|text| text.parse().unwrap()).collect();
        let error = Reports::create(&Wanted { report, out: None }).unwrap_err();
        assert_eq!(error.to_string(), "two reports are to be written to `-`");
    }

    #[test]
    fn the_help_lists_every_format() {
        let command = <Wanted as clap::Args>::augment_args(clap::Command::new("test"));
        let argument = command.get_arguments().find(|argument| argument.get_id() == "report").unwrap();
        let help = argument.get_long_help().unwrap().to_string();
        assert!(help.contains(&format!("The formats: {}", Format::ALL.map(Format::id).join(", "))), "{help}");
    }

    #[test]
    fn a_closed_pipe_is_no_error() {
        struct Closed(io::ErrorKind);
        impl Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(self.0.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        assert!(written(Closed(io::ErrorKind::BrokenPipe), "text").is_ok());
        assert_eq!(written(Closed(io::ErrorKind::StorageFull), "text").unwrap_err().exit_code(), 4);
    }
}
