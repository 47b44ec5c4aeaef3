//! An alert as a message of SNS.

use serde_json::{Value, json};

use crate::{alert::Alert, bound::set, event_bus::detail};

/// Bytes of the message: SNS takes 256 KiB with attributes.
const MOST_MESSAGE: usize = 240_000;

/// A message for `Publish`. A topic whose ARN ends in `.fifo` gets the group and the id that make it once.
///
/// Source: SNS API Reference, "Publish" (read 2026-11-27): a subject has at most 100 characters of ASCII,
/// begins with a letter, digit or mark, and has no line break.
#[must_use]
pub fn topic_message(alert: &Alert, topic: &str) -> Value {
    let attribute = |value: &str| json!({"DataType": "String", "StringValue": value});
    let mut message = json!({
        "TopicArn": topic,
        "Subject": subject(alert),
        "Message": detail(alert, MOST_MESSAGE),
        "MessageAttributes": {
            "level": attribute(alert.level.word()),
            "rule": attribute(&ascii(&alert.rule_id, 256)),
        },
    });
    if topic.strip_suffix(".fifo").is_some() {
        let group = ascii(&alert.matter(), 128).replace(' ', "-");
        set(&mut message, "MessageGroupId", group);
        set(&mut message, "MessageDeduplicationId", alert.key().to_string());
    }
    message
}

fn subject(alert: &Alert) -> String {
    ascii(&format!("faasguard {}: {}", alert.level.word(), alert.rule), 100)
}

/// Visible ASCII and spaces; anything else is `?`. Never empty.
fn ascii(text: &str, most: usize) -> String {
    let plain = |it: char| if it.is_ascii_graphic() || it == ' ' { it } else { '?' };
    let text: String = text.chars().map(plain).take(most).collect();
    if text.is_empty() { "?".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::topic_message;
    use crate::alert::tests::alert;

    #[test]
    fn a_subject_is_short_ascii() {
        let mut hostile = alert();
        hostile.rule = format!("a\r\nBcc: x é{}", "x".repeat(300));
        let message = topic_message(&hostile, "arn:aws:sns:eu-west-1:111122223333:alerts");
        let subject = message["Subject"].as_str().unwrap();
        assert!(subject.starts_with("faasguard medium: a??Bcc: x ?x"), "{subject}");
        assert_eq!(subject.len(), 100);
        assert!(message.get("MessageGroupId").is_none());
    }

    #[test]
    fn a_topic_that_keeps_order_gets_a_key() {
        let message = topic_message(&alert(), "arn:aws:sns:eu-west-1:111122223333:alerts.fifo");
        assert_eq!(message["MessageDeduplicationId"], alert().key().to_string());
        assert_eq!(message["MessageGroupId"], "inc-3f0d5c0a9be1d2f4");
    }
}
