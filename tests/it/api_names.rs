//! The engine knows no name of the API: what it is called is data.

use conformance::contract::Contract;

use crate::sources::sources;

/// Names of OAuth that are also keys of this tool's profiles.
const OWN: [&str; 2] = ["client_id", "client_secret"];

/// The two notations of a refusal, which the checks of refusals are about.
const REFUSALS: [&str; 3] = ["ErrorResponse", "HTTPValidationError", "ValidationItem"];

/// Operation paths, models, errors and telling field names of the API.
fn names() -> Vec<String> {
    let contract = Contract::embedded().unwrap();
    let mut names: Vec<String> = Vec::new();
    names.extend(contract.operations().iter().map(|operation| operation.path.clone()));
    names.extend(contract.errors().iter().map(|error| error.error.clone()));
    names.extend(contract.models().iter().map(|model| model.name.clone()));
    let fields = contract.models().iter().flat_map(|model| model.fields());
    // `code`, `phone` or `message` are words of every language; `refresh_expire` and `oldPassword` are names.
    let telling = |name: &str| name.contains('_') || name.chars().any(char::is_uppercase);
    names.extend(fields.map(|field| field.name.clone()).filter(|name| telling(name)));
    names.retain(|name| !OWN.contains(&name.as_str()));
    names.sort();
    names.dedup();
    names
}

#[test]
fn no_text_of_the_engine_holds_a_name_of_the_api() {
    let names = names();
    assert!(names.len() > 40, "{names:?}");
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| source.module() != Some("reference")) {
        let about_refusals = source.module() == Some("check");
        for (line, text) in &source.lines {
            let held = texts(text);
            let names = names.iter().filter(|name| !(about_refusals && REFUSALS.contains(&name.as_str())));
            for name in names.filter(|name| held.iter().any(|text| has_word(text, name))) {
                wrong.push(format!("src/{}:{line}: `{name}`", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What stands in quotes on a line; a raw or unfinished text counts to the end of the line.
fn texts(line: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character != '"' {
            continue;
        }
        let mut text = String::new();
        while let Some(character) = characters.next() {
            match character {
                '\\' => text.extend(characters.next()),
                '"' => break,
                other => text.push(other),
            }
        }
        texts.push(text);
    }
    texts
}

fn has_word(text: &str, name: &str) -> bool {
    let part_of_a_word = |character: Option<char>| character.is_some_and(|it| it.is_alphanumeric() || it == '_');
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        !part_of_a_word(before) && !part_of_a_word(after)
    })
}

#[test]
fn names_are_found_as_whole_words_in_quotes() {
    let held = |line: &str, name: &str| texts(line).iter().any(|text| has_word(text, name));
    assert!(held("x(\"a Token is\", b)", "Token"));
    assert!(held("x(\"\\\"\", \"Token\")", "Token"));
    assert!(!held("x(Token, \"Tokens\")", "Token"));
    assert!(held("get(\"/auth/token\")", "/auth/token"));
}
