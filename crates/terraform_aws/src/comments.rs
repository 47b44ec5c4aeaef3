//! The comments of a configuration, in which findings are accepted.

use source_text::{Comment, FileId, Place};

/// The comments of a configuration up to the end of their lines, and the text with `#` before each.
#[must_use]
pub fn comments(file: FileId, text: &str) -> (Vec<Comment>, String) {
    let mut found = Vec::new();
    let mut rewritten = String::with_capacity(text.len());
    let mut heredoc: Option<String> = None;
    let mut in_block = false;
    for (line, number) in text.lines().zip(1_u32..) {
        let mut kept = line.to_owned();
        if let Some(end) = &heredoc {
            if line.trim() == end {
                heredoc = None;
            }
        } else if let Some((at, sign)) = comment_start(line, &mut in_block) {
            let words = line.get(at + sign..).unwrap_or_default();
            let column = |bytes: usize| {
                let letters = line.get(..bytes).map_or(0, |before| before.chars().count());
                u32::try_from(letters + 1).unwrap_or(u32::MAX)
            };
            let end_column = column(line.len());
            let place =
                Place { file, line: number, column: column(at), end_line: number, end_column };
            found.push(Comment { place, text: words.into() });
            kept.replace_range(at..at + sign, if sign == 2 { "# " } else { "#" });
        } else {
            heredoc = heredoc_end(line);
        }
        rewritten.push_str(&kept);
        rewritten.push('\n');
    }
    (found, rewritten)
}

/// Where the comment of a line begins, and the length of its sign.
fn comment_start(line: &str, in_block: &mut bool) -> Option<(usize, usize)> {
    let bytes = line.as_bytes();
    let (mut at, mut in_text) = (0, false);
    while let Some(byte) = bytes.get(at) {
        let next = bytes.get(at + 1);
        match (byte, next) {
            (b'*', Some(b'/')) if *in_block => {
                *in_block = false;
                at += 1;
            }
            _ if *in_block => {}
            (b'\\', _) if in_text => at += 1,
            (b'"', _) => in_text = !in_text,
            _ if in_text => {}
            (b'#', _) => return Some((at, 1)),
            (b'/', Some(b'/')) => return Some((at, 2)),
            (b'/', Some(b'*')) => {
                *in_block = true;
                at += 1;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// The word that ends the text which begins behind this line.
fn heredoc_end(line: &str) -> Option<String> {
    let (before, word) = line.rsplit_once("<<")?;
    let word = word.strip_prefix('-').unwrap_or(word).trim();
    let is_word = !word.is_empty() && word.chars().all(|it| it.is_alphanumeric() || it == '_');
    (is_word && before.matches('"').count() % 2 == 0).then(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use source_text::FileId;

    use super::comments;

    #[test]
    fn comments_are_told_from_texts() {
        let text =
            "a = \"# no\" # one\n// two\nb = <<-EOT\n# no\nEOT\n/* # no\n */ c = 1 # three\n";
        let (found, text) = comments(FileId(0), text);
        let words: Vec<_> = found.iter().map(|it| (it.place.line, it.text.trim())).collect();
        assert_eq!(words, [(1, "one"), (2, "two"), (7, "three")]);
        assert_eq!(text.lines().nth(1), Some("#  two"));
    }
}
