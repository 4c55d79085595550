//! Makes values: fresh ones, forged ones, tampered ones. All randomness comes from one seeded generator.

use data_encoding::BASE64URL_NOPAD;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::Value;
use uuid::Uuid;

/// The generator of one flow: the run's seed and the flow's name decide everything.
#[derive(Debug)]
pub struct Maker {
    random: ChaCha8Rng,
    /// How many wrong codes it has made.
    wrong_codes: usize,
    /// Whether the first of them is off by one.
    off_by_one_first: bool,
}

/// What people try first, and what is left over from testing. None begins with a zero: see [`Maker::wrong_code`].
const USUAL_CODES: [&str; 3] = ["99999999", "11111111", "12345678"];

impl Maker {
    /// A generator for a flow.
    pub fn new(seed: u64, flow: &str) -> Self {
        let mix = flow.bytes().fold(seed ^ 0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        let off_by_one_first = flow.bytes().fold(0_u8, u8::wrapping_add).is_multiple_of(2);
        Self { random: ChaCha8Rng::seed_from_u64(mix), wrong_codes: 0, off_by_one_first }
    }

    /// A random UUID (version 4).
    pub fn uuid(&mut self) -> String {
        let mut bytes = [0; 16];
        self.random.fill_bytes(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
    }

    /// So many lower-case letters and digits, the first a letter.
    pub fn word(&mut self, length: usize) -> String {
        let letters = b"abcdefghijklmnopqrstuvwxyz0123456789";
        (0..length).map(|at| char::from(letters[self.below(if at == 0 { 26 } else { 36 })])).collect()
    }

    /// A strong password: letters of both cases, digits and a sign, 20 characters.
    pub fn password(&mut self) -> String {
        format!("Kq7!{}", self.word(16))
    }

    /// A value of the same shape that was never issued: each letter and digit becomes another of its
    /// kind (hexadecimal digits stay hexadecimal), a UUID becomes another one.
    pub fn forge(&mut self, value: &str) -> String {
        if Uuid::try_parse(value).is_ok() && value.len() == 36 {
            return self.uuid();
        }
        let hexadecimal = value.chars().filter(char::is_ascii_alphanumeric).all(|c| c.is_ascii_hexdigit());
        let forged: String = value.chars().map(|c| self.another(c, hexadecimal)).collect();
        if forged == value { format!("{forged}0") } else { forged }
    }

    /// The value with every UUID in it replaced by one that was never issued; `None` where it has none.
    pub fn forge_uuids(&mut self, text: &str) -> Option<String> {
        let mut forged = String::new();
        let (mut rest, mut found) = (text, false);
        while let Some(c) = rest.chars().next() {
            let boundary = !forged.ends_with(|c: char| c.is_ascii_alphanumeric()) || found;
            let candidate = [36, 32].into_iter().filter_map(|length| rest.get(..length)).find(|candidate| {
                boundary
                    && candidate.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
                    && Uuid::try_parse(candidate).is_ok()
            });
            if let Some(candidate) = candidate {
                let fresh = self.uuid();
                forged.push_str(&if candidate.len() == 32 { fresh.replace('-', "") } else { fresh });
                rest = &rest[candidate.len()..];
                found = true;
            } else {
                forged.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
        found.then_some(forged)
    }

    /// The value with one character changed. Not one of the last: the last characters of a base64 text
    /// may hold bits that decode to nothing.
    pub fn tamper(&mut self, value: &str) -> String {
        let chars: Vec<char> = value.chars().collect();
        let from_end = chars.len().min(12);
        let preferred = (0..chars.len()).rev().skip(from_end / 2).chain((0..chars.len()).rev());
        let Some(at) = preferred.into_iter().find(|&at| chars[at].is_ascii_alphanumeric()) else {
            return format!("{value}x");
        };
        let changed = match chars[at] {
            'a' | 'A' | '0' => {
                if chars[at] == '0' {
                    '1'
                } else {
                    'b'
                }
            }
            c if c.is_ascii_digit() => char::from(b'0' + (c as u8 - b'0' + 1) % 10),
            c if c.is_ascii_uppercase() => 'a',
            _ => 'A',
        };
        // Letters change to another letter, not to another case, so that comparing without case sees it too.
        let changed = if changed.eq_ignore_ascii_case(&chars[at]) { '7' } else { changed };
        chars.iter().enumerate().map(|(index, &c)| if index == at { changed } else { c }).collect()
    }

    /// A wrong code: the right one with one digit changed, and no leading zero where the right one has none. By turns it is
    /// off by one and has the right end, so that a comparison of about the code shows, and one of a part of it; the flow's
    /// name alone decides which comes first, so that every run has both. The second to the fourth of a flow are codes that
    /// everybody tries, as long as the right one.
    pub fn wrong_code(&mut self, digits: &str) -> String {
        let usual = self.wrong_codes.checked_sub(1).and_then(|at| USUAL_CODES.get(at)?.get(..digits.len()));
        let by_one = self.off_by_one_first == self.wrong_codes.is_multiple_of(2);
        self.wrong_codes += 1;
        match usual.filter(|usual| !usual.is_empty() && *usual != digits) {
            Some(usual) => usual.to_owned(),
            None => self.nearly_right(digits, by_one),
        }
    }

    fn nearly_right(&mut self, digits: &str, by_one: bool) -> String {
        let at = if by_one { digits.len().saturating_sub(1) } else { self.below(digits.len().div_ceil(2)) };
        let step = u32::try_from(1 + self.below(8)).unwrap_or(1);
        let changed = |(index, digit): (usize, char)| match digit.to_digit(10) {
            Some(9) if index == at && by_one => '8',
            // From 1 to 9 around, so that no zero comes to stand first.
            Some(old) if index == at => {
                let new = if by_one { old + 1 } else { (old + 8 + step) % 9 + 1 };
                char::from_digit(new, 10).unwrap_or('1')
            }
            _ => digit,
        };
        let wrong: String = digits.chars().enumerate().map(changed).collect();
        if wrong == digits { format!("{wrong}1") } else { wrong }
    }

    /// Varied text of so many characters, without blanks at its ends.
    pub fn text(&mut self, length: usize) -> String {
        let mut text = String::with_capacity(length + 12);
        while text.len() < length {
            let size = 3 + self.below(8);
            text.push_str(&self.word(size));
            text.push(' ');
        }
        text.truncate(length.saturating_sub(1));
        text.push('.');
        text
    }

    /// A number below a bound.
    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.random.next_u64() % bound.max(1) as u64).unwrap_or(0)
    }

    fn another(&mut self, c: char, hexadecimal: bool) -> char {
        let (start, count) = match c {
            '0'..='9' => (b'0', 10),
            'a'..='z' => (b'a', if hexadecimal { 6 } else { 26 }),
            'A'..='Z' => (b'A', if hexadecimal { 6 } else { 26 }),
            _ => return c,
        };
        char::from(start + u8::try_from(self.below(count)).unwrap_or(0))
    }
}

/// A text without so many of its last characters.
pub fn shorten(text: &str, by: usize) -> String {
    let count = text.chars().count().saturating_sub(by);
    text.chars().take(count).collect()
}

/// A text with every letter in the other case.
pub fn recase(text: &str) -> String {
    let other = |c: char| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
    text.chars().map(other).collect()
}

/// A token with every letter in the other case; `None` where no letter is beyond the hexadecimal ones, so that the two
/// may name the same bytes.
pub fn recase_token(token: &str) -> Option<String> {
    token.chars().any(|c| c.is_ascii_alphabetic() && !c.is_ascii_hexdigit()).then(|| recase(token))
}

/// A JSON Web Token without its signature and with the algorithm `none`; `None` for a token of another kind.
pub fn unsign(token: &str) -> Option<String> {
    let mut parts = token.split('.');
    let (header, payload) = (parts.next()?, parts.next()?);
    let decoded = BASE64URL_NOPAD.decode(header.as_bytes()).ok()?;
    let mut header: Value = serde_json::from_slice(&decoded).ok()?;
    *header.get_mut("alg")? = Value::from("none");
    Some(format!("{}.{payload}.", BASE64URL_NOPAD.encode(header.to_string().as_bytes())))
}

/// Shuffles by a seed (Fisher–Yates).
pub fn shuffle<T>(items: &mut [T], seed: u64) {
    let mut maker = Maker::new(seed, "order");
    for at in (1..items.len()).rev() {
        items.swap(at, maker.below(at + 1));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("3f2a9b")]
    #[case("tok_AbC-123.xyz")]
    #[case("")]
    #[case("cf6e0f9c-ae94-4d72-8faf-cdc90394c261")]
    fn a_forged_value_differs_and_a_tampered_one_in_one_character(#[case] value: &str) {
        let mut maker = Maker::new(1, "t");
        assert_ne!(maker.forge(value), value);
        let tampered = maker.tamper(value);
        assert_ne!(tampered.to_ascii_lowercase(), value.to_ascii_lowercase());
        if !value.is_empty() {
            let changed = tampered.chars().zip(value.chars()).filter(|(a, b)| a != b).count();
            assert_eq!((changed, tampered.len()), (1, value.len()));
        }
    }

    #[test]
    fn every_uuid_of_a_link_is_forged_and_nothing_else() {
        let mut maker = Maker::new(1, "t");
        let link = "http://x/verify?u=cf6e0f9c-ae94-4d72-8faf-cdc90394c261&code=cf6e0f9cae944d728fafcdc90394c261&n=1";
        let forged = maker.forge_uuids(link).expect("it has UUIDs");
        assert_eq!(forged.len(), link.len());
        assert!(forged.starts_with("http://x/verify?u=") && forged.ends_with("&n=1") && !forged.contains("cf6e0f9c"));
        assert_eq!(maker.forge_uuids("http://x/verify?code=17"), None);
    }

    #[test]
    fn a_web_token_loses_its_signature_and_another_token_is_left_alone() {
        let header = BASE64URL_NOPAD.encode(br#"{"alg":"HS256","typ":"JWT"}"#);
        let unsigned = unsign(&format!("{header}.e30.c2lnbmF0dXJl")).expect("a web token");
        let wanted = BASE64URL_NOPAD.encode(br#"{"alg":"none","typ":"JWT"}"#);
        assert_eq!(unsigned, format!("{wanted}.e30."));
        assert_eq!(unsign("dG9rZW4.x.y"), None);
        assert_eq!(unsign("opaque"), None);
    }

    #[test]
    fn a_token_is_recased_unless_it_is_hexadecimal() {
        assert_eq!(recase_token("aXy-0"), Some("AxY-0".to_owned()));
        assert_eq!(recase_token("cf6e0f9c-ae94-4d72-8faf-cdc90394c261"), None);
        assert_eq!(recase_token("17"), None);
    }

    #[rstest]
    #[case("1234", 1, "123")]
    #[case("caf\u{e9}", 1, "caf")]
    #[case("ab", 4, "")]
    fn a_text_is_shortened_by_characters(#[case] text: &str, #[case] by: usize, #[case] short: &str) {
        assert_eq!(shorten(text, by), short);
    }

    #[rstest]
    #[case(1)]
    #[case(1000)]
    fn text_has_its_length_and_no_blank_at_its_ends(#[case] length: usize) {
        let text = Maker::new(3, "t").text(length);
        assert_eq!((text.chars().count(), text.trim()), (length, text.as_str()));
    }

    #[test]
    fn the_codes_that_everybody_tries_are_tried_but_for_the_right_one() {
        let wrong = |right: &str| {
            let mut maker = Maker::new(9, "t");
            (0..6).map(|_| maker.wrong_code(right)).collect::<Vec<_>>()
        };
        assert_eq!(wrong("5678")[1..4], ["9999", "1111", "1234"]);
        assert_eq!(wrong("567890")[1..4], ["999999", "111111", "123456"]);
        let others = wrong("1111");
        assert!(others.iter().all(|wrong| wrong != "1111" && wrong.len() == 4), "{others:?}");
    }

    #[rstest]
    #[case::by_one("1234", true, &["1235"])]
    #[case::by_one_downwards("1239", true, &["1238"])]
    #[case::by_one_from_zero("1230", true, &["1231"])]
    #[case::one_digit_by_one("0", true, &["1"])]
    #[case::with_the_right_end("1034", false, &["2034", "3034", "4034", "5034", "6034", "7034", "8034", "9034",
        "1134", "1234", "1334", "1434", "1534", "1634", "1734", "1834"])]
    #[case::no_code("", true, &["1"])]
    fn a_wrong_code_differs_in_one_digit_and_gains_no_leading_zero(
        #[case] right: &str,
        #[case] by_one: bool,
        #[case] expected: &[&str],
    ) {
        let mut maker = Maker::new(9, "t");
        let made: BTreeSet<String> = (0..400).map(|_| maker.nearly_right(right, by_one)).collect();
        assert_eq!(made, expected.iter().map(|&code| code.to_owned()).collect());
    }

    #[test]
    fn nearly_right_codes_come_by_turns_and_the_name_says_which_comes_first() {
        let by_one = |flow| {
            let mut maker = Maker::new(9, flow);
            (0..7).map(|_| maker.wrong_code("5678") == "5679").collect::<Vec<_>>()
        };
        // The second to the fourth are codes that everybody tries.
        assert_eq!(by_one("b"), [true, false, false, false, true, false, true]);
        assert_eq!(by_one("a"), [false, false, false, false, false, true, false]);
    }
}
