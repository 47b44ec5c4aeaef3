//! Which kinds of bytes a value has: one look-up a byte, before anything else is done.

/// A set of kinds of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Marks(u64);

impl Marks {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const LETTER: Self = Self(1);
    pub(crate) const DIGIT: Self = Self(1 << 1);
    /// `-` `_` `.` `,`, which ordinary names and numbers have.
    pub(crate) const PLAIN: Self = Self(1 << 2);
    /// Space and tab.
    pub(crate) const SPACE: Self = Self(1 << 3);
    /// Line feed and carriage return.
    pub(crate) const LINE_END: Self = Self(1 << 4);
    pub(crate) const NUL: Self = Self(1 << 5);
    /// Every other control character.
    pub(crate) const CONTROL: Self = Self(1 << 6);
    /// Bytes above 127.
    pub(crate) const HIGH: Self = Self(1 << 7);
    pub(crate) const QUOTE: Self = Self(1 << 8);
    pub(crate) const DOUBLE_QUOTE: Self = Self(1 << 9);
    pub(crate) const BACKTICK: Self = Self(1 << 10);
    pub(crate) const LESS: Self = Self(1 << 11);
    pub(crate) const GREATER: Self = Self(1 << 12);
    /// `(` and `)`.
    pub(crate) const PAREN: Self = Self(1 << 13);
    /// `{` and `}`.
    pub(crate) const BRACE: Self = Self(1 << 14);
    /// `[` and `]`.
    pub(crate) const BRACKET: Self = Self(1 << 15);
    pub(crate) const SEMICOLON: Self = Self(1 << 16);
    pub(crate) const COLON: Self = Self(1 << 17);
    pub(crate) const PIPE: Self = Self(1 << 18);
    pub(crate) const AMPERSAND: Self = Self(1 << 19);
    pub(crate) const DOLLAR: Self = Self(1 << 20);
    pub(crate) const PERCENT: Self = Self(1 << 21);
    pub(crate) const BACKSLASH: Self = Self(1 << 22);
    pub(crate) const SLASH: Self = Self(1 << 23);
    pub(crate) const EQUALS: Self = Self(1 << 24);
    pub(crate) const HASH: Self = Self(1 << 25);
    pub(crate) const STAR: Self = Self(1 << 26);
    pub(crate) const PLUS: Self = Self(1 << 27);
    pub(crate) const BANG: Self = Self(1 << 28);
    pub(crate) const AT: Self = Self(1 << 29);
    pub(crate) const QUESTION: Self = Self(1 << 30);
    /// `^` and `~`.
    pub(crate) const OTHER: Self = Self(1 << 31);

    /// The kinds of the bytes of `text`.
    pub(crate) fn of(text: &[u8]) -> Self {
        #[expect(clippy::indexing_slicing, reason = "256 entries, one for each byte")]
        Self(text.iter().fold(0, |marks, byte| marks | KINDS.0[usize::from(*byte)]))
    }

    /// The kind of one byte.
    pub(crate) const fn of_byte(byte: u8) -> Self {
        kind(byte)
    }

    /// Both sets together.
    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether every kind of `other` is here.
    pub(crate) const fn has_all(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether some kind of `other` is here.
    pub(crate) const fn has_any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

struct Kinds([u64; 256]);

static KINDS: Kinds = Kinds(kinds());

const fn kinds() -> [u64; 256] {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "the loop ends at 255")]
        let mark = kind(byte as u8);
        #[expect(clippy::indexing_slicing, reason = "checked by the compiler: it runs in a const")]
        {
            kinds[byte] = mark.0;
        }
        byte += 1;
    }
    kinds
}

const fn kind(byte: u8) -> Marks {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' => Marks::LETTER,
        b'0'..=b'9' => Marks::DIGIT,
        b'-' | b'_' | b'.' | b',' => Marks::PLAIN,
        b' ' | b'\t' => Marks::SPACE,
        b'\n' | b'\r' => Marks::LINE_END,
        0 => Marks::NUL,
        1..=31 | 127 => Marks::CONTROL,
        128.. => Marks::HIGH,
        b'\'' => Marks::QUOTE,
        b'"' => Marks::DOUBLE_QUOTE,
        b'`' => Marks::BACKTICK,
        b'<' => Marks::LESS,
        b'>' => Marks::GREATER,
        b'(' | b')' => Marks::PAREN,
        b'{' | b'}' => Marks::BRACE,
        b'[' | b']' => Marks::BRACKET,
        b';' => Marks::SEMICOLON,
        b':' => Marks::COLON,
        b'|' => Marks::PIPE,
        b'&' => Marks::AMPERSAND,
        b'$' => Marks::DOLLAR,
        b'%' => Marks::PERCENT,
        b'\\' => Marks::BACKSLASH,
        b'/' => Marks::SLASH,
        b'=' => Marks::EQUALS,
        b'#' => Marks::HASH,
        b'*' => Marks::STAR,
        b'+' => Marks::PLUS,
        b'!' => Marks::BANG,
        b'@' => Marks::AT,
        b'?' => Marks::QUESTION,
        b'^' | b'~' => Marks::OTHER,
    }
}
