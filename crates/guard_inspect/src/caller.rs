//! Who called, as the event tells it.

use guard_settings::RateKey;
use json_tape::Value;

/// The caller by `key`: an address, the key of an API, a principal. `None` where the event does not
/// tell it; the caller then shares no bucket with others.
pub(crate) fn of(event: Value<'_>, key: RateKey) -> Option<String> {
    let paths: &[&[&str]] = match key {
        RateKey::Ip => &[
            &["requestContext", "identity", "sourceIp"],
            &["requestContext", "http", "sourceIp"],
            &["identity", "sourceIp"],
        ],
        RateKey::ApiKey => &[&["requestContext", "identity", "apiKey"]],
        RateKey::Principal => &[
            &["requestContext", "authorizer", "principalId"],
            &["requestContext", "authorizer", "claims", "sub"],
            &["requestContext", "authorizer", "jwt", "claims", "sub"],
            &["requestContext", "authorizer", "iam", "userArn"],
            &["requestContext", "identity", "userArn"],
            &["requestContext", "identity", "principal"],
            &["identity", "sub"],
        ],
    };
    let text = |value: Value<'_>| value.text().map(|text| text.to_cow().into_owned());
    let found = paths.iter().find_map(|path| event.descendant(path).and_then(text));
    found.or_else(|| from_elsewhere(event, key)).filter(|caller| !caller.is_empty())
}

fn from_elsewhere(event: Value<'_>, key: RateKey) -> Option<String> {
    match key {
        RateKey::Ip => {
            if let Some(record) = event.member("Records").and_then(|list| list.elements().next()) {
                let edge = record.descendant(&["cf", "request", "clientIp"])?;
                return edge.text().map(|text| text.to_cow().into_owned());
            }
            // A load balancer appends the address that it saw; what stands before it is hearsay.
            let forwarded = header(event, "x-forwarded-for")?;
            forwarded.rsplit(',').next().map(|last| last.trim().to_owned())
        }
        RateKey::ApiKey => header(event, "x-api-key"),
        RateKey::Principal => None,
    }
}

fn header(event: Value<'_>, name: &str) -> Option<String> {
    ["headers", "multiValueHeaders"].iter().find_map(|headers| {
        let mut members = event.member(headers)?.members();
        let member = members.find(|member| member.name.raw().eq_ignore_ascii_case(name))?;
        let value = member.value.elements().last().unwrap_or(member.value);
        Some(value.text()?.to_cow().into_owned())
    })
}
