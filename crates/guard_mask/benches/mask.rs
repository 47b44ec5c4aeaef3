//! What masking one line of a log costs: `cargo bench -p guard_mask`.
#![expect(clippy::indexing_slicing, reason = "a benchmark fails by panicking")]

use divan::Bencher;
use divan::counter::ItemsCount;
use guard_mask::Masker;

fn main() {
    divan::main();
}

const START: &str = "START RequestId: 6f1c5a34-8a3e-4b57-9c1d-0a2b3c4d5e6f Version: $LATEST";
const REPORT: &str = "REPORT RequestId: 6f1c5a34-8a3e-4b57-9c1d-0a2b3c4d5e6f\tDuration: 102.25 ms\tBilled Duration: 103 ms\tMemory Size: 128 MB\tMax Memory Used: 61 MB\tInit Duration: 201.33 ms\tXRAY TraceId: 1-5f84c7a1-2e3d4c5b6a79881726354411";
const TEXT: &str = "2026-11-26T10:15:02.123Z\t6f1c5a34-8a3e-4b57-9c1d-0a2b3c4d5e6f\tINFO\torder 48213 of customer C-1042 was stored in table Orders after 2 retries, 14 items, total 129.90 EUR, warehouse eu-west-1b, carrier DHL express";
const JSON: &str = r#"{"level":"INFO","message":"order stored","timestamp":"2026-11-26T10:15:02.123Z","requestId":"6f1c5a34-8a3e-4b57-9c1d-0a2b3c4d5e6f","orderId":48213,"items":14,"durationMs":12.5,"path":"/orders/48213","status":201}"#;
const ACCESS: &str = r#"10.0.12.7 - - [26/Nov/2026:10:15:02 +0000] "GET /api/orders/48213?page=2&sort=desc HTTP/1.1" 200 15324 "https://shop.example.com/cart" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)""#;
const STACK: &str = r#"  File "/var/task/orders/handlers/create_order.py", line 142, in create_order_handler_with_idempotency raise ValidationError(f"quantity of item {index} must be positive") from error  # noqa: B904 see the notes of release"#;
const SECRET: &str = r#"{"level":"DEBUG","message":"payment","user":"ann.lee@example.com","card":{"number":"4111 1111 1111 1111","holder":"Ann Lee"},"headers":{"Authorization":"Bearer abcdefghijklmnop12345"},"phone":"+44 20 7946 0958"}"#;
const UNICODE: &str = "2026-11-26T10:15:02Z Bestellung für Frau Müller aus Köln wurde übernommen: 3 Stück à 12,90 €, Zahlung per Überweisung, Lieferung bis Montag, Lager Süd, Paket 12 von 14, Hinweis: bitte beim Nachbarn abgeben";

const LINES: [&str; 8] = [START, REPORT, TEXT, JSON, ACCESS, STACK, SECRET, UNICODE];

const NAMES: [&str; 8] =
    ["start", "report", "text", "json", "access", "stack", "secrets", "not_ascii"];

#[divan::bench(args = NAMES)]
fn one_line(bencher: Bencher<'_, '_>, name: &str) {
    let line = NAMES.iter().position(|it| *it == name).map_or("", |place| LINES[place]);
    let masker = Masker::new(&[]);
    let mut out = Vec::with_capacity(1024);
    bencher.bench_local(|| {
        out.clear();
        masker.mask(line.as_bytes(), &mut out)
    });
}

/// As they come: of sixteen lines one has secrets.
#[divan::bench]
fn a_mix_of_lines(bencher: Bencher<'_, '_>) {
    let masker = Masker::new(&["card_holder".to_owned()]);
    let lines: Vec<&str> = LINES
        .iter()
        .chain(&LINES)
        .copied()
        .filter(|line| *line != SECRET)
        .chain([SECRET])
        .collect();
    let mut out = Vec::with_capacity(1024);
    bencher.counter(ItemsCount::new(lines.len())).bench_local(|| {
        for line in &lines {
            out.clear();
            divan::black_box(masker.mask(line.as_bytes(), &mut out));
        }
    });
}

#[divan::bench]
fn made_new() -> Masker {
    Masker::new(&[])
}

/// Lines of 256 KiB that would be read again and again: the cost is per byte.
const HOSTILE: [&str; 12] = [
    "password=",
    "pass",
    "pin=",
    "cookie: ",
    "authorization: ",
    "{\"secret\":[",
    "://",
    "\"token\": '",
    "phone 12345678 ",
    "a@b.co ",
    "-----BEGIN PRIVATE KEY-----",
    "1-1 ",
];

#[divan::bench(args = HOSTILE, sample_count = 3, sample_size = 1)]
fn hostile(bencher: Bencher<'_, '_>, piece: &str) {
    let masker = Masker::new(&[]);
    let line = piece.repeat(256 * 1024 / piece.len());
    let mut out = Vec::new();
    bencher.bench_local(|| {
        out.clear();
        masker.mask(line.as_bytes(), &mut out)
    });
}
