//! Any bytes, read as a trail whole and in pieces: the same events, and a usage whose counts add up.
#![no_main]

use std::io::Read;

use audit_event::{Limits, read, read_from};
use libfuzzer_sys::fuzz_target;
use trail_usage::Fold;

/// Gives a few bytes at a time.
struct Drops<'a>(&'a [u8]);

impl Read for Drops<'_> {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        let count = to.len().min(self.0.len()).min(7);
        let (now, later) = self.0.split_at(count);
        to[..count].copy_from_slice(now);
        self.0 = later;
        Ok(count)
    }
}

fuzz_target!(|data: &[u8]| {
    let limits = Limits { record_bytes: 4_096, ..Limits::default() };
    let mut fold = Fold::default();
    let whole = read(data, &limits, &mut |event| {
        assert!(event.record.raw().len() <= data.len());
        let _ = (event.kind(), event.field("userIdentity.type"), event.resources().count());
        fold.add(event);
    });
    let pieces = read_from(&mut Drops(data), &limits, &mut |_| {});
    assert_eq!(whole, pieces);
    let usage = fold.finish();
    let totals = usage.totals;
    assert_eq!(totals.events + totals.duplicates, whole.events);
    assert_eq!(totals.succeeded + totals.denied + totals.failed + totals.apart, totals.events);
    let _ = (usage.to_table(), usage.to_csv());
});
