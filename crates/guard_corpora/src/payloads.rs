//! `cargo xtask payloads [--data DIR] [--misses SOURCE] [--false] [--context CLASS]
//! [--sinks]`: the guard against strings that are known to be attacks, and others that are known to
//! be none.
//!
//! Each string stands in a query parameter of API Gateway and in the body of an SQS message. A third
//! of the corpus (those whose SHA-256 is divisible by three) is never shown, so that nobody tunes on
//! it: it has totals only. `--context` asks about the bare string as a value that reaches a sink of
//! that class, `--sinks` about every string in a field whose sink the settings know. Without the data
//! it says `skipped`.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use payload::{Class, Classes, Context};
use serde_json::{Value, json};

use crate::{
    Failure, Outcome,
    corpus::{Part, Sample, samples},
    inspection::Inspection,
    options::{Options, files},
    sinks,
};

/// How often the events are inspected for the CPU time.
const ROUNDS: u32 = 20;

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let options = Options::parse(arguments)?;
    let class: Option<Class> = options.context.map(|name| name.parse()).transpose()?;
    let (misses, show_false) = (options.misses, options.show_false);
    let data = options.folder.unwrap_or_else(|| PathBuf::from("../shared/data"));
    let corpus = data.join("payloads/payloads.jsonl.xz");
    if !corpus.is_file() {
        println!("skipped: there is no file {}", corpus.display());
        return Ok(());
    }
    let samples = samples(&corpus)?;
    if options.sinks {
        return sinks::run(&samples, misses.as_deref(), show_false);
    }
    let mut inspection = Inspection::new()?;
    if let Some(class) = class {
        in_context(&mut inspection, &samples, class, misses.as_deref());
        return Ok(());
    }
    let mut parts: BTreeMap<(&str, &str), Part> = BTreeMap::new();
    for sample in &samples {
        let third = if sample.is_unseen() { "unseen" } else { "seen" };
        for (place, event) in places(&sample.value) {
            let found = inspection.event(event.to_string().as_bytes());
            for part in [third, "all"] {
                parts.entry((place, part)).or_default().add(sample, found.is_some());
            }
            let is_wanted = if sample.malicious {
                found.is_none() && misses.as_deref().is_some_and(|s| sample.source.starts_with(s))
            } else {
                found.is_some() && show_false
            };
            if is_wanted && third == "seen" {
                let class = found.as_deref().unwrap_or("missed");
                println!("{place} {class} {} {:?}", sample.source, sample.value);
            }
        }
    }
    for ((place, part), counts) in &parts {
        counts.print(&format!("{part}, in a {place}"));
    }
    events(&mut inspection, &data.join("events"))
}

/// The sources whose strings would matter at a sink of `class`, and the benign ones.
fn in_context(inspection: &mut Inspection, samples: &[Sample], class: Class, misses: Option<&str>) {
    let context = Context::Sink(Classes::NONE.with(class));
    let mut parts: BTreeMap<&str, Part> = BTreeMap::new();
    for sample in samples {
        let is_unseen = sample.is_unseen();
        let is_refused = inspection.in_context(&sample.value, context).is_some();
        parts.entry(if is_unseen { "unseen" } else { "seen" }).or_default().add(sample, is_refused);
        if !is_unseen
            && misses.is_some_and(|source| sample.source.starts_with(source))
            && is_refused != sample.malicious
        {
            println!("{} {:?}", sample.source, sample.value);
        }
    }
    for (part, counts) in &parts {
        counts.print(&format!("{part}, at a sink of {class}"));
    }
}

/// Every sample event of the triggers, none of which is an attack, and the time they take.
fn events(inspection: &mut Inspection, folder: &Path) -> Outcome {
    let mut refused = Vec::new();
    let mut events = Vec::new();
    let mut bytes = 0;
    for path in files(folder)? {
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let text = fs::read(&path)?;
        bytes += text.len();
        if let Some(class) = inspection.event(&text) {
            refused.push(format!("{} as {class}", path.display()));
        }
        events.push(text);
    }
    let before = cpu_time()?;
    for event in (0..ROUNDS).flat_map(|_| &events) {
        inspection.event(event);
    }
    let spent = cpu_time()?.saturating_sub(before) / ROUNDS;
    println!("{} of {} events refused", refused.len(), events.len());
    let number = u32::try_from(events.len())?.max(1);
    println!(
        "{:?} of CPU an event of {} bytes on average",
        spent / number,
        bytes / events.len().max(1)
    );
    for line in &refused {
        println!("  {line}");
    }
    Ok(())
}

/// The CPU time that this process has used so far.
#[cfg(unix)]
fn cpu_time() -> Result<Duration, Failure> {
    use nix::sys::{
        resource::{UsageWho, getrusage},
        time::{TimeVal, TimeValLike},
    };
    let usage = getrusage(UsageWho::RUSAGE_SELF)?;
    let duration = |time: TimeVal| u64::try_from(time.num_microseconds()).unwrap_or(0);
    Ok(Duration::from_micros(duration(usage.user_time()) + duration(usage.system_time())))
}

#[cfg(not(unix))]
fn cpu_time() -> Result<Duration, Failure> {
    Err("CPU time is only measured on Unix".into())
}

/// The events in which a string is asked about, by the name of its place.
pub(crate) fn places(value: &str) -> [(&'static str, Value); 2] {
    [("query", in_query(value)), ("queue", in_queue(value))]
}

/// An event of an HTTP API (format 2.0) with `value` as the parameter `q`.
fn in_query(value: &str) -> Value {
    let encoded: String = value.bytes().map(percent_encoded).collect();
    json!({
        "version": "2.0",
        "routeKey": "GET /api/items",
        "rawPath": "/api/items",
        "rawQueryString": format!("q={encoded}"),
        "headers": {
            "accept": "application/json",
            "host": "abcdefghij.execute-api.eu-west-1.amazonaws.com",
            "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "x-forwarded-for": "203.0.113.9",
            "x-forwarded-proto": "https",
        },
        "queryStringParameters": { "q": value },
        "requestContext": {
            "accountId": "111122223333",
            "apiId": "abcdefghij",
            "domainName": "abcdefghij.execute-api.eu-west-1.amazonaws.com",
            "http": {
                "method": "GET",
                "path": "/api/items",
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.9",
                "userAgent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": "GET /api/items",
            "stage": "$default",
            "time": "10/Mar/2026:10:03:04 +0000",
            "timeEpoch": 1_773_136_984_000_u64,
        },
        "isBase64Encoded": false,
    })
}

/// The byte as a browser writes it in a query.
fn percent_encoded(byte: u8) -> String {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    }
}

/// An event of a queue whose one message has `value` as its body.
fn in_queue(value: &str) -> Value {
    json!({ "Records": [{
        "messageId": "059f36b4-87a3-44ab-83d2-661975830a7d",
        "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
        "body": value,
        "attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": "1545082649183",
            "SenderId": "AIDAIENQZJOLO23YVJ4VO",
            "ApproximateFirstReceiveTimestamp": "1545082649185",
        },
        "messageAttributes": {},
        "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-1:111122223333:orders",
        "awsRegion": "eu-west-1",
    }]})
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{in_query, percent_encoded};

    #[test]
    fn a_query_has_the_value_decoded_and_as_sent() {
        let event = in_query("a b");
        assert_eq!(event["queryStringParameters"]["q"], json!("a b"));
        assert_eq!(event["rawQueryString"], json!("q=a%20b"));
        assert_eq!(percent_encoded(b'/'), "%2F");
    }
}
