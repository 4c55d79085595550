//! Loading: which files there are, and every mistake in them at once.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use thiserror::Error;

use super::flow::Firsts;
use super::index::Index;
use super::names::Names;
use super::parallel::in_parallel;
use super::reader::Reader;
use super::{Fixture, Stage, Suite, Suites};
use crate::contract::Contract;
use crate::contract::digest::digest;
use crate::diagnostic::Diagnostic;
use crate::embedded;
use crate::yaml::{self, Mistake, Node};

const FIXTURES: &str = "fixtures.yaml";
const STAGES: &str = "stages.yaml";

/// Why suites are not usable; nothing is sent before they are mended.
#[derive(Debug, Error)]
pub enum SuiteErrors {
    /// A folder or file of `--suites` cannot be read.
    #[error("cannot read `{}`: {cause}", path.display())]
    Unreadable {
        /// The folder or file.
        path: PathBuf,
        /// The operating system's answer.
        cause: std::io::Error,
    },
    /// A folder without a single suite.
    #[error("expected suites in `{0}`, found none")]
    NoSuites(String),
    /// Mistakes, in the order of the files and lines.
    #[error("{}", shown(.0))]
    Mistakes(Vec<Diagnostic>),
}

impl SuiteErrors {
    /// The mistakes in texts.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        match self {
            Self::Unreadable { .. } | Self::NoSuites(_) => &[],
            Self::Mistakes(diagnostics) => diagnostics,
        }
    }
}

fn shown(diagnostics: &[Diagnostic]) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics {
        text.push_str(&format!("{diagnostic}\n\n"));
    }
    let files: std::collections::BTreeSet<&str> = diagnostics.iter().map(|one| one.file.as_str()).collect();
    let plural = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    text + &format!("{} in {}", plural(diagnostics.len(), "mistake"), plural(files.len(), "file"))
}

/// One file of suites: its name below the folder, and its text.
pub(super) type File<'f> = (&'f str, &'f str);

impl Suites {
    /// The suites that the binary carries.
    ///
    /// # Errors
    /// Every mistake in them.
    pub fn embedded(contract: &Contract) -> Result<Self, SuiteErrors> {
        Parsed::embedded().read(contract)
    }

    /// The suites in a folder: every `.yaml` right below it.
    ///
    /// # Errors
    /// A file that cannot be read, else every mistake in all of them.
    pub fn from_dir(dir: &Path, contract: &Contract) -> Result<Self, SuiteErrors> {
        Parsed::from_dir(dir)?.read(contract)
    }
}

/// Suites as trees: what can be had of them before there is a contract.
#[derive(Debug)]
pub struct Parsed {
    /// What the names of the files are shown below.
    folder: String,
    files: Vec<ParsedFile>,
}

/// One file of suites.
#[derive(Debug)]
struct ParsedFile {
    /// Below the folder.
    name: String,
    text: Arc<str>,
    /// None where the text is broken.
    tree: Option<Node>,
    mistakes: Vec<Mistake>,
}

impl Parsed {
    /// The suites that the binary carries.
    pub fn embedded() -> Self {
        Self::new(embedded::SUITES.iter().copied().filter(|(name, _)| is_suite(name)), "suites")
    }

