//! A badge for a page: the conclusion, and how many requirements held, as a small SVG.

use crate::judge::result::{Conclusion, RunResult};

/// Width of a character of the badge's face, on the safe side, in pixels.
const CHARACTER: usize = 7;
/// Space beside a text, in pixels.
const SPACE: usize = 6;
/// What stands on the left.
const LABEL: &str = "conformance";

/// A run as a badge. Nothing in it comes from the target.
pub fn render(result: &RunResult) -> String {
    let coverage = &result.counts.requirements;
    let part = if result.partial { ", in part" } else { "" };
    // Whoever answered instead of the target may have earned it.
    let insecure = if result.target.insecure { ", insecure" } else { "" };
    let word = result.conclusion.word();
    let text = format!("{word}{part} {} of {}{insecure}", coverage.held, coverage.observable);
    let colour = match result.conclusion {
        Conclusion::Conformant => "#1a6e34",
        Conclusion::NonConformant | Conclusion::Internal => "#b3142f",
        Conclusion::ConformantWithWaivers
        | Conclusion::NothingSent
        | Conclusion::Inconclusive
        | Conclusion::Interrupted => "#8a5300",
    };
    let width = |text: &str| text.chars().count() * CHARACTER + 2 * SPACE;
    let (left, right) = (width(LABEL), width(&text));
    let whole = left + right;
    let middle = |start: usize, width: usize| start + width / 2;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{whole}\" height=\"20\" role=\"img\" \
         aria-label=\"{LABEL}: {text}\">\n\
         <title>{LABEL}: {text}</title>\n\
         <rect width=\"{whole}\" height=\"20\" rx=\"3\" fill=\"#3d444d\"/>\n\
         <path d=\"M{left} 0h{inner}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3h-{inner}z\" fill=\"{colour}\"/>\n\
         <g fill=\"#fff\" font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"11\" text-anchor=\"middle\">\n\
         <text x=\"{label_at}\" y=\"14\">{LABEL}</text>\n\
         <text x=\"{text_at}\" y=\"14\">{text}</text>\n\
         </g>\n\
         </svg>\n",
        inner = right - 3,
        label_at = middle(0, left),
        text_at = middle(left, right),
    )
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn shows_the_conclusion() {
        insta::assert_snapshot!("badge", render(&sample::every_verdict()));
        let clean = render(&sample::clean());
        assert!(clean.contains(">conformant 1 of 1<"), "{clean}");
        let mut insecure = sample::clean();
        insecure.target.insecure = true;
        assert!(render(&insecure).contains(">conformant 1 of 1, insecure<"), "{insecure:?}");
    }
}
