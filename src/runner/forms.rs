//! Every form in which a text may be written down, and where one of many forms stands in another text.

use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};

/// Shorter texts have no other forms, and shorter pieces of base64 are anywhere.
pub const SHORT: usize = 8;

/// The forms of a value in which every character of it is escaped: they stand only in texts with an escape.
pub fn escapes(value: &str) -> Vec<String> {
    let (lower, upper) = (HEXLOWER.encode(value.as_bytes()), HEXUPPER.encode(value.as_bytes()));
    let mut forms = vec![
        escaped_units(value, b"0123456789abcdef"),
        escaped_units(value, b"0123456789ABCDEF"),
        percent_of_each(&lower),
        percent_of_each(&upper),
    ];
    forms.dedup();
    forms
}

/// Whether a text may hold something of which every character is escaped: so many escapes stand in a row as anything that
/// is not short has at least. A unit of UTF-16 is at most three bytes of UTF-8.
pub fn has_escapes(text: &str) -> bool {
    let in_a_row = |mark: &str, digits: usize, least: usize| {
        let mut row = 0;
        let mut pieces = text.split(mark).skip(1);
        pieces.any(|piece| {
            let whole = piece.bytes().take(digits).filter(u8::is_ascii_hexdigit).count() == digits;
            row = if whole { row + 1 } else { 0 };
            let enough = row >= least;
            if piece.len() != digits {
                row = 0;
            }
            enough
        })
    };
    // Most texts have neither mark.
    text.contains('%') && in_a_row("%", 2, SHORT) || text.contains('\\') && in_a_row("\\u", 4, SHORT.div_ceil(3))
}

/// Every other form in which a value may be written down that differs from the value: percent-encoded, JSON-escaped,
/// hexadecimal, and base64, also where it begins within a longer text. One form may stand here twice.
pub fn encodings(value: &str) -> Vec<String> {
    let bytes = value.as_bytes();
    let mut forms = vec![HEXLOWER.encode(bytes), HEXUPPER.encode(bytes)];
    // Nothing has to be escaped in most tokens.
    if !bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')) {
        forms.extend(escaped(value));
    }
    // The characters that a value decides wherever it begins in what is encoded, without those that its neighbours do.
    let mut shifted = Vec::with_capacity(bytes.len() + 2);
    for shift in 0..3 {
        shifted.clear();
        shifted.resize(shift, 0);
        shifted.extend(bytes);
        let whole = shifted.len() * 8 / 6;
        let start = (shift * 8).div_ceil(6);
        let mut encoded = BASE64_NOPAD.encode(&shifted);
        let mut for_urls = encoded.contains(['+', '/']).then(|| BASE64URL_NOPAD.encode(&shifted));
        for encoded in for_urls.iter_mut().chain([&mut encoded]) {
            if shift == 0 && encoded.len() > whole {
                forms.push(encoded.clone());
            }
            encoded.truncate(whole);
            encoded.drain(..start.min(whole));
        }
        forms.extend(for_urls.into_iter().chain([encoded]).filter(|part| shift == 0 || part.len() >= SHORT));
    }
    forms.retain(|form| form != value && !form.is_empty());
    forms
}

/// The forms in which only some characters are escaped: percent-encoded, and for JSON and HTML.
fn escaped(value: &str) -> [String; 7] {
    let percent: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
    let json = serde_json::to_string(value).unwrap_or_default();
    let json = json.strip_prefix('"').and_then(|json| json.strip_suffix('"')).unwrap_or_default().to_owned();
    [
        percent.to_lowercase(),
        percent.replace('+', "%20"),
        percent,
        json.replace('/', "\\/"),
        serde_json::to_string(&json).unwrap_or_default().trim_matches('"').to_owned(),
        json,
        value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;"),
    ]
}

/// Every UTF-16 unit as an escape of JSON, with these digits.
fn escaped_units(value: &str, digits: &[u8; 16]) -> String {
    let mut escaped = String::with_capacity(6 * value.len());
    for unit in value.encode_utf16() {
        escaped.push_str("\\u");
        escaped.extend([12, 8, 4, 0].map(|shift| char::from(digits[usize::from(unit >> shift & 15)])));
    }
    escaped
}

/// Every byte of a hexadecimal text behind a percent sign.
fn percent_of_each(digits: &str) -> String {
    let mut encoded = String::with_capacity(digits.len() / 2 * 3);
    for (at, digit) in digits.chars().enumerate() {
        if at % 2 == 0 {
            encoded.push('%');
        }
        encoded.push(digit);
    }
    encoded
}

/// The length of a beginning, in bytes: shorter texts are not found.
pub const LENGTH: usize = 4;
/// Beginnings are told apart by so many bits first.
const BITS: u32 = 16;

/// Finds many texts in one pass over another: nearly everywhere nearly none of them stands.
#[derive(Debug)]
pub struct Finder {
    /// One bit for each slot that a beginning falls into.
    slots: Vec<u64>,
    /// Each with its owner, in the order of their beginnings.
    texts: Vec<(usize, String)>,
}

