//! An alert as a message of Slack.

use serde_json::{Value, json};
use sigma::Severity;

use crate::{alert::Alert, bound::escaped};

/// The message, for an incoming webhook.
///
/// Texts of the alert are escaped as Slack asks (`&`, `<`, `>`) and stand in code spans, so that they
/// become no link, no mention and no emphasis. Bounds: header 150 characters, fields ten of 2,000,
/// sections 3,000.
///
/// Source: Slack API, "Formatting text for app surfaces", "Reference: blocks" (read 2026-11-27).
#[must_use]
pub fn slack_message(alert: &Alert) -> Value {
    let header = format!("{} {}: {}", sign(alert.level), alert.level.word(), alert.rule);
    let known = [
        ("What", Some(alert.event_name.as_str())),
        ("Who", alert.actor.as_deref()),
        ("Function", alert.function.as_deref()),
        ("When", alert.time.as_deref()),
        ("Account", alert.account.as_deref()),
        ("Region", alert.region.as_deref()),
        ("Incident", alert.incident.as_deref()),
    ];
    let field = |(name, value): (&str, Option<&str>)| {
        let value = value.filter(|it| !it.is_empty())?;
        let text = format!("*{name}*\n`{}`", code(value, 1_900));
        Some(json!({"type": "mrkdwn", "text": text, "verbatim": true}))
    };
    let fields: Vec<Value> = known.into_iter().filter_map(field).collect();
    let mut blocks = vec![
        json!({"type": "header", "text": {"type": "plain_text", "text": words(&header, 150), "emoji": false}}),
        json!({"type": "section", "fields": fields}),
    ];
    if let Some(why) = alert.explanation.as_deref().filter(|it| !it.is_empty()) {
        let text = format!("`{}`", code(why, 2_900));
        blocks.push(
            json!({"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": true}}),
        );
    }
    let mut context = format!("rule `{}`", code(&alert.rule_id, 300));
    if let Some(author) = &alert.author {
        context = format!("{context} by `{}`", code(author, 300));
    }
    if let Some(event) = &alert.event_id {
        context = format!("{context}, event `{}`", code(event, 300));
    }
    blocks.push(json!({"type": "context", "elements": [{"type": "mrkdwn", "text": context, "verbatim": true}]}));
    json!({"text": words(&format!("{}: {}", alert.level.word(), alert.sentence()), 3_000), "blocks": blocks})
}

/// A sign that tells levels apart without colours.
fn sign(level: Severity) -> &'static str {
    match level {
        Severity::Critical => "‼",
        Severity::High => "!",
        Severity::Medium => "▲",
        Severity::Low => "△",
        Severity::Informational => "·",
    }
}

fn escape(character: char, to: &mut String) {
    match character {
        '&' => to.push_str("&amp;"),
        '<' => to.push_str("&lt;"),
        '>' => to.push_str("&gt;"),
        other => to.push(other),
    }
}

/// Plain words.
fn words(text: &str, most: usize) -> String {
    escaped(text, most, escape)
}

/// The inside of a code span, which a back-tick would end.
fn code(text: &str, most: usize) -> String {
    escaped(text, most, |character, to| match character {
        '`' => to.push('\''),
        other => escape(other, to),
    })
}

#[cfg(test)]
mod tests {
    use super::slack_message;
    use crate::alert::tests::alert;

    #[test]
    fn what_an_attacker_writes_becomes_no_mention_and_no_link() {
        let mut hostile = alert();
        hostile.actor = Some("<!channel> `*x*` <https://evil.example|click>".to_owned());
        hostile.rule = "<!here> & more".to_owned();
        let message = slack_message(&hostile).to_string();
        assert!(!message.contains("<!") && !message.contains("<http"), "{message}");
        assert!(message.contains("`&lt;!channel&gt; '*x*' &lt;https://evil.example|click&gt;`"));
    }

    #[test]
    fn texts_are_cut_as_slack_asks() {
        let mut long = alert();
        long.rule = "&".repeat(5_000);
        long.actor = Some("<".repeat(50_000));
        long.explanation = Some("x".repeat(50_000));
        let message = slack_message(&long);
        let header = message["blocks"][0]["text"]["text"].as_str().unwrap();
        assert!(header.chars().count() <= 150 && header.ends_with('…'), "{header}");
        let texts = message["blocks"][1]["fields"].as_array().unwrap();
        assert!(texts.iter().all(|it| it["text"].as_str().unwrap().chars().count() <= 2_000));
        let why = message["blocks"][2]["text"]["text"].as_str().unwrap();
        assert!(why.chars().count() <= 3_000);
    }
}
