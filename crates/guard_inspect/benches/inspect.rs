//! What inspection costs: `cargo bench -p guard_inspect`.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use guard_inspect::{Inspector, Scratch, Trigger};
use guard_settings::Settings;

fn main() {
    divan::main();
}

/// An event of an HTTP API of 1 KB, made here: 31 texts, one of them JSON.
const HTTP_API: &str = r#"{"version":"2.0","routeKey":"POST /orders","rawPath":"/orders","rawQueryString":"a=1&b=two","headers":{"accept":"*/*","content-type":"application/json","host":"a1b2c3.execute-api.eu-west-1.amazonaws.com","user-agent":"orders-app/3.1","x-forwarded-for":"192.0.2.10","x-forwarded-port":"443","x-forwarded-proto":"https"},"queryStringParameters":{"a":"1","b":"two"},"requestContext":{"accountId":"111122223333","apiId":"a1b2c3","http":{"method":"POST","path":"/orders","protocol":"HTTP/1.1","sourceIp":"192.0.2.10","userAgent":"orders-app/3.1"},"requestId":"JKJaXmPLvHcESHA=","routeKey":"POST /orders","stage":"$default","time":"12/Mar/2026:19:03:58 +0000","timeEpoch":1773342238000},"body":"{\"customer\":\"Ana Example\",\"lines\":[{\"sku\":\"A-1\",\"count\":2},{\"sku\":\"B-7\",\"count\":1}],\"note\":\"please ring twice\"}","isBase64Encoded":false}"#;

/// The same with a browser's headers, and with quotes and angle brackets that mean no harm.
fn browser() -> String {
    HTTP_API
        .replace("orders-app/3.1", "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0")
        .replace("\"accept\":\"*/*\"", "\"accept\":\"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\",\"cookie\":\"session=8d1f0a6c; theme=dark\",\"accept-language\":\"en-GB,en;q=0.7\"")
        .replace("please ring twice", "it's <fine> -- O'Neill & Sons; 2 rooms (ground floor)")
}

fn queue(messages: usize) -> String {
    let record = r#"{"messageId":"059f36b4-87a3-44ab-83d2-661975830a7d","receiptHandle":"AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a+7Xw==","body":"{\"orderId\":\"o-17\",\"customer\":{\"name\":\"Ana Example\",\"city\":\"Graz\"},\"total\":12.5}","attributes":{"ApproximateReceiveCount":"1","SentTimestamp":"1773342238000","SenderId":"AIDAIENQZJOLO23YVJ4VO","ApproximateFirstReceiveTimestamp":"1773342238001"},"messageAttributes":{},"md5OfBody":"e4e68fb7bd0e697a0ae8f1bb342846b3","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:eu-west-1:111122223333:orders","awsRegion":"eu-west-1"}"#;
    format!("{{\"Records\":[{}]}}", vec![record; messages].join(","))
}

#[divan::bench]
fn event_of_one_kilobyte(bencher: Bencher) {
    bench(bencher, HTTP_API);
}

#[divan::bench]
fn request_of_a_browser(bencher: Bencher) {
    bench(bencher, &browser());
}

#[divan::bench(args = [1, 10, 1_000])]
fn messages(bencher: Bencher, count: usize) {
    bench(bencher, &queue(count));
}

#[divan::bench]
fn text_of_a_megabyte(bencher: Bencher) {
    bench(bencher, &format!("\"{}\"", "It's a long way; (really) <long>. ".repeat(30_000)));
}

#[divan::bench]
fn settings_to_inspector(bencher: Bencher) {
    bencher.bench(|| Inspector::new(black_box(&Settings::default())).is_ok());
}

#[divan::bench]
fn answer_of_one_kilobyte(bencher: Bencher) {
    let mut settings = Settings::default();
    settings.errors.hide_details = true;
    settings.redact.responses = true;
    let Ok(inspector) = Inspector::new(&settings) else { return };
    let body =
        "{\\\"orders\\\": [{\\\"id\\\": \\\"o-17\\\", \\\"note\\\": \\\"please ring twice\\\"}]}"
            .repeat(12);
    let answer = format!(
        "{{\"statusCode\":200,\"headers\":{{\"content-type\":\"application/json\"}},\"body\":\"{body}\"}}"
    );
    let mut scratch = Scratch::default();
    bencher.counter(BytesCount::of_str(&answer)).bench_local(|| {
        inspector.response(&mut scratch, Trigger::HttpApi, black_box(answer.as_bytes()), &[])
    });
}

fn bench(bencher: Bencher, event: &str) {
    let Ok(inspector) = Inspector::new(&Settings::default()) else { return };
    let mut scratch = Scratch::default();
    let judgement = inspector.event(&mut scratch, event.as_bytes(), "r-1");
    assert!(judgement.hits.is_empty(), "{:?}", judgement.hits);
    bencher
        .counter(BytesCount::of_str(event))
        .bench_local(|| inspector.event(&mut scratch, black_box(event.as_bytes()), "r-1"));
}
