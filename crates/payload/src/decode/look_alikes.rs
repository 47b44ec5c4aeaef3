//! Characters that look like ASCII ones, and that databases, browsers or libraries turn into them.

/// Full-width forms, typographic quotes and dashes, odd spaces become ASCII; characters that
/// nobody sees go.
pub(super) fn look_alikes(text: &[u8], out: &mut Vec<u8>) -> bool {
    let mut changed = false;
    for chunk in text.utf8_chunks() {
        for character in chunk.valid().chars() {
            match ascii_of(character) {
                Fold::Keep => {
                    let mut bytes = [0; 4];
                    out.extend_from_slice(character.encode_utf8(&mut bytes).as_bytes());
                }
                Fold::Drop => changed = true,
                Fold::To(byte) => {
                    out.push(byte);
                    changed = true;
                }
            }
        }
        // A lone 0xa0 is the no-break space of Latin 1, white space to MySQL.
        changed |= chunk.invalid().contains(&0xa0);
        out.extend(chunk.invalid().iter().map(|byte| if *byte == 0xa0 { b' ' } else { *byte }));
    }
    changed
}

enum Fold {
    Keep,
    Drop,
    To(u8),
}

/// What Unicode's compatibility forms (NFKC) and the best-fit tables of Windows make of it.
fn ascii_of(character: char) -> Fold {
    if character.is_ascii() {
        return Fold::Keep;
    }
    let code = u32::from(character);
    let to = match code {
        // Full-width forms of `!` to `~`.
        0xff01..=0xff5e => u8::try_from(code - 0xfee0).unwrap_or(b'?'),
        0x02b9 | 0x02bc | 0x02c8 | 0x2018 | 0x2019 | 0x201b | 0x2032 | 0x02bb => b'\'',
        0x02ba | 0x201c | 0x201d | 0x2033 => b'"',
        0x2039 | 0x2329 | 0x3008 | 0xfe64 | 0x02c2 => b'<',
        0x203a | 0x232a | 0x3009 | 0xfe65 | 0x02c3 => b'>',
        0x2044 | 0x2215 | 0x29f8 => b'/',
        0x2216 | 0xfe68 | 0x29f5 => b'\\',
        0x2024 | 0xfe52 | 0xff61 | 0x3002 => b'.',
        0x2010..=0x2013 | 0x2212 | 0xfe63 => b'-',
        0xfe54 | 0x037e => b';',
        0xfe55 | 0x2236 | 0xa789 => b':',
        0xfe59 | 0x207d | 0x208d => b'(',
        0xfe5a | 0x207e | 0x208e => b')',
        0xfe5b => b'{',
        0xfe5c => b'}',
        0xfe66 | 0x207c | 0x208c => b'=',
        0xfe60 => b'&',
        0xfe61 => b'*',
        0xfe69 => b'$',
        0xfe6a => b'%',
        0x2223 | 0x01c0 => b'|',
        0x00a0 | 0x2000..=0x200a | 0x2028 | 0x2029 | 0x202f | 0x205f | 0x3000 | 0x0085 => b' ',
        0x0131 => b'i',
        0x017f => b's',
        0x212a => b'k',
        // Enclosed digits and letters, which address parsers fold.
        0x2460..=0x2468 => digit(code - 0x2460 + 1),
        0x24ea | 0x2070 => b'0',
        0x249c..=0x24b5 => letter(code - 0x249c),
        0x24b6..=0x24cf => letter(code - 0x24b6),
        0x24d0..=0x24e9 => letter(code - 0x24d0),
        // Superscript and subscript digits.
        0x00b9 => b'1',
        0x00b2 | 0x00b3 => digit(code - 0x00b0),
        0x2074..=0x2079 => digit(code - 0x2070),
        0x2080..=0x2089 => digit(code - 0x2080),
        // Soft hyphen, zero-width and direction marks, byte order mark.
        0x00ad | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060 | 0xfeff | 0x180e => return Fold::Drop,
        _ => return Fold::Keep,
    };
    Fold::To(to)
}

fn digit(number: u32) -> u8 {
    u8::try_from(number).map_or(b'?', |number| b'0' + number.min(9))
}

fn letter(number: u32) -> u8 {
    u8::try_from(number).map_or(b'?', |number| b'a' + number.min(25))
}
