//! Fields of a message of protocol buffers, one after the other, without a schema.
//!
//! Source: Protocol Buffers documentation, "Encoding" (read 2026-11-27).

/// The message breaks off, or is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Broken;

/// The value of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wire<'b> {
    /// Of variable length: numbers, choices, enumerations.
    Number(u64),
    /// Eight bytes.
    Fixed(u64),
    /// Texts, bytes, messages.
    Bytes(&'b [u8]),
    /// Four bytes; no field that is read here has them.
    Short,
}

impl<'b> Wire<'b> {
    /// A text, a message, bytes.
    pub(crate) fn bytes(self) -> Option<&'b [u8]> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
    }
}

/// Reads fields: number and value. After a broken one there is no other.
#[derive(Clone, Debug)]
pub(crate) struct Fields<'b> {
    rest: &'b [u8],
}

impl<'b> Fields<'b> {
    pub(crate) fn of(message: &'b [u8]) -> Self {
        Self { rest: message }
    }

    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    /// Seven bits a byte, the lowest first.
    fn number(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for at in 0..10 {
            let byte = *self.take(1)?.first()?;
            let bits = u64::from(byte & 0x7f);
            // The tenth byte has room for one bit.
            if at == 9 && bits > 1 {
                return None;
            }
            number |= bits << (7 * at);
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn field(&mut self) -> Option<(u32, Wire<'b>)> {
        let tag = self.number()?;
        let field = u32::try_from(tag >> 3).ok().filter(|it| (1..1 << 29).contains(it))?;
        let value = match tag & 7 {
            0 => Wire::Number(self.number()?),
            1 => Wire::Fixed(u64::from_le_bytes(self.take(8)?.try_into().ok()?)),
            2 => {
                let length = usize::try_from(self.number()?).ok()?;
                Wire::Bytes(self.take(length)?)
            }
            5 => {
                self.take(4)?;
                Wire::Short
            }
            // Groups are older than every message that is read here.
            _ => return None,
        };
        Some((field, value))
    }
}

impl<'b> Iterator for Fields<'b> {
    type Item = Result<(u32, Wire<'b>), Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_none() {
            self.rest = &[];
        }
        Some(field.ok_or(Broken))
    }
}

#[cfg(test)]
mod tests {
    use super::{Broken, Fields, Wire};

    #[test]
    fn fields_of_every_kind_are_read() {
        let message = [
            0x08, 0x96, 0x01, // 1: 150
            0x12, 0x02, b'h', b'i', // 2: "hi"
            0x19, 1, 0, 0, 0, 0, 0, 0, 0, // 3: fixed 1
            0x25, 0, 0, 0, 0, // 4: short
        ];
        let fields: Result<Vec<_>, _> = Fields::of(&message).collect();
        let expected = [
            (1, Wire::Number(150)),
            (2, Wire::Bytes(b"hi")),
            (3, Wire::Fixed(1)),
            (4, Wire::Short),
        ];
        assert_eq!(fields.unwrap(), expected);
    }

    #[test]
    fn what_breaks_off_is_broken_once() {
        for message in [
            &[0x08][..],
            &[0x12, 5, b'h'],
            &[0x19, 1],
            &[0x00, 1],
            &[0x0b],
            &[0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02],
            &[0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
        ] {
            assert_eq!(Fields::of(message).collect::<Vec<_>>(), [Err(Broken)], "{message:?}");
        }
    }
}
