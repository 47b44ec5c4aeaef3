//! Segments and spans: any bytes are read without a panic, and every tree is one.
#![no_main]

use call_chains::{Limits, Reader};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut reader = Reader::new(Limits { spans: 2_000, trace_spans: 500, depth: 16 });
    let _ = reader.read(bytes);
    let chains = reader.finish();
    for trace in &chains.traces {
        for (number, node) in trace.nodes.iter().enumerate() {
            assert!(node.parent.is_none_or(|parent| parent < number));
            assert!(node.self_us >= 0 && node.self_us <= node.span.end_us - node.span.start_us);
        }
    }
});
