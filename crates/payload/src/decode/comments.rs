//! Comments of SQL and of languages like C, which stand where a space may.

/// `un/**/ion` and `union/**/select` lose their comments; `/*!50000select*/`, which `MySQL` runs,
/// loses only its frame. Both a gap and no gap are tried by the rules, since a space is left.
pub(super) fn comments(text: &[u8], out: &mut Vec<u8>) -> bool {
    let mut changed = false;
    let mut conditional = false;
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        if let Some(comment) = rest.strip_prefix(b"/*!") {
            let digits = comment.iter().take(6).take_while(|byte| byte.is_ascii_digit()).count();
            out.push(b' ');
            rest = comment.get(digits..).unwrap_or_default();
            (changed, conditional) = (true, true);
        } else if conditional && rest.starts_with(b"*/") {
            out.push(b' ');
            rest = rest.get(2..).unwrap_or_default();
            conditional = false;
        } else if let Some(comment) = rest.strip_prefix(b"/*")
            && let Some(end) = memchr::memmem::find(comment, b"*/")
        {
            out.push(b' ');
            rest = comment.get(end + 2..).unwrap_or_default();
            changed = true;
        } else {
            out.push(*byte);
            rest = after;
        }
    }
    changed
}
