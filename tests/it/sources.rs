//! The sources of the crate, without their comments and tests.

use std::fs;
use std::path::{Path, PathBuf};

/// A source file.
pub struct Source {
    /// Path below `src/`, with slashes.
    pub path: String,
    /// Its lines that are no comment and no test, with their numbers.
    pub lines: Vec<(usize, String)>,
}

impl Source {
    /// The module of the crate that it belongs to; none for the two files that name the modules.
    pub fn module(&self) -> Option<&str> {
        let first = self.path.split('/').next().unwrap_or_default();
        match first.strip_suffix(".rs").unwrap_or(first) {
            "lib" | "main" => None,
            module => Some(module),
        }
    }

    /// How many modules the file is below the crate.
    pub fn depth(&self) -> usize {
        let parts = self.path.split('/').count();
        if self.path.ends_with("/mod.rs") { parts - 1 } else { parts }
    }
}

/// Every file below `src/` that is no test.
pub fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    let texts: Vec<(PathBuf, String)> =
        files.into_iter().map(|file| (file.clone(), fs::read_to_string(file).unwrap())).collect();
    let tests: Vec<PathBuf> = texts.iter().flat_map(|(file, text)| test_modules(file, text)).collect();
    let is_test = |file: &Path| tests.iter().any(|test| file.with_extension("") == *test || file.starts_with(test));
    let sources = texts.iter().filter(|(file, _)| !is_test(file)).map(|(file, text)| Source {
        path: file.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/"),
        lines: code(text),
    });
    sources.collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The files or folders of `#[cfg(test)] mod name;`, without an ending.
fn test_modules(file: &Path, text: &str) -> Vec<PathBuf> {
    let folder = match file.file_stem().and_then(|stem| stem.to_str()) {
        Some("mod" | "lib" | "main") => file.parent().unwrap().to_owned(),
        _ => file.with_extension(""),
    };
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let pairs = lines.windows(2).filter(|pair| pair[0] == "#[cfg(test)]");
    let names = pairs.filter_map(|pair| pair[1].rsplit_once("mod ")?.1.strip_suffix(';'));
    names.map(|name| folder.join(name)).collect()
}

/// The lines of a file up to its tests, without comments.
fn code(text: &str) -> Vec<(usize, String)> {
    let mut code = Vec::new();
    let mut lines = text.lines().enumerate().peekable();
    while let Some((number, line)) = lines.next() {
        let next = lines.peek().map_or("", |(_, next)| next.trim());
        if line == "#[cfg(test)]" && next.starts_with("mod ") && next.ends_with('{') {
            break;
        }
        if !line.trim_start().starts_with("//") {
            code.push((number + 1, line.to_owned()));
        }
    }
    code
}

#[test]
fn tests_and_comments_are_left_out() {
    let text = "//! About.\nuse a;\n    // why\nlet b = \"//\";\n#[cfg(test)]\nmod tests {\n}\n";
    assert_eq!(code(text), [(2, "use a;".to_owned()), (4, "let b = \"//\";".to_owned())]);
    let text = "mod a;\n#[cfg(test)]\nmod sample;\n";
    assert_eq!(test_modules(Path::new("src/x/mod.rs"), text), [Path::new("src/x/sample")]);
    assert_eq!(test_modules(Path::new("src/x.rs"), text), [Path::new("src/x/sample")]);
    assert!(sources().iter().all(|source| source.path != "report/sample.rs"));
}
