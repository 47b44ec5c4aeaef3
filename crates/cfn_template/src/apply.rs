//! The functions that need nothing but their simplified argument.

use source_text::{Kind, Node, SmolStr};

pub(crate) use crate::cidr::cidr;

/// Delimiter and items of `Fn::Join` when all are known.
fn join_parts(argument: &Node) -> Option<(SmolStr, &[Node])> {
    let [delimiter, Node { kind: Kind::List(items), .. }] = argument.as_list()? else {
        return None;
    };
    Some((delimiter.scalar_text()?, items))
}

/// Length in bytes of what [`join`] makes; `None` when not everything is known.
pub(crate) fn joined_size(argument: &Node) -> Option<usize> {
    let (delimiter, items) = join_parts(argument)?;
    items.iter().try_fold(0_usize, |size, item| {
        Some(size.saturating_add(item.scalar_text()?.len()).saturating_add(delimiter.len()))
    })
}

/// `Fn::Join`.
pub(crate) fn join(argument: &Node) -> Option<SmolStr> {
    let (delimiter, items) = join_parts(argument)?;
    let texts: Option<Vec<SmolStr>> = items.iter().map(Node::scalar_text).collect();
    Some(texts?.join(delimiter.as_str()).into())
}

/// `Fn::Split`. The items carry the place of the split text.
pub(crate) fn split(argument: &Node) -> Option<Kind> {
    let [delimiter, source] = argument.as_list()? else { return None };
    let delimiter = delimiter.as_str().filter(|delimiter| !delimiter.is_empty())?;
    let text = source.scalar_text()?;
    Some(Kind::List(
        text.split(delimiter).map(|part| Node::text(source.place, SmolStr::new(part))).collect(),
    ))
}

/// `Fn::Length` of a list whose number of items is certain.
pub(crate) fn length(argument: &Node) -> Option<Kind> {
    let items = argument.as_list()?;
    let may_vanish = |item: &Node| item.single().is_some_and(|(key, _)| key == "Fn::If");
    if items.iter().any(may_vanish) {
        return None;
    }
    Some(Kind::Number(smol_str::format_smolstr!("{}", items.len())))
}

/// Standard base64 with padding.
pub(crate) fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3).saturating_mul(4));
    for chunk in bytes.chunks(3) {
        let byte = |position: usize| u32::from(chunk.get(position).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for position in 0..4 {
            let sextet = (bits >> (18 - 6 * position)) & 63;
            let letter = ALPHABET.get(sextet as usize).copied().unwrap_or(b'=');
            out.push(if position <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn base64_pads_to_groups_of_four() {
        for (plain, encoded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")]
        {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
        assert_eq!(base64(&[0xfb, 0xff, 0xfe]), "+//+");
    }
}
