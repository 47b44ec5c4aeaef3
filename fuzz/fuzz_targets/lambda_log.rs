//! Any bytes as a log, whole and in pieces: the same records, folded without a fault. The first byte says how
//! long the pieces are.
#![no_main]

use std::sync::{Arc, LazyLock};

use guard_mask::Masker;
use lambda_log::{Limits, LogReader};
use libfuzzer_sys::fuzz_target;
use log_analysis::{Fold, Window, findings};

static MASKER: LazyLock<Arc<Masker>> = LazyLock::new(|| Arc::new(Masker::new(&[])));

fuzz_target!(|data: &[u8]| {
    let Some((length, bytes)) = data.split_first() else { return };
    let limits = Limits { line_bytes: 512, event_bytes: 1_024, joined_lines: 8 };
    let mut results = Vec::new();
    for pieces in [bytes.len().max(1), usize::from(*length).max(1)] {
        let kept = log_analysis::Limits { functions: 4, clusters: 8 };
        let mut fold = Fold::new("fuzz", Arc::clone(&*MASKER), kept, Window::default());
        let mut reader = LogReader::new(limits);
        let mut records = Vec::new();
        let mut visit = |entry: &lambda_log::Entry<'_>| {
            records.push(format!("{entry:?}"));
            fold.add(entry);
        };
        for piece in bytes.chunks(pieces) {
            reader.push(piece, &mut visit);
        }
        let outcome = reader.finish(&mut visit);
        let analysis = fold.finish("fuzz");
        assert!(analysis.functions.values().all(|it| it.clusters.sorted().len() <= 8));
        let _ = findings(&analysis, 0);
        results.push((records, outcome));
    }
    assert_eq!(results[0], results[1]);
});
