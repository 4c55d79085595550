//! How well-meaning developers spell a documented name 'right'. No table: only the names themselves.

use crate::contract::Contract;

/// The other spellings of a field: in the other notation, and as another model of the contract spells the same word.
pub(super) fn corrected(name: &str, contract: &Contract) -> Vec<String> {
    let mut spellings: Vec<String> = other_notation(name).into_iter().collect();
    spellings.extend(as_elsewhere(name, contract).map(|words| in_notation_of(name, &words)));
    spellings.retain(|spelling| spelling != name);
    spellings.dedup();
    spellings
}

/// `snake_case` for `camelCase`, and the other way round; a name of one word has no other.
fn other_notation(name: &str) -> Option<String> {
    let words = words(name);
    match words.len() {
        0 | 1 => None,
        _ if name.contains('_') => Some(camel(&words)),
        _ => Some(words.join("_")),
    }
}

/// The words of a field of an answer that is spelt almost the same, one letter aside.
fn as_elsewhere(name: &str, contract: &Contract) -> Option<Vec<String>> {
    let folded = words(name).concat();
    let answered = contract.operations().iter().filter_map(|operation| match &operation.success {
        crate::contract::Success::Model(model) => contract.model(model),
        crate::contract::Success::Free => None,
    });
    answered
        .flat_map(|model| model.fields())
        .map(|field| words(&field.name))
        .find(|other| words(name).len() > 1 && strsim::levenshtein(&folded, &other.concat()) == 1)
}

fn in_notation_of(name: &str, words: &[String]) -> String {
    if name.contains('_') { words.join("_") } else { camel(words) }
}

fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new()];
    for c in name.chars() {
        if c == '_' || c.is_uppercase() {
            words.push(String::new());
        }
        if c != '_'
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn camel(words: &[String]) -> String {
    let capital = |word: &String| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
    };
    words.iter().enumerate().map(|(index, word)| if index == 0 { word.clone() } else { capital(word) }).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("access_token", &["accessToken"])]
    #[case("birthDate", &["birth_date"])]
    #[case("mediaPreviewUrl", &["media_preview_url"])]
    #[case("verifed_phone", &["verifedPhone", "verified_phone"])]
    #[case("verifiedEmail", &["verified_email", "verifedEmail"])]
    #[case("phone", &[])]
    fn corrects(#[case] name: &str, #[case] expected: &[&str]) {
        assert_eq!(corrected(name, &Contract::embedded().unwrap()), expected);
    }
}
