//! Classifying one value: ordinary ones of every kind, attacks, and long ones.
#![expect(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

use std::sync::LazyLock;

use divan::Bencher;
use payload::{Classes, Context, Engine, Scratch};

static ENGINE: LazyLock<Engine> = LazyLock::new(Engine::new);

const VALUES: [(&str, &str); 10] = [
    ("identifier", "order-2026-11-000017"),
    ("arn", "arn:aws:lambda:eu-west-1:111122223333:function:CreateOrder"),
    ("url", "https://shop.example.com/orders?page=2&sort=asc&filter%5Bcolor%5D=red"),
    ("prose", "Please select a city from the list and tell us whether it's open on Sundays or not"),
    (
        "html",
        "<p>Hello <b>Ann</b>, your order <a href=\"https://shop.example.com/1\">17</a> left.</p>",
    ),
    ("json", r#"{"id": 17, "name": "O'Brien", "tags": ["a", "b"], "note": "call me"}"#),
    ("sql attack", "1' UNION SELECT null,version()--"),
    ("encoded attack", "%2527%2520or%25201%253D1--"),
    ("script attack", "\"><img src=x onerror=alert(document.cookie)>"),
    ("base64 attack", "PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=="),
];

fn main() {
    divan::main();
}

#[divan::bench]
fn build() -> Engine {
    Engine::new()
}

#[divan::bench(args = VALUES.map(|(name, _)| name))]
fn classify(bencher: Bencher<'_, '_>, name: &str) {
    let (_, value) = VALUES.iter().find(|(other, _)| *other == name).unwrap();
    let mut scratch = Scratch::default();
    bencher.bench_local(|| ENGINE.classify(&mut scratch, value, Context::Any(Classes::ALL)));
}

#[divan::bench(args = [1_000, 100_000])]
fn long_prose(bencher: Bencher<'_, '_>, bytes: usize) {
    let value = "We could not find what you asked for, so here is a list. ".repeat(bytes / 57);
    let mut scratch = Scratch::default();
    bencher.bench_local(|| ENGINE.classify(&mut scratch, &value, Context::Any(Classes::ALL)));
}
