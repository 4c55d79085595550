//! Patterns for ids: `*` stands for any text, `?` for one character, everything else for itself.

/// Whether a pattern matches a whole text.
pub fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut read) = (0, 0);
    // Where to go on when the last `*` has to take one character more.
    let mut again: Option<(usize, usize)> = None;
    while read < text.len() {
        match pattern.get(at) {
            Some('*') => {
                again = Some((at + 1, read));
                at += 1;
            }
            Some(c) if *c == '?' || *c == text[read] => {
                at += 1;
                read += 1;
            }
            _ => match again {
                Some((star, taken)) => {
                    again = Some((star, taken + 1));
                    at = star;
                    read = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::matches;

    #[rstest]
    #[case("a", "a", true)]
    #[case("a", "ab", false)]
    #[case("", "", true)]
    #[case("", "a", false)]
    #[case("*", "", true)]
    #[case("*", "a/b/c", true)]
    #[case("a*", "abc", true)]
    #[case("a*c", "abcbc", true)]
    #[case("a*c", "abcb", false)]
    #[case("*b*", "abc", true)]
    #[case("**c", "abc", true)]
    #[case("a?c", "abc", true)]
    #[case("a?c", "ac", false)]
    #[case("a.c", "abc", false)]
    #[case("*aab", "aaaab", true)]
    #[case("é?", "é日", true)]
    fn matches_whole_texts(#[case] pattern: &str, #[case] text: &str, #[case] expected: bool) {
        assert_eq!(matches(pattern, text), expected);
    }

    #[test]
    fn many_wildcards_take_no_long_time() {
        assert!(!matches(&("a*".repeat(30) + "b"), &"a".repeat(2_000)));
    }
}
