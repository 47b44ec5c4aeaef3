//! A look at foreign text before a recursive parser gets it.

/// Whether brackets of `text` are nested deeper than `limit`, strings and comments included.
///
/// Parsers and everything after them recurse; a file of ten thousand brackets must not take the
/// stack of its worker. Quotes are not understood here, so a text full of brackets counts, too: no
/// program that people wrote comes near a sensible limit (200 and more).
#[must_use]
pub fn exceeds_nesting(text: &str, limit: usize) -> bool {
    // Without a branch on the byte: this runs over all code before the parser does.
    let (mut depth, mut deepest) = (0_isize, 0_isize);
    for byte in text.bytes() {
        let opens = isize::from(matches!(byte, b'(' | b'[' | b'{'));
        let closes = isize::from(matches!(byte, b')' | b']' | b'}'));
        depth = (depth + opens - closes).max(0);
        deepest = deepest.max(depth);
    }
    deepest.unsigned_abs() > limit || exceeds_indent(text, limit.saturating_mul(20))
}

/// Whether a line begins with more than so many blanks. A block needs at least one column, so columns
/// bound the depth of blocks.
fn exceeds_indent(text: &str, columns: usize) -> bool {
    text.split('\n').filter(|line| line.len() > columns).any(|line| {
        line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).take(columns + 1).count()
            > columns
    })
}

#[cfg(test)]
mod tests {
    use super::exceeds_nesting;

    #[test]
    fn depth_counts_and_length_does_not() {
        assert!(exceeds_nesting(&"(".repeat(10_000), 200));
        assert!(!exceeds_nesting(&"()".repeat(10_000), 200));
        assert!(!exceeds_nesting(&"f(a[1])\n".repeat(1_000), 200));
        assert!(exceeds_nesting(&(")".repeat(300) + &"(".repeat(201) + ")"), 200));
        assert!(exceeds_nesting(&(" ".repeat(4_001) + "a\n"), 200));
        assert!(!exceeds_nesting(&(" ".repeat(4_000) + "a" + &" ".repeat(9_000)), 200));
    }
}
