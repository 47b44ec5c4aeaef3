//! Writes base64, for events of tests.

/// The bytes in base64 with padding.
pub(crate) fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let mut three = [0; 3];
        three[..chunk.len()].copy_from_slice(chunk);
        let bits = u32::from(three[0]) << 16 | u32::from(three[1]) << 8 | u32::from(three[2]);
        for index in 0..4 {
            let six = (bits >> (18 - 6 * index)) & 63;
            out.push(if index > chunk.len() { '=' } else { char::from(LETTERS[six as usize]) });
        }
    }
    out
}
