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
}
