//! Loading: which files there are, and every mistake in them at once.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use thiserror::Error;

use super::Suites;
use super::flow::Seen;
use super::index::Index;
use super::names::Names;
use super::reader::Reader;
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

    /// Parses texts side by side: every start of a run waits for them.
    pub(super) fn new<'f>(files: impl IntoIterator<Item = File<'f>>, folder: &str) -> Self {
        let files: Vec<File<'_>> = files.into_iter().collect();
        let next = AtomicUsize::new(0);
        let some = || {
            let mut parsed = Vec::new();
            loop {
                let place = next.fetch_add(1, Ordering::Relaxed);
                let Some((name, text)) = files.get(place) else { return parsed };
                let (tree, mistakes) = yaml::parse(text);
                parsed.push((place, ParsedFile { name: (*name).to_owned(), text: Arc::from(*text), tree, mistakes }));
            }
        };
        let helpers = thread::available_parallelism().map_or(0, |threads| threads.get() - 1).min(files.len());
        let mut parsed = thread::scope(|scope| {
            let helpers: Vec<_> = (0..helpers).map(|_| scope.spawn(some)).collect();
            let mut parsed = some();
            for helper in helpers {
                // A panic of a helper is one of this thread, too.
                parsed.extend(helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
            parsed
        });
        parsed.sort_by_key(|(place, _)| *place);
        Self { folder: folder.to_owned(), files: parsed.into_iter().map(|(_, file)| file).collect() }
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
        let mut seen = Seen::new();
        for ParsedFile { name, text, tree, .. } in &files {
            let Some(tree) = tree else { continue };
            let reader = Reader::new(name, shown(name), text.clone(), names, &index);
            match name.as_str() {
                FIXTURES => suites.fixtures = reader.fixtures(tree),
                STAGES => suites.stages = reader.stages(tree),
                _ => {
                    let stem = Path::new(name).file_stem().unwrap_or_default().to_string_lossy();
                    suites.suites.extend(reader.suite(tree, &stem, &mut seen));
                }
            }
            mistakes.extend(reader.finish());
        }
        if mistakes.is_empty() {
            return if suites.suites.is_empty() { Err(SuiteErrors::NoSuites(folder)) } else { Ok(suites) };
        }
        mistakes.sort_by(|left, right| (&left.file, left.span.start).cmp(&(&right.file, right.span.start)));
        Err(SuiteErrors::Mistakes(mistakes))
    }
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
