//! Every mistake in a contract is told with file, line, column and what would be right: the whole text, word by word.

mod catalogues;
mod names;
mod openapi;
mod schemas;
mod syntax;

use super::*;

/// Makes one mistake in the library's contract and tells its kind and the whole text shown to the user.
fn mistake(file: &str, right: &str, wrong: &str) -> String {
    let mut files = library();
    let (_, text) = files.iter_mut().find(|(path, _)| path == file).unwrap();
    assert!(text.contains(right), "{file} has no {right:?}");
    *text = text.replacen(right, wrong, 1);
    told(&files)
}

fn told(files: &[(String, String)]) -> String {
    let error = load::load(files).expect_err("the mistake is found");
    let debug = format!("{error:?}");
    let kind = debug.split('(').next().unwrap();
    let lines: Vec<String> = error.to_string().lines().map(|line| line.trim_end().to_string()).collect();
    format!("{kind}: {}", lines.join("\n"))
}
