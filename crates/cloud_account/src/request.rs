//! A question as an HTTP request, in the protocol of its service.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::table::{Ask, Protocol, Service};

/// The header in which some services want the account; it stands before their host, too.
pub(crate) const ACCOUNT_HEADER: &str = "x-amz-account-id";

/// A request without its host and signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plain {
    /// `GET` or `POST`.
    pub method: String,
    /// Path and query, escaped.
    pub path: String,
    /// Headers beside those of the signature.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// The request that asks `ask` with these parameters.
#[must_use]
pub fn request_of(service: &Service, ask: &Ask, parameters: &Map<String, Value>) -> Plain {
    match service.protocol {
        Protocol::Json10 | Protocol::Json11 => {
            json(service, &ask.name, &Value::Object(parameters.clone()))
        }
        Protocol::Query => query(service, &ask.name, parameters),
        Protocol::RestJson | Protocol::RestXml => rest(ask, parameters),
    }
}

/// A request of the JSON protocols.
#[must_use]
pub fn json(service: &Service, operation: &str, body: &Value) -> Plain {
    let version = if service.protocol == Protocol::Json10 { "1.0" } else { "1.1" };
    Plain {
        method: "POST".to_owned(),
        path: "/".to_owned(),
        headers: vec![
            ("content-type", format!("application/x-amz-json-{version}")),
            ("x-amz-target", format!("{}.{operation}", service.target)),
        ],
        body: body.to_string().into_bytes(),
    }
}

/// A request of the query protocol. Objects and arrays become `Name.member.1`, `Name.entry.1.Name` … as
/// its services want them.
#[must_use]
pub fn query(service: &Service, operation: &str, parameters: &Map<String, Value>) -> Plain {
    let mut form = format!("Action={operation}&Version={}", service.version);
    for (name, value) in parameters {
        flatten(&mut form, name, value);
    }
    Plain {
        method: "POST".to_owned(),
        path: "/".to_owned(),
        headers: vec![("content-type", "application/x-www-form-urlencoded".to_owned())],
        body: form.into_bytes(),
    }
}

fn flatten(form: &mut String, name: &str, value: &Value) {
    match value {
        Value::Array(list) => {
            for (at, value) in (1..).zip(list) {
                flatten(form, &format!("{name}.member.{at}"), value);
            }
        }
        Value::Object(members) => {
            for (member, value) in members {
                flatten(form, &format!("{name}.{member}"), value);
            }
        }
        value => {
            let _ = write!(form, "&{}={}", escape(name), escape(&text_of(value)));
        }
    }
}

fn rest(ask: &Ask, parameters: &Map<String, Value>) -> Plain {
    let mut path = ask.path.clone();
    let mut rest = Map::new();
    let mut headers = Vec::new();
    for (name, value) in parameters {
        let slot = format!("{{{name}}}");
        if path.contains(&slot) {
            path = path.replace(&slot, &escape(&text_of(value)));
        } else if name == ACCOUNT_HEADER {
            headers.push((ACCOUNT_HEADER, text_of(value)));
        } else {
            rest.insert(name.clone(), value.clone());
        }
    }
    let mut body = Vec::new();
    if ask.method == "POST" {
        headers.push(("content-type", "application/json".to_owned()));
        body = Value::Object(rest).to_string().into_bytes();
    } else {
        for (name, value) in &rest {
            let mark = if path.contains('?') { '&' } else { '?' };
            let _ = write!(path, "{mark}{}={}", escape(name), escape(&text_of(value)));
        }
    }
    Plain { method: ask.method.clone(), path, headers, body }
}

/// A scalar as it stands in a path or a form.
#[must_use]
pub fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// Everything but letters, digits and `-_.~` as `%XX`, as signatures want it.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::{escape, request_of};
    use crate::table::Table;

    fn asked(row: &str, parameters: &Value) -> super::Plain {
        let table = Table::parse(row).unwrap();
        let service = &table.services[0];
        let parameters: Map<String, Value> = parameters.as_object().unwrap().clone();
        request_of(service, &service.asks[0], &parameters)
    }

    #[test]
    fn each_protocol_has_its_form() {
        let rest = "[[service]]\nname = \"lambda\"\nprotocol = \"rest-json\"\n[[service.ask]]\nname = \"GetPolicy\"\npath = \"GET /f/{Name}/policy\"";
        let plain = asked(rest, &json!({"Name": "a/../b c", "Marker": "x=&y", "MaxItems": 50}));
        assert_eq!(plain.path, "/f/a%2F..%2Fb%20c/policy?Marker=x%3D%26y&MaxItems=50");
        let query = "[[service]]\nname = \"iam\"\nprotocol = \"query\"\nversion = \"2010-05-08\"\n[[service.ask]]\nname = \"ListRoles\"";
        let plain = asked(query, &json!({"Filter": ["Role", "User"], "A": {"b": true}}));
        let form = String::from_utf8(plain.body).unwrap();
        assert_eq!(
            form,
            "Action=ListRoles&Version=2010-05-08&Filter.member.1=Role&Filter.member.2=User&A.b=true"
        );
        let json = "[[service]]\nname = \"sqs\"\nprotocol = \"json-1.0\"\ntarget = \"AmazonSQS\"\n[[service.ask]]\nname = \"ListQueues\"";
        let plain = asked(json, &json!({"MaxResults": 1000}));
        assert_eq!(plain.headers[1], ("x-amz-target", "AmazonSQS.ListQueues".to_owned()));
        assert_eq!(plain.body, br#"{"MaxResults":1000}"#);
    }

    #[test]
    fn an_account_goes_into_its_header() {
        let row = "[[service]]\nname = \"s3control\"\nprotocol = \"rest-xml\"\n[[service.ask]]\nname = \"GetPublicAccessBlock\"\npath = \"GET /v1/block\"";
        let plain = asked(row, &json!({"x-amz-account-id": "111122223333"}));
        assert_eq!(plain.path, "/v1/block");
        assert_eq!(plain.headers, [("x-amz-account-id", "111122223333".to_owned())]);
    }

    #[test]
    fn nothing_of_a_name_reaches_a_path_unescaped() {
        assert_eq!(escape("a/b?c#d%\n"), "a%2Fb%3Fc%23d%25%0A");
    }
}
