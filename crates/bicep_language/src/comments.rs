//! The comments of a source, in which findings are accepted.

use source_text::{Comment, FileId};
use tree_sitter::Node;

use crate::tree::{self, Text};

/// Comments at most that are read.
const MAX_COMMENTS: usize = 20_000;

/// The comments of a source, and its text with `#` before each.
#[must_use]
pub fn comments(file: FileId, text: &str) -> (Vec<Comment>, String) {
    let mut found = Vec::new();
    let mut rewritten = text.to_owned();
    let Ok(parsed) = tree::parse(text) else { return (found, rewritten) };
    let source = Text { file, text };
    let mut waiting: Vec<Node<'_>> = vec![parsed.root_node()];
    while let Some(node) = waiting.pop() {
        if node.kind() == "comment" {
            let written = source.of(node);
            let words = written.get(2..).unwrap_or_default().trim_end_matches("*/");
            if found.len() < MAX_COMMENTS {
                found.push(Comment { place: source.place(node), text: words.into() });
                let start = node.start_byte();
                if text.is_char_boundary(start + 2) {
                    rewritten.replace_range(start..start + 2, "# ");
                }
            }
            continue;
        }
        if node.kind() != "string" {
            let mut cursor = node.walk();
            waiting.extend(node.children(&mut cursor));
        }
    }
    found.sort_by_key(|comment| comment.place);
    (found, rewritten)
}

#[cfg(test)]
mod tests {
    use source_text::FileId;

    use super::comments;

    #[test]
    fn comments_are_told_from_texts() {
        let text = "var a = 'http://no' // one\n/* two */\nvar b = 1\n";
        let (found, rewritten) = comments(FileId(0), text);
        let words: Vec<_> = found.iter().map(|it| (it.place.line, it.text.trim())).collect();
        assert_eq!(words, [(1, "one"), (2, "two")]);
        assert_eq!(rewritten.lines().next(), Some("var a = 'http://no' #  one"));
    }
}
