//! A path taken apart, however its dots and slashes are written.
//!
//! The decoders take off what is an encoding. Here stands what is none but is taken for a dot or a
//! slash by some server: overlong UTF-8 whose bytes are wrong, halves of escapes, private code
//! points. Such a piece is [`Token::Wild`]: it may be either, and no honest text has it.

/// What was found of a climb out of a folder.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Climb {
    /// Segments that go up.
    pub(super) up: u32,
    /// The longest row of segments that go up with no name in between.
    pub(super) in_a_row: u32,
    /// Segments `.`.
    pub(super) here: u32,
    /// Segments that are names.
    pub(super) names: u32,
    /// Whether the path starts at the root and goes up from there.
    pub(super) from_root: bool,
    /// Pieces that may be a dot or a slash and are no text.
    pub(super) wild: u32,
    /// Whether a dot is written as something else, or a slash in more than the usual escape.
    pub(super) evasive: bool,
    /// The path in plain letters, with one slash where any number of slashes or wild pieces stand.
    pub(super) plain: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Dot,
    Slash,
    /// May be a dot or a slash.
    Wild,
    /// Something that is dropped: a control character, a NUL.
    Gap,
    Byte(u8),
}

/// One token, its length in bytes, and whether it is written as nobody but an attacker does.
type Read = (Token, usize, bool);

/// The segment that is being read.
#[derive(Debug, Default, Clone, Copy)]
struct Segment {
    dots: u32,
    wild: u32,
    unknown: u32,
    letters: u32,
}

impl Segment {
    /// Two dots and nothing else; a few servers take more dots, or `?`, for them.
    fn is_up(self) -> bool {
        self.letters == 0
            && (self.dots >= 2
                || self.dots + self.unknown == 2
                || (self.dots == 0 && self.unknown == 0 && self.wild == 2))
    }

    fn is_here(self) -> bool {
        self.letters == 0 && self.dots == 1 && self.unknown == 0
    }

    fn is_name(self) -> bool {
        self.letters > 0
    }
}

/// Takes `text`, in lower case, apart.
pub(super) fn climb(text: &[u8]) -> Climb {
    let mut climb = Climb { plain: Vec::with_capacity(text.len()), ..Climb::default() };
    let mut segment = Segment::default();
    let mut row = 0;
    let mut evasive_here = false;
    let mut rest = text;
    while let Some((token, length, odd)) = read(rest, segment) {
        rest = rest.get(length.max(1)..).unwrap_or_default();
        evasive_here |= odd && token != Token::Gap;
        match token {
            Token::Dot => {
                segment.dots += 1;
                climb.plain.push(b'.');
            }
            Token::Wild => {
                climb.wild += 1;
                segment.wild += 1;
                push_slash(&mut climb.plain);
                if segment.dots >= 2 && segment.letters == 0 {
                    climb.end(segment, &mut row, evasive_here);
                    (segment, evasive_here) = (Segment::default(), false);
                }
            }
            Token::Slash => {
                climb.end(segment, &mut row, evasive_here);
                (segment, evasive_here) = (Segment::default(), false);
                push_slash(&mut climb.plain);
            }
            Token::Gap => climb.evasive |= segment.dots > 0 && segment.letters == 0,
            Token::Byte(b'?') if segment.letters == 0 => segment.unknown += 1,
            // Tomcat drops what follows a `;` within a segment.
            Token::Byte(b';') if segment.is_up() && rest.starts_with(b"/") => evasive_here = true,
            Token::Byte(byte) => {
                climb.plain.push(byte);
                if matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'=' | b'&' | b',' | b';' | b':') {
                    climb.names += u32::from(segment.is_name());
                    (segment, evasive_here, row) = (Segment::default(), false, 0);
                } else {
                    segment.letters += 1;
                }
            }
        }
    }
    // `a/..` ends with a step up too.
    if segment.dots == 2 {
        climb.end(segment, &mut row, evasive_here);
    } else {
        climb.names += u32::from(segment.is_name());
    }
    climb
}

impl Climb {
    fn end(&mut self, segment: Segment, row: &mut u32, evasive: bool) {
        if segment.is_up() {
            // At the root there is nothing above.
            self.from_root |= self.names == 0 && self.up == 0 && self.plain.first() == Some(&b'/');
            self.up += 1;
            self.evasive |= evasive;
            *row += 1;
            self.in_a_row = self.in_a_row.max(*row);
        } else if segment.is_here() {
            self.here += 1;
        } else if segment.is_name() {
            self.names += 1;
            *row = 0;
        }
    }
}

fn push_slash(plain: &mut Vec<u8>) {
    if plain.last() != Some(&b'/') {
        plain.push(b'/');
    }
}

