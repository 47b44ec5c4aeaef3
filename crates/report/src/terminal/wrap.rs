//! Text broken into lines of so many columns.

use safe_text::{char_columns, columns};

/// Breaks visible text at blanks into lines of at most `limit` columns; a longer word is broken
/// anywhere. An empty text is one empty line.
pub(crate) fn wrap(text: &str, limit: usize) -> Vec<String> {
    let limit = limit.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split(' ') {
        let width = columns(word);
        let fits = used + 1 + width <= limit;
        if used > 0 && fits {
            line.push(' ');
            line.push_str(word);
            used += 1 + width;
            continue;
        }
        if used > 0 {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        for c in word.chars() {
            let width = char_columns(c);
            if used + width > limit && used > 0 {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push(c);
            used += width;
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn words_stay_whole_unless_longer_than_a_line() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij k", 4), ["abcd", "efgh", "ij k"]);
        assert_eq!(wrap("", 4), [""]);
    }

    #[test]
    fn wide_characters_count_two_columns() {
        assert_eq!(wrap("注文注文", 4), ["注文", "注文"]);
    }
}
