//! The trace header of Lambda: `Root=1-67f2a1b0-3c5d…;Parent=53995c3f42cd8ad8;Sampled=1`.

/// The trace that an invocation belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceHeader {
    /// 4 bytes of the time in seconds, 12 random bytes.
    pub root: [u8; 16],
    /// The span above; `None` when the header names none.
    pub parent: Option<[u8; 8]>,
    /// Whether somebody decided that this one is kept.
    pub sampled: bool,
}

impl TraceHeader {
    /// Reads a header. `None` where it has no root of the known version: such a trace is not told
    /// of anywhere. Members that nobody knows (`Lineage`, `Self`) are passed over.
    ///
    /// Source: X-Ray Developer Guide, "Tracing header" (read 2026-11-26).
    #[must_use]
    pub fn parse(header: &str) -> Option<Self> {
        let (mut root, mut parent, mut sampled) = (None, None, false);
        for member in header.split(';') {
            let Some((name, value)) = member.trim().split_once('=') else { continue };
            match name {
                "Root" => root = Some(read_root(value)?),
                "Parent" => parent = Some(hex(value)?),
                "Sampled" => sampled = value == "1",
                _ => {}
            }
        }
        Some(Self { root: root?, parent, sampled })
    }

    /// `1-67f2a1b0-3c5d7e9f1a2b4c6d8e0f1a2b`.
    #[must_use]
    pub fn root_text(&self) -> String {
        let digits = to_hex(&self.root);
        let (time, random) = digits.split_at(8);
        format!("1-{time}-{random}")
    }
}

fn read_root(text: &str) -> Option<[u8; 16]> {
    let (time, random) = text.strip_prefix("1-")?.split_once('-')?;
    let (time, random): ([u8; 4], [u8; 12]) = (hex(time)?, hex(random)?);
    let mut root = [0; 16];
    root.iter_mut().zip(time.into_iter().chain(random)).for_each(|(to, byte)| *to = byte);
    Some(root)
}

/// Exactly `N` bytes in hexadecimal digits.
fn hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        for digit in pair {
            let value = char::from(*digit).to_digit(16)?;
            *byte = *byte << 4 | u8::try_from(value).ok()?;
        }
    }
    Some(bytes)
}

/// Lower-case hexadecimal digits.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::TraceHeader;

    const ROOT: &str = "1-67f2a1b0-3c5d7e9f1a2b4c6d8e0f1a2b";

    #[test]
    fn a_header_is_read_in_any_order_and_with_members_of_others() {
        let header = format!("Sampled=1;Lineage=1:a:0; Parent=53995c3f42cd8ad8;Root={ROOT}");
        let trace = TraceHeader::parse(&header).unwrap();
        assert_eq!(trace.root_text(), ROOT);
        assert_eq!(trace.parent, Some([0x53, 0x99, 0x5c, 0x3f, 0x42, 0xcd, 0x8a, 0xd8]));
        assert!(trace.sampled);
        assert!(!TraceHeader::parse(&format!("Root={ROOT};Sampled=0")).unwrap().sampled);
    }

    #[test]
    fn what_is_no_trace_is_none() {
        for header in [
            "",
            "Root=",
            "Root=2-67f2a1b0-3c5d7e9f1a2b4c6d8e0f1a2b",
            "Parent=53995c3f42cd8ad8",
            "Root=1-67f2a1b0-3c5d7e9f1a2b4c6d8e0f1a2",
            "Root=1-67f2a1bg-3c5d7e9f1a2b4c6d8e0f1a2b",
        ] {
            assert_eq!(TraceHeader::parse(header), None, "{header}");
        }
    }
}