    /// The suites in a folder: every `.yaml` right below it.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn from_dir(dir: &Path) -> Result<Self, SuiteErrors> {
        let texts = files_of(dir)?;
        let files = texts.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        Ok(Self::new(files, &dir.to_string_lossy()))
    }

    /// Parses texts.
    pub(super) fn new<'f>(files: impl IntoIterator<Item = File<'f>>, folder: &str) -> Self {
        let files: Vec<File<'_>> = files.into_iter().collect();
        let files = in_parallel(&files, |(name, text)| {
            let (tree, mistakes) = yaml::parse(text);
            ParsedFile { name: (*name).to_owned(), text: Arc::from(*text), tree, mistakes }
        });
        Self { folder: folder.to_owned(), files }
    }

    /// Reads what the trees say in the terms of a contract.
    ///
    /// # Errors
    /// Every mistake in all of the files.
    pub fn read(self, contract: &Contract) -> Result<Suites, SuiteErrors> {
        self.read_with(&Names::of(contract))
    }

    /// Reads what the trees say, where these names are known.
    pub(super) fn read_with(self, names: &Names) -> Result<Suites, SuiteErrors> {
        let Self { folder, mut files } = self;
        let shown = |name: &str| Path::new(&folder).join(name).to_string_lossy().into_owned();
        let mut mistakes = Vec::new();
        let nothing = Index::default();
        for file in &mut files {
            let reader = Reader::new(&file.name, shown(&file.name), file.text.clone(), names, &nothing);
            file.mistakes.drain(..).for_each(|mistake| reader.note(mistake));
            if file.name.ends_with(".yml") {
                reader.mistake_with(&(0..0), "a suite ends in `.yaml`", "rename the file");
            }
            mistakes.extend(reader.finish());
        }
        let index = match files.iter().find(|file| file.name == FIXTURES) {
            Some(file) => file.tree.as_ref().map_or_else(Index::unreadable, Index::new),
            None => Index::default(),
        };
        let texts: Vec<_> = files.iter().map(|file| (file.name.clone(), file.text.to_string())).collect();
        let mut suites = Suites { digest: digest(&texts), ..Suites::default() };
        let mut firsts = Firsts::default();
        for file in files.iter().filter(|file| ![FIXTURES, STAGES].contains(&file.name.as_str())) {
            let reader = Reader::new(&file.name, shown(&file.name), file.text.clone(), names, &index);
            file.tree.iter().for_each(|tree| firsts.add(&reader, tree, "flows"));
        }
        let read = in_parallel(&files, |file| {
            let reader = Reader::new(&file.name, shown(&file.name), file.text.clone(), names, &index);
            (file.part(&reader, &firsts), reader.finish())
        });
        for (part, found) in read {
            mistakes.extend(found);
            match part {
                Some(Part::Fixtures(fixtures)) => suites.fixtures = fixtures,
                Some(Part::Stages(stages)) => suites.stages = stages,
                Some(Part::Suite(suite)) => suites.suites.push(suite),
                None => {}
            }
        }
        if mistakes.is_empty() {
            return if suites.suites.is_empty() { Err(SuiteErrors::NoSuites(folder)) } else { Ok(suites) };
        }
        mistakes.sort_by(|left, right| (&left.file, left.span.start).cmp(&(&right.file, right.span.start)));
        Err(SuiteErrors::Mistakes(mistakes))
    }
}

impl ParsedFile {
    /// What its tree says; mistakes are noted by the reader.
    fn part(&self, reader: &Reader<'_>, firsts: &Firsts) -> Option<Part> {
        let tree = self.tree.as_ref()?;
        match self.name.as_str() {
            FIXTURES => Some(Part::Fixtures(reader.fixtures(tree))),
            STAGES => Some(Part::Stages(reader.stages(tree))),
            name => {
                let stem = Path::new(name).file_stem().unwrap_or_default().to_string_lossy();
                reader.suite(tree, &stem, firsts).map(Part::Suite)
            }
        }
    }
}

/// What a file of suites holds.
enum Part {
    Fixtures(Vec<Arc<Fixture>>),
    Stages(Vec<Stage>),
    Suite(Suite),
}

/// Reads suites from a folder: every `.yaml` right below it.
fn files_of(dir: &Path) -> Result<BTreeMap<String, String>, SuiteErrors> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |cause| SuiteErrors::Unreadable { path, cause }
    };
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(dir).map_err(unreadable(dir))? {
        let path = entry.map_err(unreadable(dir))?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_file() && is_suite(&name) {
            files.insert(name, fs::read_to_string(&path).map_err(unreadable(&path))?);
        }
    }
    Ok(files)
}

/// Whether a file, by its name below the folder, holds flows, fixtures or stages. `.yml` is taken in, so
/// that a suite with that ending is a mistake and not a suite that is silently left out.
fn is_suite(name: &str) -> bool {
    !name.contains('/') && !name.starts_with('.') && (name.ends_with(".yaml") || name.ends_with(".yml"))
}
