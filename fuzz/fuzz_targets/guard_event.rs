//! Events, requests and answers of any bytes: judged without a panic, every answer is JSON.

#![no_main]

use std::sync::LazyLock;

use guard_inspect::{Answer, Decision, HttpRequest, Inspector, Response, Scratch, Trigger};
use guard_settings::{Errors, Mode, Redact, Settings};
use libfuzzer_sys::fuzz_target;

static INSPECTORS: LazyLock<Vec<Inspector>> = LazyLock::new(|| {
    let redact = Redact { responses: true, ..Redact::default() };
    let mut all = Settings { errors: Errors { hide_details: true }, redact, ..Settings::default() };
    all.rate = Some(guard_settings::Rate::default());
    let paths = ["body.a", "Records[*].body", "*.*.a", "headers.Cookie", ""];
    let paths = paths.into_iter().filter_map(|path| path.parse().ok());
    all.inspect.fields.extend(paths.map(|path| (path, payload::Classes::ALL)));
    let monitor = Settings { mode: Mode::Monitor, ..Settings::default() };
    [Settings::default(), all, monitor].iter().filter_map(|it| Inspector::new(it).ok()).collect()
});

fn is_json(bytes: &[u8]) -> bool {
    // What is ignored is not checked to be UTF-8, so that is asked first.
    let text = std::str::from_utf8(bytes);
    text.is_ok_and(|text| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok())
}

fuzz_target!(|bytes: &[u8]| {
    let mut scratch = Scratch::default();
    for inspector in INSPECTORS.iter() {
        let judgement = inspector.event(&mut scratch, bytes, "r-1");
        let refused = match judgement.decision {
            Decision::Pass => Vec::new(),
            Decision::Reduced { body, refused } => {
                assert!(is_json(&body));
                refused
            }
            Decision::Answer(Answer::Response { body } | Answer::Error { body, .. }) => {
                assert!(is_json(&body));
                Vec::new()
            }
        };
        let large = inspector.too_large(&mut scratch, bytes, "r-1");
        if let Decision::Answer(Answer::Response { body } | Answer::Error { body, .. }) =
            large.decision
        {
            assert!(is_json(&body));
        }
        for trigger in [judgement.trigger, Trigger::HttpApi, Trigger::Direct] {
            let answer = inspector.response(&mut scratch, trigger, bytes, &refused);
            let error = inspector.error(&mut scratch, trigger, bytes);
            for new in [answer, error] {
                if let Response::Replaced(new) = new {
                    assert!(is_json(&new.body) || !is_json(bytes));
                }
            }
        }
        if let Ok(trailer) = std::str::from_utf8(bytes) {
            let _ = inspector.late_error(&mut scratch, judgement.trigger, trailer);
        }
        let half = bytes.len() / 2;
        let (head, body) = bytes.split_at(half);
        let target = String::from_utf8_lossy(head);
        let headers: [(&str, &[u8]); 2] =
            [("content-type", b"multipart/form-data; boundary=x"), ("authorization", head)];
        let request = HttpRequest { method: "POST", target: &target, headers: &headers, body };
        let _ = inspector.http_request(&mut scratch, &request, "r-1");
        let _ = inspector.http_response(&mut scratch, 500, "text/plain", body);
    }
});
