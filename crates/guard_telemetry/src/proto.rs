//! The wire format of protocol buffers, as much as OTLP needs to be written.

/// A message in the making.
#[derive(Debug, Default)]
pub(crate) struct Message {
    bytes: Vec<u8>,
}

impl Message {
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// A number of the types int32 to uint64, bool and enum. Zero is not written: it is the default.
    pub(crate) fn number(&mut self, field: u32, value: u64) -> &mut Self {
        if value != 0 {
            self.tag(field, 0);
            self.varint(value);
        }
        self
    }

    /// A bool that is written even where it is false, as one of a choice is.
    pub(crate) fn choice(&mut self, field: u32, value: bool) -> &mut Self {
        self.tag(field, 0);
        self.varint(u64::from(value));
        self
    }

    /// `fixed64`.
    pub(crate) fn fixed(&mut self, field: u32, value: u64) -> &mut Self {
        self.tag(field, 1);
        self.bytes.extend_from_slice(&value.to_le_bytes());
        self
    }

    /// `double`.
    pub(crate) fn double(&mut self, field: u32, value: f64) -> &mut Self {
        self.fixed(field, value.to_bits())
    }

    /// `string` or `bytes`.
    pub(crate) fn bytes(&mut self, field: u32, value: impl AsRef<[u8]>) -> &mut Self {
        let value = value.as_ref();
        self.tag(field, 2);
        self.varint(u64::try_from(value.len()).unwrap_or(u64::MAX));
        self.bytes.extend_from_slice(value);
        self
    }

    /// A message within this one.
    pub(crate) fn message(&mut self, field: u32, write: impl FnOnce(&mut Self)) -> &mut Self {
        let mut inner = Self::default();
        write(&mut inner);
        self.bytes(field, inner.bytes)
    }

    fn tag(&mut self, field: u32, wire_type: u32) {
        self.varint(u64::from(field << 3 | wire_type));
    }

    fn varint(&mut self, mut value: u64) {
        loop {
            let low = u8::try_from(value & 0x7f).unwrap_or_default();
            value >>= 7;
            if value == 0 {
                self.bytes.push(low);
                return;
            }
            self.bytes.push(low | 0x80);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Message;

    #[test]
    fn the_examples_of_the_encoding_guide_hold() {
        let mut message = Message::default();
        message.number(1, 150).bytes(2, "testing").message(3, |inner| {
            inner.number(1, 150);
        });
        message.number(4, 0);
        assert_eq!(message.into_bytes(), b"\x08\x96\x01\x12\x07testing\x1a\x03\x08\x96\x01");
    }
}
