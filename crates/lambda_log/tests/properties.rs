//! No bytes break the reader, and pieces of any size give the same records.

use lambda_log::{Limits, LogReader};
use proptest::prelude::*;

fn read(bytes: &[u8], pieces: usize) -> (Vec<String>, lambda_log::Outcome) {
    let limits = Limits { line_bytes: 200, event_bytes: 300, joined_lines: 5 };
    let mut reader = LogReader::new(limits);
    let mut found = Vec::new();
    let mut visit = |entry: &lambda_log::Entry<'_>| {
        assert!(entry.text.len() <= 3 * limits.line_bytes + 8, "{}", entry.text.len());
        found.push(format!("{entry:?}"));
    };
    for piece in bytes.chunks(pieces) {
        reader.push(piece, &mut visit);
    }
    let outcome = reader.finish(&mut visit);
    (found, outcome)
}

fn part() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("START RequestId: r-1 Version: 1\n".to_owned()),
        Just("REPORT RequestId: r-1\tDuration: 1.5 ms\tMemory Size: 128 MB\n".to_owned()),
        Just(
            "{\"type\":\"platform.report\",\"record\":{\"metrics\":{\"durationMs\":1}}}\n"
                .to_owned()
        ),
        Just("{\"events\":[{\"message\":\"a\\nb\",\"timestamp\":1769853600123}".to_owned()),
        Just("],\"x\":1}\n".to_owned()),
        Just("@timestamp,@message\n".to_owned()),
        Just("2026-01-31T10:00:00.123Z ".to_owned()),
        Just("[ERROR] KeyError: 'id'\nTraceback (most recent call last):\n".to_owned()),
        "[ -~\\n\"{}\\[\\],:\\\\]{0,40}",
        ".{0,20}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn pieces_of_any_size_give_the_same(parts in prop::collection::vec(part(), 0..20), pieces in 1_usize..50) {
        let text = parts.concat();
        prop_assert_eq!(read(text.as_bytes(), usize::MAX), read(text.as_bytes(), pieces));
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let (found, outcome) = read(&bytes, 64);
        prop_assert_eq!(found.len() as u64, outcome.records);
        prop_assert_eq!(bytes.len() as u64, outcome.bytes);
    }
}
