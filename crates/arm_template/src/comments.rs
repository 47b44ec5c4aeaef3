//! Comments of JSON as Resource Manager takes it: `// …` and `/* … */`.

use std::borrow::Cow;

use source_text::{Comment, FileId, Place};

/// The text with blanks for its comments, so that every place stays, and the comments.
#[must_use]
pub fn without_comments(file: FileId, text: &str) -> (Cow<'_, str>, Vec<Comment>) {
    let mut spans = Vec::new();
    let bytes = text.as_bytes();
    let (mut at, mut in_text) = (0, false);
    while let Some(byte) = bytes.get(at) {
        let next = bytes.get(at + 1);
        match byte {
            b'\\' if in_text => at += 1,
            b'"' => in_text = !in_text,
            b'/' if !in_text && matches!(next, Some(b'/' | b'*')) => {
                let rest = text.get(at..).unwrap_or_default();
                let length = if next == Some(&b'/') {
                    rest.find('\n').unwrap_or(rest.len())
                } else {
                    rest.find("*/").map_or(rest.len(), |end| end + 2)
                };
                spans.push(at..at + length);
                at += length;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    if spans.is_empty() {
        return (Cow::Borrowed(text), Vec::new());
    }
    let mut plain = String::with_capacity(text.len());
    let mut comments = Vec::new();
    let (mut end, mut line, mut column) = (0, 1, 1);
    for span in spans {
        let before = text.get(end..span.start).unwrap_or_default();
        advance(before, &mut line, &mut column);
        plain.push_str(before);
        let comment = text.get(span.clone()).unwrap_or_default();
        let (first_line, first_column) = (line, column);
        advance(comment, &mut line, &mut column);
        plain.extend(comment.chars().map(|c| if matches!(c, '\n' | '\r') { c } else { ' ' }));
        let place = Place {
            file,
            line: first_line,
            column: first_column,
            end_line: line,
            end_column: column,
        };
        let words = comment.trim_start_matches(['/', '*']).trim_end_matches(['/', '*']).trim();
        comments.push(Comment { place, text: words.into() });
        end = span.end;
    }
    plain.push_str(text.get(end..).unwrap_or_default());
    (Cow::Owned(plain), comments)
}

fn advance(text: &str, line: &mut u32, column: &mut u32) {
    for sign in text.chars() {
        if sign == '\n' {
            *line = line.saturating_add(1);
            *column = 1;
        } else {
            *column = column.saturating_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use source_text::FileId;

    use super::without_comments;

    #[test]
    fn comments_become_blanks_and_texts_stay() {
        let text = "{\n  \"a\": \"http://x\", // one\n  /* two\n */ \"b\": \"\\\"//\" }";
        let (plain, comments) = without_comments(FileId(0), text);
        assert_eq!(plain, "{\n  \"a\": \"http://x\",       \n        \n    \"b\": \"\\\"//\" }");
        assert_eq!(comments.len(), 2);
        assert_eq!((comments[0].text.as_str(), comments[0].place.line), ("one", 2));
        assert_eq!((comments[1].text.as_str(), comments[1].place.end_line), ("two", 4));
    }
}
