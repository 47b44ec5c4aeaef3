//! `faasguard-cloud send`: messages of `faasguard alerts send`, handed to AWS.

use std::{
    io::{BufRead as _, Write as _},
    process::ExitCode,
};

use clap::{Args, Subcommand};
use cloud_account::{Client, Fault, Login, identity_of, json, query, service};
use serde_json::{Map, Value, json};

use crate::Access;

/// Bytes of the longest line: a message has 256 KiB, escaped at most six times as much.
const LONGEST_LINE: usize = 2 << 20;

/// Exit code when a message was not sent.
const NOT_SENT: u8 = 1;

/// `send`
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    to: To,
    #[command(flatten)]
    access: Access,
}

#[derive(Debug, Subcommand)]
enum To {
    /// `Publish` to a topic; a line is `{"id": …, "message": {…}}`, the answer `{"id": …, "sent": true}`
    Sns {
        /// The topic
        #[arg(long, value_name = "ARN")]
        topic: String,
    },
    /// `PutEvents` to a bus; lines and answers as those of `sns`
    Eventbridge {
        /// The bus: its name or ARN
        #[arg(long, value_name = "BUS")]
        bus: String,
    },
}

/// Runs the command: a line of input, a line of output.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let arn = match &arguments.to {
        To::Sns { topic } => topic,
        To::Eventbridge { bus } => bus,
    };
    let named = arn.strip_prefix("arn:").and_then(|it| it.split(':').nth(2));
    let named = named.filter(|it| !it.is_empty()).map(str::to_owned);
    let login = Login::new(&arguments.access.options(named.as_deref()))?;
    let region = named.or_else(|| login.region());
    let Some(region) = region else {
        anyhow::bail!("no region is set; name the bus by its ARN, or set AWS_REGION");
    };
    let own = identity_of(&login, Some(&region))?;
    let client = Client::new(&login, &own.partition);
    let mut all_sent = true;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let answer = match message_of(&line) {
            None => continue,
            Some((id, message)) => {
                let sent = send(&client, &region, &arguments.to, &message);
                all_sent &= sent.is_ok();
                match sent {
                    Ok(()) => json!({ "id": id, "sent": true }),
                    Err((error, retry)) => {
                        json!({ "id": id, "sent": false, "retry": retry, "error": error })
                    }
                }
            }
        };
        let mut output = std::io::stdout().lock();
        writeln!(output, "{answer}")?;
        output.flush()?;
    }
    Ok(if all_sent { ExitCode::SUCCESS } else { ExitCode::from(NOT_SENT) })
}

fn message_of(line: &str) -> Option<(String, Map<String, Value>)> {
    if line.len() > LONGEST_LINE {
        return None;
    }
    let mut value: Value = serde_json::from_str(line).ok()?;
    let id = value.get("id")?.as_str()?.to_owned();
    match value.get_mut("message")?.take() {
        Value::Object(message) => Some((id, message)),
        _ => None,
    }
}

type Failed = (String, bool);

fn send(
    client: &Client,
    region: &str,
    to: &To,
    message: &Map<String, Value>,
) -> Result<(), Failed> {
    let failed = |fault: Fault| (fault.to_string(), fault.may_pass());
    match to {
        To::Sns { topic } => {
            let sns = service("sns").map_err(failed)?;
            let plain = query(&sns, "Publish", &form_of(message, topic));
            client.call(&sns, Some(region), &plain, &[]).map_err(failed)?;
            Ok(())
        }
        To::Eventbridge { bus } => {
            let events = service("events").map_err(failed)?;
            let mut entry = message.clone();
            entry.insert("EventBusName".to_owned(), Value::String(bus.clone()));
            if let Some(time) = seconds_of(entry.get("Time")) {
                entry.insert("Time".to_owned(), time);
            }
            let body = json!({ "Entries": [entry] });
            let answer =
                client.call(&events, Some(region), &json(&events, "PutEvents", &body), &[]);
            refusal(&answer.map_err(failed)?).map_or(Ok(()), Err)
        }
    }
}

/// The protocol of the bus has times as seconds.
fn seconds_of(time: Option<&Value>) -> Option<Value> {
    let time: jiff::Timestamp = time?.as_str()?.parse().ok()?;
    Some(json!(time.as_second()))
}

/// The bus takes the request and may still refuse the entry.
fn refusal(answer: &Value) -> Option<Failed> {
    let code = answer.pointer("/Entries/0/ErrorCode")?.as_str()?;
    let message = answer.pointer("/Entries/0/ErrorMessage").and_then(Value::as_str);
    let may_pass = matches!(code, "ThrottlingException" | "InternalFailure" | "InternalException");
    Some((format!("{} ({code})", message.unwrap_or("the bus refused it")), may_pass))
}

/// The message with its attributes as the form of `Publish` has them.
fn form_of(message: &Map<String, Value>, topic: &str) -> Map<String, Value> {
    let mut form = message.clone();
    form.insert("TopicArn".to_owned(), Value::String(topic.to_owned()));
    if let Some(Value::Object(attributes)) = form.remove("MessageAttributes") {
        for (at, (name, value)) in (1..).zip(attributes) {
            form.insert(format!("MessageAttributes.entry.{at}.Name"), Value::String(name));
            form.insert(format!("MessageAttributes.entry.{at}.Value"), value);
        }
    }
    form
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{form_of, message_of, refusal};

    #[test]
    fn attributes_of_a_message_are_numbered() {
        let (id, message) = message_of(
            r#"{"id":"k","message":{"Message":"m","MessageAttributes":{"level":{"DataType":"String","StringValue":"high"}}}}"#,
        )
        .unwrap();
        let form = json!(form_of(&message, "arn:aws:sns:eu-west-1:111122223333:alerts"));
        let expected = json!({
            "Message": "m", "TopicArn": "arn:aws:sns:eu-west-1:111122223333:alerts",
            "MessageAttributes.entry.1.Name": "level",
            "MessageAttributes.entry.1.Value": {"DataType": "String", "StringValue": "high"},
        });
        assert_eq!((id.as_str(), form), ("k", expected));
        assert!(message_of("{}").is_none() && message_of("no").is_none());
    }

    #[test]
    fn an_entry_that_the_bus_refuses_was_not_sent() {
        assert_eq!(refusal(&json!({"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]})), None);
        let answer =
            json!({"Entries": [{"ErrorCode": "InternalFailure", "ErrorMessage": "later"}]});
        assert_eq!(refusal(&answer), Some(("later (InternalFailure)".to_owned(), true)));
    }
}
