//! Invocations over HTTP, as Lambda's own `Invoke` takes them.

use std::{net::TcpStream, time::Duration};

use serde_json::{Value, json};

use crate::{
    record::{Outcome, Record},
    server::{Call, is_gone},
    shared::Shared,
    wire::Answer,
};

/// Answers a call of `Invoke`: waits for the function, or not with `X-Amz-Invocation-Type: Event`.
/// `None` when the client went away first.
pub(crate) fn invoke(shared: &Shared, call: &Call, stream: &TcpStream) -> Option<Answer> {
    let body: &[u8] = if call.body.is_empty() { b"{}" } else { &call.body };
    if call.too_large {
        return Some(Answer::fault(413, "RequestTooLargeException", "the event is too large"));
    }
    if let Err(error) = serde_json::from_slice::<Value>(body) {
        let message = format!("Could not parse request body into json: {error}");
        return Some(Answer::fault(400, "InvalidRequestContentException", &message));
    }
    let headers = &call.head.headers;
    let kind = headers.text("x-amz-invocation-type").unwrap_or("RequestResponse");
    let trace = headers.text("x-amzn-trace-id").map(str::to_owned);
    let context = headers.text("x-amz-client-context").map(str::to_owned);
    if kind == "DryRun" {
        return Some(Answer::new(204, Vec::new()));
    }
    let number = shared.update(|state| state.invoke(body.into(), trace, context));
    let id = shared.state().records.get(number).map(|record| record.request_id.clone())?;
    if kind == "Event" {
        return Some(Answer::new(202, Vec::new()).with("X-Amzn-RequestId", id));
    }
    let record = shared.wait_for(
        Duration::from_millis(50),
        || is_gone(stream),
        |state| state.records.get(number).filter(|record| record.outcome.is_some()).cloned(),
    )?;
    let timeout = shared.state().function.timeout;
    Some(answer(&record, timeout).with("X-Amzn-RequestId", id))
}

fn answer(record: &Record, timeout: Duration) -> Answer {
    let version = |answer: Answer| answer.with("X-Amz-Executed-Version", "$LATEST");
    match &record.outcome {
        Some(Outcome::Response(response)) => {
            let answer = version(Answer::new(200, response.body.clone()));
            let kind = response.content_type.as_deref().unwrap_or("application/json");
            let answer = answer.with("Content-Type", kind);
            if response.failure.is_some() {
                return answer.with("X-Amz-Function-Error", "Unhandled");
            }
            answer
        }
        Some(outcome) => {
            let body = outcome.error_body(&record.request_id, timeout).unwrap_or_default();
            version(Answer::new(200, body))
                .with("Content-Type", "application/json")
                .with("X-Amz-Function-Error", "Unhandled")
        }
        None => Answer::json(500, &json!({ "errorType": "ServiceException" })),
    }
}
