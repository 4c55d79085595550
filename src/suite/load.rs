//! Loading: which files there are, and every mistake in them at once.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
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

impl Suites {
    /// The suites that the binary carries.
    ///
    /// # Errors
    /// Every mistake in them.
    pub fn embedded(contract: &Contract) -> Result<Self, SuiteErrors> {
        let files: Vec<File<'_>> = embedded::SUITES.iter().copied().filter(|(name, _)| is_suite(name)).collect();
        load(&files, "suites", &Names::of(contract))
    }

    /// The suites in a folder: every `.yaml` right below it.
    ///
    /// # Errors
    /// A file that cannot be read, else every mistake in all of them.
    pub fn from_dir(dir: &Path, contract: &Contract) -> Result<Self, SuiteErrors> {
        let texts = files_of(dir)?;
        let files: Vec<File<'_>> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        load(&files, &dir.to_string_lossy(), &Names::of(contract))
    }
}

/// One file of suites: its name below the folder, and its text.
pub(super) type File<'f> = (&'f str, &'f str);

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

/// The trees of files, each read by a thread of its own: every start of a run waits for them.
fn parsed(texts: &[(&str, Arc<str>)]) -> Vec<(Option<Node>, Vec<Mistake>)> {
    thread::scope(|scope| {
        let readers: Vec<_> = texts.iter().map(|(_, text)| scope.spawn(|| yaml::parse(text))).collect();
        // A panic of a reader is one of this thread, too.
        let joined = readers.into_iter().map(|reader| reader.join());
        joined.map(|parsed| parsed.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

/// Loads files; `folder` is what their names are shown below.
pub(super) fn load(files: &[File<'_>], folder: &str, names: &Names) -> Result<Suites, SuiteErrors> {
    let owned: Vec<_> = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let shown = |name: &str| Path::new(folder).join(name).to_string_lossy().into_owned();
    let mut mistakes = Vec::new();
    let texts: Vec<(&str, Arc<str>)> = files.iter().map(|(name, text)| (*name, Arc::from(*text))).collect();
    let mut trees: BTreeMap<&str, Node> = BTreeMap::new();
    let nothing = Index::default();
    for ((name, text), (tree, found)) in texts.iter().zip(parsed(&texts)) {
        let reader = Reader::new(name, shown(name), text.clone(), names, &nothing);
        found.into_iter().for_each(|mistake| reader.note(mistake));
        if name.ends_with(".yml") {
            reader.mistake_with(&(0..0), "a suite ends in `.yaml`", "rename the file");
        }
        trees.extend(tree.map(|tree| (*name, tree)));
        mistakes.extend(reader.finish());
    }
    let index = match trees.get(FIXTURES) {
        Some(tree) => Index::new(tree),
        None if files.iter().any(|(name, _)| *name == FIXTURES) => Index::unreadable(),
        None => Index::default(),
    };
    let mut suites = Suites { digest: digest(&owned), ..Suites::default() };
    let mut seen = Seen::new();
    for (name, text) in &texts {
        let Some(tree) = trees.get(name) else { continue };
        let reader = Reader::new(name, shown(name), text.clone(), names, &index);
        match *name {
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
        return if suites.suites.is_empty() { Err(SuiteErrors::NoSuites(folder.to_owned())) } else { Ok(suites) };
    }
    mistakes.sort_by(|left, right| (&left.file, left.span.start).cmp(&(&right.file, right.span.start)));
    Err(SuiteErrors::Mistakes(mistakes))
}
