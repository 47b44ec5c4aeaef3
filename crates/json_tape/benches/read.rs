//! How fast documents are read: `cargo bench -p json_tape`.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use json_tape::{Limits, Tape};

fn main() {
    divan::main();
}

/// An event of an HTTP API of about 1 KB, made here.
fn event() -> String {
    r#"{"version":"2.0","routeKey":"POST /orders","rawPath":"/orders","rawQueryString":"a=1&b=two","headers":{
"accept":"*/*","content-type":"application/json","host":"a1b2c3.execute-api.eu-west-1.amazonaws.com","user-agent":"orders-app/3.1",
"x-forwarded-for":"192.0.2.10","x-forwarded-port":"443","x-forwarded-proto":"https"},"queryStringParameters":{"a":"1","b":"two"},
"requestContext":{"accountId":"111122223333","apiId":"a1b2c3","http":{"method":"POST","path":"/orders","protocol":"HTTP/1.1",
"sourceIp":"192.0.2.10","userAgent":"orders-app/3.1"},"requestId":"JKJaXmPLvHcESHA=","routeKey":"POST /orders","stage":"$default",
"time":"12/Mar/2026:19:03:58 +0000","timeEpoch":1773342238000},"body":"{\"customer\":\"Ana Example\",\"lines\":[{\"sku\":\"A-1\",\"count\":2},{\"sku\":\"B-7\",\"count\":1}],\"note\":\"please ring twice\"}","isBase64Encoded":false}"#
        .to_owned()
}

#[divan::bench]
fn event_of_one_kilobyte(bencher: Bencher) {
    bench(bencher, &event());
}

#[divan::bench]
fn batch_of_a_thousand_events(bencher: Bencher) {
    bench(bencher, &format!("[{}]", vec![event(); 1_000].join(",\n  ")));
}

#[divan::bench]
fn one_long_string(bencher: Bencher) {
    bench(bencher, &format!("\"{}\"", "lorem ipsum ".repeat(100_000)));
}

#[divan::bench]
fn numbers(bencher: Bencher) {
    bench(bencher, &format!("[{}0]", "12,-3.5e7,".repeat(50_000)));
}

#[divan::bench]
fn event_by_serde_json(bencher: Bencher) {
    let text = event();
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| serde_json::from_str::<serde_json::Value>(black_box(&text)));
}

fn bench(bencher: Bencher, text: &str) {
    let mut tape = Tape::new();
    bencher
        .counter(BytesCount::of_str(text))
        .bench_local(|| tape.read(black_box(text.as_bytes()), &Limits::default()).is_ok());
}
