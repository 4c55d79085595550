//! JSONPath (RFC 9535) to jq, as far as inboxes use it.

/// The jq filter that gives what a JSONPath gives; `None` where it says more than jq is given here. `${…}` stands for
/// the variable `$address`.
pub(super) fn to_jq(path: &str) -> Option<String> {
    let mut rest = path.trim().strip_prefix('$')?;
    let mut filter = String::from(".");
    while !rest.is_empty() {
        let (next, part) = segment(rest)?;
        filter.push_str(&part);
        rest = next;
    }
    Some(filter)
}

fn segment(rest: &str) -> Option<(&str, String)> {
    if let Some(after) = rest.strip_prefix("..") {
        let (name, next) = name(after)?;
        return Some((next, format!(" | .. | objects | select(has(\"{name}\")) | .[\"{name}\"]")));
    }
    if let Some(after) = rest.strip_prefix(".*") {
        return Some((after, " | .[]?".to_owned()));
    }
    if let Some(after) = rest.strip_prefix('.') {
        let (name, next) = name(after)?;
        return Some((next, format!(" | .[\"{name}\"]?")));
    }
    let inner_end = rest.strip_prefix('[')?;
    if let Some(condition) = inner_end.strip_prefix('?') {
        return filtered(condition);
    }
    let (inner, next) = inner_end.split_once(']')?;
    let inner = inner.trim();
    if inner == "*" {
        return Some((next, " | .[]?".to_owned()));
    }
    if inner.parse::<i64>().is_ok() {
        return Some((next, format!(" | .[{inner}]?")));
    }
    let quoted = [('\'', '\''), ('"', '"')].into_iter().find_map(|(open, close)| {
        inner.strip_prefix(open)?.strip_suffix(close).filter(|name| !name.contains(['\\', '"', '\'']))
    })?;
    Some((next, format!(" | .[\"{quoted}\"]?")))
}

/// `@.a.b == 'text'` and a bracket.
fn filtered(condition: &str) -> Option<(&str, String)> {
    let condition = condition.trim_start().trim_start_matches('(').trim_start();
    let mut rest = condition.strip_prefix('@')?;
    let mut place = String::from(".");
    while let Some(after) = rest.strip_prefix('.') {
        let (name, next) = name(after)?;
        place.push_str(&format!(" | .[\"{name}\"]?"));
        rest = next;
    }
    let wanted = rest.trim_start().strip_prefix("==")?.trim_start();
    let quote = wanted.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
    let (literal, next) = wanted[1..].split_once(quote)?;
    let next = next.trim_start().trim_start_matches(')').trim_start().strip_prefix(']')?;
    let value = match literal {
        "${phone}" | "${email}" => "$address".to_owned(),
        literal if literal.contains(['\\', '"', '$']) => return None,
        literal => format!("\"{literal}\""),
    };
    Some((next, format!(" | .[]? | select(({place}) == {value})")))
}

fn name(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("$.messages[-1].code", Some(r#". | .["messages"]? | .[-1]? | .["code"]?"#))]
    #[case("$['a b'][*]", Some(r#". | .["a b"]? | .[]?"#))]
    #[case("$..code", Some(r#". | .. | objects | select(has("code")) | .["code"]"#))]
    #[case("$[?@.to == '${phone}'].text", Some(r#". | .[]? | select((. | .["to"]?) == $address) | .["text"]?"#))]
    #[case("$[?length(@) > 2]", None)]
    #[case("messages", None)]
    fn is_translated_as_far_as_it_goes(#[case] path: &str, #[case] filter: Option<&str>) {
        assert_eq!(to_jq(path).as_deref(), filter);
    }
}
