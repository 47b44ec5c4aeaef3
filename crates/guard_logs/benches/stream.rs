//! What a line costs on its way, without masks and with them: `cargo bench -p guard_logs`.

use divan::Bencher;
use guard_logs::{Invocation, LogStream, Masker, Options};

fn main() {
    divan::main();
}

const TEXT: &str = "2026-11-26T10:15:02.123Z\t6f1c5a34-8a3e-4b57-9c1d-0a2b3c4d5e6f\tINFO\torder 48213 of customer C-1042 was stored in table Orders after 2 retries, 14 items, total 129.90 EUR, warehouse eu-west-1b, carrier DHL\n";
const JSON: &str = "{\"level\":\"INFO\",\"message\":\"order stored\",\"timestamp\":\"2026-11-26T10:15:02.123Z\",\"requestId\":\"6f1c5a34-8a3e-4b57-9c1d-0a2b3c4d5e6f\",\"orderId\":48213,\"items\":14,\"durationMs\":12.5,\"path\":\"/orders/48213\"}\n";
const ESCAPES: &str = "{\"level\":\"INFO\",\"message\":\"M\\u00fcller stored\",\"timestamp\":\"2026-11-26T10:15:02.123Z\",\"requestId\":\"6f1c5a34-8a3e-4b57-9c1d-0a2b3c4d5e6f\",\"orderId\":48213,\"items\":14,\"durationMs\":12.5,\"path\":\"/o\"}\n";
const FORGED: &str = "{\"faasguard\":\"event\",\"message\":\"order stored\",\"timestamp\":\"2026-11-26T10:15:02.123Z\",\"requestId\":\"6f1c5a34-8a3e-4b57-9c1d-0a2b3c4d5e6f\",\"orderId\":48213,\"items\":14,\"durationMs\":12.5,\"path\":\"/o\"}\n";

const LINES: [(&str, &str); 4] =
    [("text", TEXT), ("json", JSON), ("json_with_escapes", ESCAPES), ("forged", FORGED)];

fn push(bencher: Bencher<'_, '_>, name: &str, mask: bool) {
    let line = LINES.iter().find(|(it, _)| *it == name).map_or("", |(_, line)| line);
    let masker = Masker::new(&[]);
    let mut stream = LogStream::new(Options { mask, ..Options::default() });
    let mut out = Vec::with_capacity(1024);
    bencher.bench_local(|| {
        out.clear();
        stream.push(&masker, &Invocation::default(), divan::black_box(line.as_bytes()), &mut out);
    });
}

#[divan::bench(args = LINES.map(|(name, _)| name))]
fn without_masks(bencher: Bencher<'_, '_>, name: &str) {
    push(bencher, name, false);
}

#[divan::bench(args = LINES.map(|(name, _)| name))]
fn with_masks(bencher: Bencher<'_, '_>, name: &str) {
    push(bencher, name, true);
}
