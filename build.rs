//! Embeds `schemas/` and `suites/` in the binary, so that it runs from anywhere.
//!
//! Writes two tables of (path relative to the folder, text), sorted by path, and one of their YAML as trees, for
//! `src/embedded.rs`, and a test for each flow, for `tests/flows.rs`.

#[path = "src/yaml/parser.rs"]
mod parser;
// Reading a tree is all that is done here.
#[allow(dead_code)]
#[path = "src/yaml/tree.rs"]
mod tree;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets the manifest folder"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets the output folder"));
    let tables = [
        table("SCHEMAS", "The files below `schemas/`.", &root.join("schemas"))?,
        table("SUITES", "The files below `suites/`.", &root.join("suites"))?,
        trees(&[root.join("schemas"), root.join("suites")], &out)?,
    ];
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/yaml");
    fs::write(out.join("embedded.rs"), tables.concat())?;
    fs::write(out.join("flow_tests.rs"), flow_tests(&root.join("suites"))?)
}

/// A module for each suite with a test for each of its flows, and the list of all flows. What is no flow that can be
/// told by its line alone is missed, which a test notices.
fn flow_tests(folder: &Path) -> io::Result<String> {
    let mut files = Vec::new();
    collect(folder, folder, &mut files)?;
    files.sort();
    let (mut text, mut list) = (String::new(), String::new());
    for (relative, file) in files {
        let Some(suite) = relative.strip_suffix(".yaml").filter(|suite| *suite != "fixtures") else { continue };
        let mut tests = String::new();
        for id in fs::read_to_string(file)?.lines().filter_map(|line| line.strip_prefix("  - id: ")) {
            // A stage is the beginning of a generated flow.
            let id = if suite == "stages" { format!("cases-{}", id.trim()) } else { id.trim().to_owned() };
            writeln!(tests, "    #[test]\n    fn {}() {{ super::holds({id:?}); }}", id.replace('-', "_"))
                .expect("a string takes any text");
            writeln!(list, "    {id:?},").expect("a string takes any text");
        }
        let name = if suite == "stages" { "generated".to_owned() } else { suite.replace('-', "_") };
        writeln!(text, "mod {name} {{\n{tests}}}").expect("a string takes any text");
    }
    Ok(format!("{text}const TESTED: &[&str] = &[\n{list}];\n"))
}

fn table(name: &str, about: &str, folder: &Path) -> io::Result<String> {
    // A path that does not exist yet is watched as well: creating it rebuilds.
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files = Vec::new();
    if folder.is_dir() {
        collect(folder, folder, &mut files)?;
    }
    files.sort();
    let mut text = format!("/// {about}\npub const {name}: &[(&str, &str)] = &[\n");
    for (relative, file) in files {
        writeln!(text, "    ({relative:?}, include_str!({file:?})),").expect("a string takes any text");
    }
    text.push_str("];\n");
    Ok(text)
}

/// The trees of the YAML below these folders, packed. What has a mistake is left to be told of by those who read it.
fn trees(folders: &[PathBuf], out: &Path) -> io::Result<String> {
    let about = "Files among these as trees: (path relative to its folder, packed).";
    let mut text = format!("/// {about}\npub(crate) const TREES: &[(&str, &[u8])] = &[\n");
    for folder in folders {
        let mut files = Vec::new();
        collect(folder, folder, &mut files)?;
        files.sort();
        for (relative, file) in files.iter().filter(|(relative, _)| relative.ends_with(".yaml")) {
            let (Some(tree), mistakes) = parser::parse(&fs::read_to_string(file)?) else { continue };
            if mistakes.is_empty() {
                let packed = out.join(format!("{}.tree", relative.replace('/', "-")));
                fs::write(&packed, postcard::to_allocvec(&tree).map_err(io::Error::other)?)?;
                writeln!(text, "    ({relative:?}, include_bytes!({packed:?})),").expect("a string takes any text");
            }
        }
    }
    text.push_str("];\n");
    Ok(text)
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if hidden {
            continue;
        }
        if path.is_dir() {
            println!("cargo::rerun-if-changed={}", path.display());
            collect(root, &path, files)?;
        } else {
            println!("cargo::rerun-if-changed={}", path.display());
            let relative = path.strip_prefix(root).expect("files lie below their folder");
            let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
            files.push((parts.join("/"), path));
        }
    }
    Ok(())
}
