//! The labelled lines of `tests/data`: what is found of the positive ones, what is left of the others.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "the figures are what the test is for")]

use std::collections::BTreeMap;

use guard_mask::Masker;

fn mask(masker: &Masker, line: &str) -> String {
    let mut out = Vec::new();
    if masker.mask(line.as_bytes(), &mut out).is_empty() {
        return line.to_owned();
    }
    String::from_utf8(out).unwrap()
}

/// Whether nothing of the value is left that tells it: no piece of six of its letters and digits.
fn is_hidden(value: &str, masked: &str) -> bool {
    // The names of kinds are words of the masks, not of the value.
    let masked =
        masked.split('[').map(|it| it.rsplit(']').next().unwrap_or(it)).collect::<String>();
    let words = |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).collect() };
    let (value, masked) = (words(value), words(&masked));
    let pieces: Vec<char> = value.chars().collect();
    let length = pieces.len().min(6);
    !pieces.windows(length).any(|piece| masked.contains(&piece.iter().collect::<String>()))
}

#[test]
fn nearly_every_secret_is_hidden_and_nearly_no_other_line_is_changed() {
    let all_kinds = Masker::new(&[]);
    let positive = include_str!("data/positive.tsv").replace('·', "");
    let negative = include_str!("data/negative.txt");
    let mut by_kind: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for line in positive.lines().filter(|line| !line.starts_with('#')) {
        let mut parts = line.splitn(3, '\t');
        let (kind, value, line) =
            (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
        let (found, all) = by_kind.entry(kind).or_default();
        *all += 1;
        let masked = mask(&all_kinds, line);
        if is_hidden(value, &masked) {
            *found += 1;
        } else {
            println!("missed {kind}: {line}\n  -> {masked}");
        }
        if serde_json::from_str::<serde_json::Value>(line).is_ok() {
            let parsed = serde_json::from_str::<serde_json::Value>(&masked);
            assert!(parsed.is_ok(), "{line}\n  -> {masked}");
        }
    }
    let lines: Vec<&str> = negative.lines().filter(|line| !line.starts_with("# ")).collect();
    let changed: Vec<_> = lines.iter().filter(|line| mask(&all_kinds, line) != **line).collect();
    for line in &changed {
        println!("changed: {line}\n  -> {}", mask(&all_kinds, line));
    }
    let found: u32 = by_kind.values().map(|(found, _)| found).sum();
    let all: u32 = by_kind.values().map(|(_, all)| all).sum();
    println!("{by_kind:?}");
    println!("recall {found}/{all}, changed {} of {} other lines", changed.len(), lines.len());
    assert!(all >= 300 && lines.len() >= 500);
    assert!(f64::from(found) / f64::from(all) >= 0.98);
    let hits = f64::from(found);
    assert!(hits / (hits + f64::from(u32::try_from(changed.len()).unwrap())) >= 0.99);
}
