//! The grammar of variables: `${source(parameters):address, fallback}` within text.

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'t> {
    /// As it stands.
    Text(&'t str),
    /// What stands between `${` and `}`.
    Variable(&'t str),
}

/// Cuts a text at its variables; `${Name}` and `${AWS::Region}` of CloudFormation are text.
pub(crate) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while let Some(offset) = text.get(at..).and_then(|rest| rest.find("${")) {
        let open = at + offset;
        let Some(inner) = text.get(open + 2..).and_then(balanced) else { break };
        let end = open + 2 + inner.len() + 1;
        if is_variable(inner) {
            if let Some(before) = text.get(start..open).filter(|before| !before.is_empty()) {
                found.push(Piece::Text(before));
            }
            found.push(Piece::Variable(inner));
            start = end;
            at = end;
        } else {
            // One may stand within: `${Foo${self:custom.x}}` is none of ours.
            at = open + 2;
        }
    }
    if let Some(rest) = text.get(start..).filter(|rest| !rest.is_empty()) {
        found.push(Piece::Text(rest));
    }
    found
}

/// The text up to the `}` that belongs to a `${` before it.
fn balanced(text: &str) -> Option<&str> {
    let mut depth = 0_usize;
    let mut quote = None;
    let mut previous = ' ';
    for (index, letter) in text.char_indices() {
        match letter {
            _ if quote.is_some() => quote = quote.filter(|open| *open != letter),
            '\'' | '"' if matches!(previous, ',' | ' ' | '(') => quote = Some(letter),
            '{' => depth += 1,
            '}' if depth == 0 => return text.get(..index),
            '}' => depth -= 1,
            _ => {}
        }
        previous = letter;
    }
    None
}

/// Whether what stands between the braces names a source of the framework.
fn is_variable(inner: &str) -> bool {
    let inner = inner.trim_start();
    let end = inner
        .find(|letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_')))
        .unwrap_or(inner.len());
    let (word, rest) = inner.split_at_checked(end).unwrap_or((inner, ""));
    !word.is_empty() && (rest.starts_with('(') || rest.starts_with(':') && !rest.starts_with("::"))
}

/// The sources of a variable, in the order in which they are asked: split at the outer commas.
pub(crate) fn sources(inner: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut depth = 0_usize;
    let mut quote = None;
    for (index, letter) in inner.char_indices() {
        match letter {
            _ if quote.is_some() => quote = quote.filter(|open| *open != letter),
            '\'' | '"' => quote = Some(letter),
            '{' | '(' => depth += 1,
            '}' | ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                found.extend(inner.get(start..index).map(str::trim));
                start = index + 1;
            }
            _ => {}
        }
    }
    found.extend(inner.get(start..).map(str::trim));
    found
}

/// One source in its parts: `file(./a.yml):b.c` is `("file", Some("./a.yml"), "b.c")`.
pub(crate) fn parts(source: &str) -> Option<(&str, Option<&str>, &str)> {
    let end = source
        .find(|letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_')))?;
    let (name, rest) = source.split_at_checked(end)?;
    if name.is_empty() {
        return None;
    }
    if let Some(rest) = rest.strip_prefix('(') {
        let close = rest.rfind(')')?;
        let parameters = rest.get(..close)?;
        let address = rest.get(close + 1..)?.trim_start().strip_prefix(':').unwrap_or_default();
        return Some((name, Some(parameters.trim()), address.trim()));
    }
    Some((name, None, rest.strip_prefix(':')?.trim()))
}

#[cfg(test)]
mod tests {
    use super::{Piece, parts, pieces, sources};

    #[test]
    fn variables_of_cloudformation_are_text() {
        let text = "arn:${AWS::Partition}:${Name}";
        assert_eq!(pieces(text), [Piece::Text(text)]);
    }

    #[test]
    fn variables_nest() {
        let found = pieces("a-${self:custom.${opt:stage, 'dev'}.x, 'y}'}-b");
        let inner = "self:custom.${opt:stage, 'dev'}.x, 'y}'";
        assert_eq!(found, [Piece::Text("a-"), Piece::Variable(inner), Piece::Text("-b")]);
        assert_eq!(sources(inner), ["self:custom.${opt:stage, 'dev'}.x", "'y}'"]);
    }

    #[test]
    fn a_source_has_parameters_and_an_address() {
        assert_eq!(parts("file(./a.yml):b.c"), Some(("file", Some("./a.yml"), "b.c")));
        assert_eq!(parts("ssm:/a/b"), Some(("ssm", None, "/a/b")));
        assert_eq!(parts("'text'"), None);
    }

    #[test]
    fn what_is_not_closed_is_text() {
        assert_eq!(pieces("${self:a"), [Piece::Text("${self:a")]);
    }
}