impl FromIterator<(usize, String)> for Finder {
    /// Looks for texts of four bytes or more, each of which belongs to an owner.
    fn from_iter<I: IntoIterator<Item = (usize, String)>>(texts: I) -> Self {
        let mut slots = vec![0; (1 << BITS) / 64];
        let mut texts: Vec<_> = texts.into_iter().filter(|(_, text)| text.len() >= LENGTH).collect();
        texts.sort_unstable_by_key(|(_, text)| start(text));
        for slot in texts.iter().filter_map(|(_, text)| start(text)).map(slot) {
            slots[slot / 64] |= 1 << (slot % 64);
        }
        Self { slots, texts }
    }
}

impl Finder {
    /// What stands in a text, each once with its owner: by owner, longer ones first.
    pub fn found_in(&self, text: &str) -> Vec<(usize, &str)> {
        let bytes = text.as_bytes();
        let mut found = Vec::new();
        for (at, window) in bytes.windows(LENGTH).enumerate() {
            let Some(&here) = window.first_chunk() else { continue };
            let slot = slot(here);
            if self.slots[slot / 64] & 1 << (slot % 64) == 0 {
                continue;
            }
            let first = self.texts.partition_point(|(_, text)| start(text) < Some(here));
            let begin_so = self.texts[first..].iter().take_while(|(_, text)| start(text) == Some(here));
            let here = begin_so.filter(|(_, text)| bytes[at..].starts_with(text.as_bytes()));
            found.extend(here.map(|(owner, text)| (*owner, text.as_str())));
        }
        sort(&mut found);
        found
    }
}

/// Sorts what was found by owner, longer ones first, so that one that holds another is replaced whole; each stands once.
pub fn sort(found: &mut Vec<(usize, &str)>) {
    found.sort_unstable_by_key(|&(owner, text)| (owner, std::cmp::Reverse(text.len()), text));
    found.dedup();
}

fn start(text: &str) -> Option<[u8; LENGTH]> {
    text.as_bytes().first_chunk().copied()
}

/// Fibonacci hashing: the high bits of a product by the golden ratio.
fn slot(start: [u8; LENGTH]) -> usize {
    (u32::from_le_bytes(start).wrapping_mul(0x9e37_79b1) >> (u32::BITS - BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("a secret-word here", &[(1, "secret-word"), (1, "word")])]
    #[case("secr", &[])]
    #[case("sec ret-wor", &[])]
    #[case("", &[])]
    #[case("päss and word, word", &[(1, "word"), (7, "päss")])]
    #[case("secret-secret-worn", &[(2, "secret-worn")])]
    fn all_that_stands_somewhere_is_found(#[case] text: &str, #[case] found: &[(usize, &str)]) {
        let texts = [(7, "päss"), (1, "secret-word"), (2, "secret-worn"), (1, "word")];
        let finder: Finder = texts.into_iter().map(|(owner, text)| (owner, text.to_owned())).collect();
        assert_eq!(finder.found_in(text), found);
    }

    #[rstest]
    #[case::of_bytes("a=%74%6f%6B%2d%61%62%63%64", true)]
    #[case::of_too_few_bytes("%74%6f%6B%2d%61%62%63", false)]
    #[case::not_in_a_row("%74%6f%6B%2d%61%62%63d%64", false)]
    #[case::no_escape("%74%6f%6B%2d%61%62%63%6", false)]
    #[case::of_units("\\u20AC\\u20ac\\u20ac", true)]
    #[case::of_too_few_units("\\u20ac\\u20acd", false)]
    #[case::units_not_in_a_row("\\u20ac \\u20ac \\u20ac", false)]
    fn escapes_stand_in_a_row(#[case] text: &str, #[case] may: bool) {
        assert_eq!(has_escapes(text), may);
    }

    #[rstest]
    #[case("12345678")]
    #[case("€€€")]
    #[case("🔑🔑")]
    #[case("éééé")]
    fn what_is_not_short_may_stand_in_its_escapes(#[case] value: &str) {
        assert!(value.len() >= SHORT);
        for form in escapes(value) {
            assert!(has_escapes(&format!("x{form}y")), "{form}");
        }
    }

    #[test]
    fn every_form_of_a_text_is_another() {
        let mut forms = encodings("a\"/ü+ <b>");
        forms.extend(escapes("a\"/ü+ <b>"));
        for form in [
            "a%22%2F%C3%BC+%2B+%3Cb%3E".replace("+%2B+", "%2B+"),
            "a%22%2F%C3%BC%2B%20%3Cb%3E".to_owned(),
            "a\\\"/ü+ <b>".to_owned(),
            "a\\\"\\/ü+ <b>".to_owned(),
            "a&quot;/ü+ &lt;b&gt;".to_owned(),
            "\\u0061\\u0022\\u002f\\u00fc\\u002b\\u0020\\u003c\\u0062\\u003e".to_owned(),
            "\\u0061\\u0022\\u002F\\u00FC\\u002B\\u0020\\u003C\\u0062\\u003E".to_owned(),
            "%61%22%2F%C3%BC%2B%20%3C%62%3E".to_owned(),
            "%61%22%2f%c3%bc%2b%20%3c%62%3e".to_owned(),
            "61222FC3BC2B203C623E".to_owned(),
            "61222fc3bc2b203c623e".to_owned(),
            "YSIvw7wrIDxiPg".to_owned(),
        ] {
            assert!(forms.contains(&form), "{form} is not in {forms:#?}");
        }
        assert!(!forms.contains(&"a\"/ü+ <b>".to_owned()));
    }
}
