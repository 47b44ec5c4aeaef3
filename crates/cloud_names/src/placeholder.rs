//! Placeholders of `Fn::Sub` in texts: `${Name}`, `${Name.Attribute}`, `${!Literal}`.

/// A piece of a text: written out, or known only to the deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Written out.
    Text(&'a str),
    /// The inside of `${…}`, without blanks around it.
    Placeholder(&'a str),
}

/// Cuts `text` into written pieces and placeholders, in order.
///
/// `${!Name}`, which `Fn::Sub` turns into the literal `${Name}`, is a placeholder too: in a policy
/// it is a variable that IAM fills in per request (`${aws:username}`). An unclosed `${` is text.
pub fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    // Once one `${` has no `}` behind it, no later one has: searching again would be quadratic.
    let mut closed = true;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let start = if closed { rest.find("${") } else { None };
        match start {
            Some(0) => {
                let inside = rest.get(2..).unwrap_or_default();
                if let Some((name, after)) = inside.split_once('}') {
                    rest = after;
                    return Some(Piece::Placeholder(name.trim().trim_start_matches('!').trim()));
                }
                closed = false;
                let all = rest;
                rest = "";
                Some(Piece::Text(all))
            }
            Some(at) => {
                let (before, after) = rest.split_at(at);
                rest = after;
                Some(Piece::Text(before))
            }
            None => {
                let all = rest;
                rest = "";
                Some(Piece::Text(all))
            }
        }
    })
}

/// The names inside `${…}`, in order.
pub fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    pieces(text).filter_map(|piece| match piece {
        Piece::Placeholder(name) => Some(name),
        Piece::Text(_) => None,
    })
}

/// The name and the attribute in a placeholder: `Orders` and `Arn` of `Orders.Arn`.
///
/// Names of CloudFormation hold no dot; addresses of Terraform do, and keys of their instances may
/// hold any letter: `aws_sqs_queue.orders["eu.west"]` and `Arn`.
#[must_use]
pub fn split_reference(inside: &str) -> (&str, Option<&str>) {
    let mut parts = segments(inside).peekable();
    let mut end = 0;
    let first = parts.peek().map_or("", |range| inside.get(range.clone()).unwrap_or_default());
    let is_address = matches!(first, "module" | "data" | "var") || first.contains('_');
    if !is_address {
        return inside.split_once('.').map_or((inside, None), |(name, rest)| (name, Some(rest)));
    }
    while let Some(range) = parts.next() {
        let word = inside.get(range.clone()).unwrap_or_default();
        end = range.end;
        // `module.NAME` and `data` stand before the type; behind the type stands the name.
        if word == "data" {
            continue;
        }
        let name = parts.next();
        end = name.map_or(end, |name| name.end);
        if word != "module" {
            break;
        }
    }
    let rest = inside.get(end..).and_then(|rest| rest.strip_prefix('.'));
    (inside.get(..end).unwrap_or(inside), rest)
}

/// The ranges between the dots that stand in no brackets.
fn segments(text: &str) -> impl Iterator<Item = std::ops::Range<usize>> {
    let mut start = 0;
    let mut depth = 0_usize;
    let ends = text.char_indices().chain([(text.len(), '.')]);
    ends.filter_map(move |(at, letter)| {
        match letter {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let is_end = letter == '.' && (depth == 0 || at == text.len());
        is_end.then(|| std::mem::replace(&mut start, at + 1)..at)
    })
}

/// Whether `text` holds a placeholder.
#[must_use]
pub fn has_placeholder(text: &str) -> bool {
    placeholders(text).next().is_some()
}

/// Splits `text` at the first `separator` that is not inside `${…}`.
pub(crate) fn split_once_outside(text: &str, separator: char) -> Option<(&str, &str)> {
    let mut offset = 0;
    for piece in raw_pieces(text) {
        if !piece.starts_with("${")
            && let Some(at) = piece.find(separator)
        {
            let end = offset + at;
            return Some((text.get(..end)?, text.get(end + separator.len_utf8()..)?));
        }
        offset += piece.len();
    }
    None
}

/// Like [`pieces`], but each piece as written, with its `${` and `}`.
fn raw_pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let start = rest.find("${").unwrap_or(rest.len());
        // An unclosed `${` takes all that follows: there is no telling where it was to end.
        let end = if start > 0 { start } else { rest.find('}').map_or(rest.len(), |at| at + 1) };
        let (piece, after) = rest.split_at(end);
        rest = after;
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::{Piece, pieces, split_once_outside};

    #[test]
    fn a_text_is_cut_at_its_placeholders() {
        let cut: Vec<_> = pieces("arn:${AWS::Partition}:s3:::${ !aws:username }/*${open").collect();
        assert_eq!(
            cut,
            [
                Piece::Text("arn:"),
                Piece::Placeholder("AWS::Partition"),
                Piece::Text(":s3:::"),
                Piece::Placeholder("aws:username"),
                Piece::Text("/*"),
                Piece::Text("${open"),
            ]
        );
    }

    #[test]
    fn separators_inside_a_placeholder_do_not_split() {
        assert_eq!(split_once_outside("${AWS::Region}:x", ':'), Some(("${AWS::Region}", "x")));
        assert_eq!(split_once_outside("${AWS::Region}", ':'), None);
    }

    #[test]
    fn addresses_of_terraform_are_names_with_dots() {
        use super::split_reference;
        assert_eq!(split_reference("Orders.Arn"), ("Orders", Some("Arn")));
        assert_eq!(split_reference("Db.Endpoint.Port"), ("Db", Some("Endpoint.Port")));
        assert_eq!(split_reference("aws_sqs_queue.q"), ("aws_sqs_queue.q", None));
        assert_eq!(split_reference("aws_sqs_queue.q.Arn"), ("aws_sqs_queue.q", Some("Arn")));
        let key = "module.a[\"x.y\"].aws_sqs_queue.q[0]";
        assert_eq!(split_reference(&format!("{key}.Arn")), (key, Some("Arn")));
        assert_eq!(split_reference("data.aws_vpc.v.Id"), ("data.aws_vpc.v", Some("Id")));
        assert_eq!(split_reference("var.stage"), ("var.stage", None));
        assert_eq!(split_reference("module"), ("module", None));
    }
}
