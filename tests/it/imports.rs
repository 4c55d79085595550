//! The order of the modules: each imports only from those above it, and what must stay apart stays apart.

use crate::sources::{Source, sources};

/// Every module, in import order.
const ORDER: [&str; 27] = [
    "pointer",
    "diagnostic",
    "embedded",
    "yaml",
    "contract",
    "exchange",
    "verdict",
    "expect",
    "waiver",
    "snapshot",
    "suite",
    "generate",
    "check",
    "event",
    "recording",
    "merge",
    "plan",
    "target",
    "runner",
    "judge",
    "report",
    "signoff",
    "repro",
    "reference",
    "deployments",
    "prove",
    "cli",
];

/// Who must not import what, although the order would let it.
const APART: [(&str, &[&str]); 5] = [
    // It certifies the checks, so it must not share their mistakes.
    ("reference", &ORDER),
    // What a recording shows is all that a judge or a report may know.
    ("judge", &["target", "runner"]),
    ("report", &["target", "runner"]),
    // A run must not know that what it tests is its own server.
    ("prove", &["report"]),
    ("cli", &[]),
];

/// Who may import the reference server.
const MAY_START_A_SERVER: [&str; 3] = ["deployments", "prove", "cli"];

#[test]
fn the_crate_lists_its_modules_in_import_order() {
    let crate_root = include_str!("../../src/lib.rs");
    let listed: Vec<&str> = crate_root
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ").or_else(|| line.strip_prefix("mod ")))
        .map(|rest| rest.trim_end_matches([';', '{', ' ']))
        .collect();
    let known: Vec<&str> = ORDER.into_iter().filter(|module| listed.contains(module)).collect();
    assert_eq!(listed, known);
}

#[test]
fn imports_point_up() {
    let mut wrong = Vec::new();
    for source in sources() {
        let Some(module) = source.module() else { continue };
        for (line, imported) in imports(&source) {
            if let Some(reason) = forbidden(module, &imported) {
                wrong.push(format!("src/{}:{line}: `{module}` imports `{imported}`: {reason}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn forbidden(module: &str, imported: &str) -> Option<&'static str> {
    let place = |name: &str| ORDER.iter().position(|known| *known == name);
    if module == imported {
        return None;
    }
    let apart = APART.iter().any(|(who, what)| *who == module && what.contains(&imported));
    match (place(module), place(imported)) {
        (None, _) => Some("the importing module is not in the order"),
        (_, None) => Some("the imported module is not in the order"),
        (Some(from), Some(to)) if to > from => Some("it stands below"),
        _ if apart => Some("they must stay apart"),
        _ if imported == "reference" && !MAY_START_A_SERVER.contains(&module) => Some("only its users may know it"),
        _ => None,
    }
}

/// The modules of the crate that a file names, with the lines.
fn imports(source: &Source) -> Vec<(usize, String)> {
    let text: String = source.lines.iter().map(|(_, line)| format!("{line}\n")).collect();
    let to_root = "super::".repeat(source.depth());
    let mut found = Vec::new();
    for root in ["crate::", &to_root] {
        for (at, _) in text.match_indices(root) {
            let before = text[..at].chars().next_back();
            let part_of_a_name = before.is_some_and(|it| it.is_alphanumeric() || it == '_' || it == ':' || it == '$');
            if part_of_a_name || text[at + root.len()..].starts_with("super::") {
                continue;
            }
            let number = text[..at].matches('\n').count();
            found.extend(names(&text[at + root.len()..]).into_iter().map(|name| (source.lines[number].0, name)));
        }
    }
    found
}

/// The first names of a path, or of each path in braces.
fn names(text: &str) -> Vec<String> {
    let name = |text: &str| -> String {
        text.trim_start().chars().take_while(|character| character.is_alphanumeric() || *character == '_').collect()
    };
    let Some(list) = text.strip_prefix('{') else { return vec![name(text)] };
    let (mut depth, mut parts) = (1, vec![String::new()]);
    for character in list.chars() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => parts.push(String::new()),
            _ => {}
        }
        if depth == 0 {
            break;
        }
        if let Some(last) = parts.last_mut() {
            last.push(character);
        }
    }
    parts.iter().map(|part| name(part.trim_start_matches(','))).filter(|name| !name.is_empty()).collect()
}

#[test]
fn names_are_found_however_they_are_written() {
    let source = |path: &str, text: &str| Source {
        path: path.to_owned(),
        lines: text.lines().enumerate().map(|(number, line)| (number + 1, line.to_owned())).collect(),
    };
    let found = |path: &str, text: &str| -> Vec<String> {
        imports(&source(path, text)).into_iter().map(|(line, name)| format!("{line} {name}")).collect()
    };
    assert_eq!(found("a/b.rs", "use crate::x::Y;\nlet z = crate::w::v();"), ["1 x", "2 w"]);
    assert_eq!(found("a/b.rs", "use crate::{x::{Y, Z}, w,\n    v::U};"), ["1 x", "1 w", "1 v"]);
    assert_eq!(found("a/b.rs", "use super::super::x::Y;\nuse super::w;"), ["1 x"]);
    assert_eq!(found("a/mod.rs", "use super::x::Y;"), ["1 x"]);
    assert_eq!(found("a.rs", "use super::x::Y;"), ["1 x"]);
    assert_eq!(found("a/b/c.rs", "use super::super::x;"), Vec::<String>::new());
}

/// What only one part of the crate may do: who, and how the code of it looks.
const ALONE: [(&[&str], &[&str]); 5] = [
    (&["runner", "deployments"], &["reqwest::"]),
    (&["reference"], &["axum::"]),
    (&["cli"], &["println!(", "eprintln!(", "print!(", "eprint!("]),
    (&["cli"], &["std::env::", "env::var(", "process::exit("]),
    (&["cli"], &["clap::"]),
];

#[test]
fn each_thing_is_done_in_one_place() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (owners, looks) in ALONE {
            if source.module().is_none_or(|module| owners.contains(&module)) {
                continue;
            }
            for (line, text) in &source.lines {
                if let Some(look) = looks.iter().find(|look| text.contains(*look)) {
                    wrong.push(format!("src/{}:{line}: `{look}` belongs to {owners:?}", source.path));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
