//! A look at foreign text before a recursive parser gets it.

/// Whether brackets of `text` are nested deeper than `limit`, strings and comments included.
///
/// Parsers and everything after them recurse; a file of ten thousand brackets must not take the
/// stack of its worker. Quotes are not understood here, so a text full of brackets counts, too: no
/// program that people wrote comes near a sensible limit (200 and more).
#[must_use]
pub fn exceeds_nesting(text: &str, limit: usize) -> bool {
    let mut depth = 0_usize;
    let mut indent = 0_usize;
    let mut at_start = true;
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => {
                depth += 1;
                if depth > limit {
                    return true;
                }
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        match byte {
            b'\n' => (indent, at_start) = (0, true),
            b' ' | b'\t' if at_start => {
                indent += 1;
                // A block needs at least one column, so columns bound the depth of blocks.
                if indent > limit.saturating_mul(20) {
                    return true;
                }
            }
            _ => at_start = false,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::exceeds_nesting;

    #[test]
    fn depth_counts_and_length_does_not() {
        assert!(exceeds_nesting(&"(".repeat(10_000), 200));
        assert!(!exceeds_nesting(&"()".repeat(10_000), 200));
        assert!(!exceeds_nesting(&"f(a[1])\n".repeat(1_000), 200));
    }
}
