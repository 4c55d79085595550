//! The HTML report: one file that needs nothing else, and shows nothing but what the run came to.
//!
//! Everything that came from a target is hostile. The template escapes what it writes, the script writes text and
//! never markup, hidden characters are written as escapes, and the page's policy lets no script, style, image or
//! address in but the ones that are part of this program.

mod island;
mod links;
mod sections;
mod view;

pub(super) use view::tone;

use data_encoding::BASE64;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::judge::result::RunResult;

/// The page, and what it is put together from.
const TEMPLATES: [(&str, &str); 6] = [
    ("page.html", include_str!("page.html")),
    HEAD,
    ("macros.html", include_str!("macros.html")),
    ("changed.html", include_str!("changed.html")),
    ("sections.html", include_str!("sections.html")),
    ("ending.html", include_str!("ending.html")),
];
/// How a page begins, up to its title.
pub(super) const HEAD: (&str, &str) = ("head.html", include_str!("head.html"));
pub(super) const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// What the template is filled with.
#[derive(Debug, Serialize)]
struct Filling<'a> {
    policy: String,
    style: &'a str,
    script: &'a str,
    island: String,
    page: view::Page,
}

/// A run as a page.
pub fn render(result: &RunResult) -> String {
    let filling = Filling {
        policy: policy(STYLE, Some(SCRIPT)),
        style: STYLE,
        script: SCRIPT,
        island: island::json(result),
        page: view::page(result),
    };
    filled(&TEMPLATES, &filling)
}

/// `page.html` of these templates, filled.
pub(super) fn filled(templates: &[(&'static str, &'static str)], filling: &impl Serialize) -> String {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    for (name, text) in templates {
        environment.add_template(name, text).expect("the template is part of this program, and tested");
    }
    let template = environment.get_template("page.html").expect("it was just added");
    template.render(Serde(filling)).expect("every name in the template is in its filling")
}

/// Nothing but this style and this script, where there is one; no address at all.
pub(super) fn policy(style: &str, script: Option<&str>) -> String {
    let hash = |text: &str| format!("'sha256-{}'", BASE64.encode(&Sha256::digest(text.as_bytes())));
    format!(
        "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
        hash(style),
        script.map_or_else(|| "'none'".to_owned(), hash)
    )
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::report::plain::is_hidden;

    /// What stands between two marks.
    fn between<'a>(page: &'a str, start: &str, end: &str) -> &'a str {
        let (_, rest) = page.split_once(start).unwrap_or_else(|| panic!("no `{start}`"));
        rest.split_once(end).unwrap_or_else(|| panic!("no `{end}`")).0
    }

    #[test]
    fn the_policy_allows_what_the_page_holds_and_nothing_else() {
        let page = render(&sample::every_verdict());
        assert_eq!(between(&page, "<style>", "</style>"), STYLE);
        assert_eq!(between(&page, "<script>", "</script>"), SCRIPT);
        let policy = between(&page, "http-equiv=\"Content-Security-Policy\" content=\"", "\">").replace("&#x27;", "'");
        assert_eq!(policy.replace("&#x2f;", "/"), super::policy(STYLE, Some(SCRIPT)));
        assert_eq!(page.matches("<script").count(), 2, "the script and the island");
        for addressed in ["src=", "<link", "<img", "<iframe", "@import", "url(", " style=", " onclick="] {
            assert!(!page.contains(addressed), "{addressed}");
        }
    }

    #[test]
    fn hostile_text_stays_text() {
        let page = render(&sample::every_verdict());
        assert!(!page.contains("<script>alert"), "markup of the target came through");
        assert!(page.contains("&lt;script&gt;alert"), "the sample has no markup any more");
        let hidden = page.chars().find(|character| *character != '\n' && is_hidden(*character));
        assert_eq!(hidden, None, "a hidden character of the target came through");
    }

    #[test]
    fn tells_without_a_script_what_failed() {
        let result = sample::every_verdict();
        let page = render(&result);
        let (before, _) = page.split_once("<script").unwrap();
        for told in
            [result.conclusion.word(), &result.summary, "thing-ends-others", "refused (4xx)", "things.yaml:11:9"]
        {
            assert!(before.contains(told), "{told}");
        }
        for requirement in &result.requirements {
            assert!(before.contains(&format!("id=\"r={}\"", requirement.id)), "{}", requirement.id);
        }
    }
}
