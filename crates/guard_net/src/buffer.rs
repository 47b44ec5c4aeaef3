//! Bytes that come in at one end and go out at the other.

/// A queue of bytes that stand together in memory.
///
/// It grows with what is put in and gives large memory back when it is empty: one large message
/// does not keep a connection large.
#[derive(Debug, Default)]
pub struct Buffer {
    /// All initialised; what is queued stands in `start..end`.
    bytes: Vec<u8>,
    start: usize,
    end: usize,
}

/// Memory that an empty buffer keeps.
const KEPT: usize = 65_536;

impl Buffer {
    /// What is queued.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(self.start..self.end).unwrap_or_default()
    }

    /// How many bytes are queued.
    #[must_use]
    pub fn len(&self) -> usize {
        self.end - self.start
    }

    /// Whether nothing is queued.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// Takes `count` bytes off the front; all of them when there are fewer.
    pub fn consume(&mut self, count: usize) {
        self.start = self.end.min(self.start + count);
        if self.is_empty() {
            self.start = 0;
            self.end = 0;
            if self.bytes.len() > KEPT {
                self.bytes = Vec::new();
            }
        }
    }

    /// Adds bytes at the end.
    pub fn push(&mut self, bytes: &[u8]) {
        self.write_with(|out| out.extend_from_slice(bytes));
    }

    /// Lets `write` add bytes at the end of a vector, then queues them.
    pub fn write_with(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        self.bytes.truncate(self.end);
        if self.start > self.len() && self.start > 4_096 {
            self.move_to_front();
            self.bytes.truncate(self.end);
        }
        write(&mut self.bytes);
        self.end = self.bytes.len();
    }

    /// At least `count` bytes of room behind what is queued, to be followed by [`Buffer::filled`].
    pub fn room(&mut self, count: usize) -> &mut [u8] {
        if self.bytes.len() - self.end < count {
            if self.start >= count && self.start > self.len() {
                self.move_to_front();
            } else {
                // Grown in steps that double, so that a large body is not copied again and again.
                let size = (self.end + count).max(self.bytes.len().saturating_mul(2));
                self.bytes.resize(size.max(4_096), 0);
            }
        }
        self.bytes.get_mut(self.end..).unwrap_or_default()
    }

    fn move_to_front(&mut self) {
        self.bytes.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
    }

    /// Says that the first `count` bytes of the room hold data now.
    pub fn filled(&mut self, count: usize) {
        self.end = self.bytes.len().min(self.end + count);
    }
}

#[cfg(test)]
mod tests {
    use super::Buffer;
    use proptest::prelude::*;

    #[derive(Debug, Clone)]
    enum Act {
        Push(Vec<u8>),
        Write(Vec<u8>),
        Fill(Vec<u8>),
        Consume(usize),
    }

    fn act() -> impl Strategy<Value = Act> {
        let bytes = || proptest::collection::vec(any::<u8>(), 0..300);
        prop_oneof![
            bytes().prop_map(Act::Push),
            bytes().prop_map(Act::Write),
            bytes().prop_map(Act::Fill),
            (0..400_usize).prop_map(Act::Consume),
        ]
    }

    proptest! {
        #[test]
        fn bytes_come_out_as_they_went_in(acts in proptest::collection::vec(act(), 0..60)) {
            let (mut buffer, mut model) = (Buffer::default(), Vec::new());
            for act in acts {
                match act {
                    Act::Push(bytes) => { buffer.push(&bytes); model.extend(bytes); }
                    Act::Write(bytes) => {
                        buffer.write_with(|out| out.extend(&bytes));
                        model.extend(bytes);
                    }
                    Act::Fill(bytes) => {
                        buffer.room(bytes.len())[..bytes.len()].copy_from_slice(&bytes);
                        buffer.filled(bytes.len());
                        model.extend(bytes);
                    }
                    Act::Consume(count) => {
                        buffer.consume(count);
                        model.drain(..count.min(model.len()));
                    }
                }
                prop_assert_eq!(buffer.bytes(), &model[..]);
                prop_assert_eq!(buffer.len(), model.len());
            }
        }
    }

    #[test]
    fn a_queue_that_is_never_empty_does_not_grow() {
        let mut buffer = Buffer::default();
        buffer.push(&[0; 100]);
        for _ in 0..10_000 {
            buffer.push(&[1; 100]);
            buffer.consume(100);
        }
        assert!(buffer.bytes.capacity() < 20_000, "{}", buffer.bytes.capacity());
    }

    #[test]
    fn a_large_message_does_not_keep_its_memory() {
        let mut buffer = Buffer::default();
        buffer.push(&vec![1; 6_000_000]);
        buffer.consume(6_000_000);
        assert!(buffer.bytes.capacity() <= super::KEPT);
    }
}