fn read(text: &[u8], segment: Segment) -> Option<Read> {
    Some(match text {
        [] => return None,
        [b'.', ..] => (Token::Dot, 1, false),
        [b'/' | b'\\', ..] => (Token::Slash, 1, false),
        [b'%', rest @ ..] => escape(rest),
        [b'0', b'x', b'2', b'e', ..] => (Token::Dot, 4, true),
        [b'0', b'x', b'2', b'f', ..] | [b'0', b'x', b'5', b'c', ..] => (Token::Slash, 4, true),
        // An escape that lost its `%`.
        [b'2', b'f', ..] | [b'5', b'c', ..] if segment.dots == 2 && segment.letters == 0 => {
            (Token::Slash, 2, true)
        }
        [0xef, 0xbc, 0x8e, ..] => (Token::Dot, 3, true),
        [0xef, 0xbc, 0x8f | 0xbc, ..] | [0xe2, 0x88, 0x95 | 0x96, ..] => (Token::Slash, 3, true),
        [0xc0 | 0xc1 | 0xf8..=0xff, ..] => (Token::Wild, 1, true),
        [0..=8 | 11 | 12 | 14..=31 | 127, ..] => (Token::Gap, 1, true),
        [byte, ..] => (Token::Byte(*byte), 1, false),
    })
}

/// What follows a `%`.
fn escape(after: &[u8]) -> Read {
    if let Some(read) = doubled(after) {
        return read;
    }
    // `%2525c0`: escaped again and again.
    let mut rest = after;
    while let [b'2', b'5', b'0'..=b'9' | b'a'..=b'f' | b'u' | b'%', ..] = rest {
        rest = rest.get(2..).unwrap_or_default();
        rest = rest.strip_prefix(b"%").unwrap_or(rest);
    }
    let again = rest.len() < after.len();
    let skipped = 1 + after.len() - rest.len();
    if let [b'u', digits @ ..] = rest
        && let Some(code) = hex(digits, 4)
    {
        let token = match code {
            0x2e | 0xff0e => Token::Dot,
            0x2f | 0x5c | 0x2215 | 0x2216 | 0xff0f | 0xff3c => Token::Slash,
            0xe000.. => Token::Wild,
            _ => Token::Byte(b'?'),
        };
        return (token, skipped + 5, true);
    }
    match hex(rest, 2) {
        Some(0x2e) => (Token::Dot, skipped + 2, true),
        Some(0x2f | 0x5c) => (Token::Slash, skipped + 2, again),
        Some(0xc0 | 0xc1 | 0xe0 | 0xf0 | 0xf8 | 0xfc) => {
            let (token, length) = overlong(rest);
            (token, skipped + length, true)
        }
        Some(0..=0x1f) => (Token::Gap, skipped + 2, true),
        Some(0x20) => (Token::Byte(b' '), skipped + 2, false),
        Some(_) => (Token::Byte(b'x'), skipped + 2, false),
        None if rest.get(..2).is_some_and(|two| two.iter().all(u8::is_ascii_alphanumeric)) => {
            (Token::Wild, skipped + 2, true)
        }
        // `%%c0%6e`: one too many, which lax decoders drop.
        None if after.first() == Some(&b'%') => (Token::Gap, 1, true),
        None => (Token::Byte(b'%'), 1, false),
    }
}

/// `%%32%%65`: an escape whose digits are escapes.
fn doubled(after: &[u8]) -> Option<Read> {
    let first = after.strip_prefix(b"%")?;
    let high = hex(first, 2)?;
    let rest = first.get(2..)?;
    let (low, length) = match rest {
        [b'%', b'%', digits @ ..] => (hex(digits, 2)?, 8),
        [b'%', digits @ ..] => (hex(digits, 2)?, 7),
        _ => return None,
    };
    match (high, low) {
        (0x32, 0x65) => Some((Token::Dot, length, true)),
        (0x32, 0x66) | (0x35, 0x63) => Some((Token::Slash, length, true)),
        _ => None,
    }
}

/// An escaped byte that leads an overlong character, with the bytes that follow it.
fn overlong(rest: &[u8]) -> (Token, usize) {
    let lead = hex(rest, 2).unwrap_or(0);
    let mut length = 2;
    let mut last = None;
    let bytes = match lead {
        0xc0 | 0xc1 => 1,
        0xe0 => 2,
        0xf0 => 3,
        0xf8 => 4,
        _ => 5,
    };
    for _ in 0..bytes {
        let mut next = rest.get(length..).unwrap_or_default();
        let Some(digits) = next.strip_prefix(b"%") else { break };
        next = digits.strip_prefix(b"25").filter(|after| hex(after, 2).is_some()).unwrap_or(digits);
        let skipped = rest.len() - length - next.len();
        match hex(next, 2) {
            // A plain character after the lead stands for itself.
            Some(0x2e) if bytes == 1 => return (Token::Dot, length + skipped + 2),
            Some(0x2f | 0x5c) if bytes == 1 => return (Token::Slash, length + skipped + 2),
            Some(byte) => last = Some(byte),
            None if next.get(..2).is_some_and(|two| two.iter().all(u8::is_ascii_alphanumeric)) => {
                return (Token::Wild, length + skipped + 2);
            }
            None => break,
        }
        length += skipped + 2;
    }
    let token = match last.map(|last| (lead & 1) << 6 | last & 0x3f) {
        Some(0x2e) => Token::Dot,
        Some(0x2f | 0x5c) => Token::Slash,
        _ => Token::Wild,
    };
    (token, length)
}

fn hex(text: &[u8], digits: usize) -> Option<u32> {
    text.get(..digits)?
        .iter()
        .try_fold(0, |number, digit| Some(number << 4 | char::from(*digit).to_digit(16)?))
}

// Beside the crate: the tables are long.
#[cfg(test)]
#[path = "../../../tests/unit/segments.rs"]
mod tests;
