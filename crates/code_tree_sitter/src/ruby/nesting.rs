//! A look at foreign Ruby before the parser gets it.

/// Blocks in blocks, opened by words, beyond which a text is not parsed. The parser's recovery from
/// blocks that are never closed takes time with the square of their number, without counting it as
/// progress: 2,000 take a second, 8,000 take 20.
const MAX_OPEN: usize = 600;

/// Whether more blocks are open at once than people write. Comments that begin a line are left out;
/// strings are not understood, so their words count, too.
pub(crate) fn exceeds_blocks(text: &str) -> bool {
    let mut open = 0_usize;
    for line in text.lines().map(str::trim_start).filter(|line| !line.starts_with('#')) {
        let mut before = ';';
        let mut words = line;
        while let Some(start) = words.find(is_word) {
            let (gap, rest) = words.split_at_checked(start).unwrap_or(("", words));
            let end = rest.find(|letter| !is_word(letter)).unwrap_or(rest.len());
            let (word, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
            before = gap.trim_end().chars().next_back().unwrap_or(before);
            // `.class`, `:if`, `if:` and `class=` are names.
            let is_name =
                gap.ends_with(['.', ':', '@', '$']) || after.starts_with([':', '=', '?', '!']);
            match word {
                _ if is_name => {}
                "end" => open = open.saturating_sub(1),
                "case" | "begin" | "def" | "class" | "module" | "do" | "for" => open += 1,
                "if" | "unless" | "while" | "until" if !is_value(before) => open += 1,
                _ => {}
            }
            if open > MAX_OPEN {
                return true;
            }
            before = 'a';
            words = after;
        }
    }
    false
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Whether what stands before is a value, so that the word behind it is a modifier.
fn is_value(before: char) -> bool {
    is_word(before) || matches!(before, ')' | ']' | '}' | '"' | '\'' | '`' | '?' | '!')
}

#[cfg(test)]
mod tests {
    use super::exceeds_blocks;

    #[test]
    fn open_blocks_count_and_closed_ones_do_not() {
        for opening in ["case a\n", "f do ", "x = if a; ", "begin;", "def f\n", "if a\n"] {
            assert!(exceeds_blocks(&opening.repeat(1_000)), "{opening}");
        }
        for text in [
            "def f\n x if y\nend\n",
            "class A < B; end\n",
            "# do begin class\n",
            "a.class; x(if: 1); puts y unless z\n",
            "if a then b else c end\n",
        ] {
            assert!(!exceeds_blocks(&text.repeat(1_000)), "{text}");
        }
    }
}
