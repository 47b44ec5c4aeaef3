//! SAS-8.4 `recursive-trigger`: what a function writes starts it again.

use std::collections::HashSet;

use app_model::{Application, Details, Function, Origin, Resource, Trigger, TriggerKind, When};
use finding::{Audience, Confidence, Finding, RuleId, RuleInfo, Severity};
use iam_policy::{Statement, Term};
use source_text::{FileId, Limits, Node, SmolStr, parse_yaml};

use crate::{Check, Rule, demand::triggers_by_function, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 8, rule: 4 },
        name: "recursive-trigger",
        summary: "What a function writes starts it again",
        severity: Severity::High,
        audience: Audience::Everyone,
        cwe: &[674, 834],
        since: "0.1.0",
        docs: include_str!("recursive_trigger.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    let mut findings = Vec::new();
    let triggers = triggers_by_function(app);
    for function in &app.functions {
        let mut seen = HashSet::new();
        let Some(triggers) = triggers.get(function.name.as_str()) else { continue };
        for back in loops(app, function, triggers) {
            if seen.insert(back.source.clone()) {
                findings.push(finding(app, function, &back));
            }
        }
    }
    findings
}

/// A way from a function back to itself.
struct Loop<'a> {
    trigger: &'a Trigger,
    /// What is written to and starts the function.
    source: SmolStr,
    when: When,
    /// Whether a filter on the events may end the loop.
    is_filtered: bool,
}

fn finding(app: &Application, function: &Function, back: &Loop<'_>) -> Finding {
    let (noun, verb, mend) = words(back.trigger.kind);
    let is_detected =
        matches!(back.trigger.kind, TriggerKind::S3 | TriggerKind::Sqs | TriggerKind::Sns);
    let detection_off = function
        .recursive_loop
        .as_ref()
        .is_some_and(|word| word.value.any(|word| word.eq_ignore_ascii_case("Allow")));
    let end = if !is_detected {
        "an endless chain of invocations, which Lambda does not detect"
    } else if detection_off {
        "an endless chain of invocations, whose detection is switched off"
    } else {
        "a chain of invocations that ends only when Lambda detects it"
    };
    let filter = if back.is_filtered { "unless the filter keeps it out, " } else { "" };
    let message = format!(
        "`{}` may {verb} the {noun} `{}` that starts it: {filter}one event begins {end}",
        function.name, back.source
    );
    let (severity, confidence) = if back.is_filtered {
        (Severity::Medium, Confidence::Low)
    } else {
        (Severity::High, Confidence::Medium)
    };
    RULE.info
        .finding(back.trigger.place, message)
        .about(app, function, Some(&back.source))
        .severity(severity)
        .confidence(confidence)
        .resource(&back.source)
        .under(&back.when)
        .fix(mend)
}

/// The source in a word, what the function does with it, and how to end the loop.
fn words(kind: TriggerKind) -> (&'static str, &'static str, &'static str) {
    match kind {
        TriggerKind::S3 => (
            "bucket",
            "put objects into",
            "Write to another bucket, or filter the event by a prefix and allow `s3:PutObject` \
             only on another prefix",
        ),
        TriggerKind::Sqs => (
            "queue",
            "send to",
            "Send to another queue; to try a message again, let the invocation fail",
        ),
        TriggerKind::Sns => ("topic", "publish to", "Publish to another topic"),
        TriggerKind::DynamoDb => (
            "table",
            "write to",
            "Write to another table, or filter the event source (`FilterCriteria`) so that own \
             changes do not match",
        ),
        _ => ("stream", "write to", "Write to another stream"),
    }
}

/// Whether this rule tells of a function.
pub(super) fn reports(app: &Application, function: &Function) -> bool {
    let triggers: Vec<&Trigger> = app.triggers_of(&function.name).collect();
    !loops(app, function, &triggers).is_empty()
}

fn loops<'a>(app: &'a Application, function: &Function, triggers: &[&'a Trigger]) -> Vec<Loop<'a>> {
    let Some(role) = app.role_of(function) else { return Vec::new() };
    let mut found = Vec::new();
    for trigger in triggers.iter().copied() {
        let Some(actions) = writes(trigger.kind).filter(|_| starts_on_writes(trigger)) else {
            continue;
        };
        for policy in role.policies.iter().filter(|it| it.origin != Origin::Generated) {
            for statement in policy.document.statements.iter().filter(|it| it.is_allow()) {
                let by = Writer { app, trigger, actions, statement };
                let Some((source, term, is_filtered)) = by.written() else { continue };
                let when = policy
                    .when
                    .and(&statement.when)
                    .and_then(|when| when.and(&term.when)?.and(&trigger.when));
                if let Some(when) = when {
                    found.push(Loop { trigger, source, when, is_filtered });
                }
            }
        }
    }
    found
}

/// Actions that make the events of a kind of trigger.
fn writes(kind: TriggerKind) -> Option<&'static [&'static str]> {
    Some(match kind {
        TriggerKind::S3 => &["s3:PutObject"],
        TriggerKind::Sqs => &["sqs:SendMessage"],
        TriggerKind::Sns => &["sns:Publish"],
        TriggerKind::DynamoDb => &[
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            "dynamodb:BatchWriteItem",
        ],
        TriggerKind::Kinesis => &["kinesis:PutRecord", "kinesis:PutRecords"],
        _ => return None,
    })
}

/// Whether new objects are among the events of a bucket that are asked for.
fn starts_on_writes(trigger: &Trigger) -> bool {
    trigger.kind != TriggerKind::S3
        || trigger.events.is_empty()
        || trigger.events.iter().any(|event| {
            event.is_unresolved()
                || event.any(|it| it.starts_with("s3:ObjectCreated") || it == "s3:*")
        })
}

/// A statement and a trigger of the function that has it.
struct Writer<'a> {
    app: &'a Application,
    trigger: &'a Trigger,
    actions: &'static [&'static str],
    statement: &'a Statement,
}

impl<'a> Writer<'a> {
    /// The source of the trigger that the statement lets the function write to, the term that does,
    /// and whether a filter stands between.
    fn written(&self) -> Option<(SmolStr, &'a Term, bool)> {
        if !self.actions.iter().any(|action| self.statement.matches_action(action)) {
            return None;
        }
        self.trigger.source_references.iter().find_map(|source| {
            let resource = self.app.resource(&source.name)?;
            self.statement.resources.iter().find_map(|term| {
                let is_filtered =
                    if names(term, resource) { self.is_filtered(term)? } else { return None };
                Some((source.name.clone(), term, is_filtered))
            })
        })
    }

    /// Whether a filter may keep out what is written to `term`; `None` when it surely does.
    fn is_filtered(&self, term: &Term) -> Option<bool> {
        if self.trigger.kind != TriggerKind::S3 {
            // Filters of other sources look into the event, and so tell own writes from others.
            return self.trigger.filter.is_none().then_some(false);
        }
        let (before, after) = written_key(&term.text)?;
        let Some(filter) = &self.trigger.filter else { return Some(false) };
        let (prefix, suffix) = key_filter(filter.value.display());
        let apart = |one: &str, other: &str| !one.starts_with(other) && !other.starts_with(one);
        if prefix.as_deref().is_some_and(|prefix| apart(prefix, before)) {
            return None;
        }
        if suffix
            .as_deref()
            .is_some_and(|suffix| !suffix.ends_with(after) && !after.ends_with(suffix))
        {
            return None;
        }
        // A bucket that starts the function on some keys only, and a role that may write those too.
        Some(true)
    }
}

/// Whether a term names the source of the trigger, by reference or, as SAM templates must
/// where a reference would be circular, by the same physical name.
fn names(term: &Term, source: &Resource) -> bool {
    let refers = term.references.iter().any(|reference| {
        reference.name == source.name && reference.attribute.as_deref() != Some("StreamArn")
    });
    let same_bucket = || match &source.details {
        Details::Bucket(bucket) => bucket.physical_name.as_ref().is_some_and(|name| {
            let name = name.value.display();
            let bucket = term.text.rsplit_once(":::").map_or("", |(_, bucket)| bucket);
            bucket.strip_prefix(name).is_some_and(|rest| rest.starts_with('/'))
        }),
        _ => false,
    };
    refers || same_bucket()
}

/// What the keys begin and end with that an object ARN covers; `None` for a bucket's own ARN.
fn written_key(arn: &str) -> Option<(&str, &str)> {
    // The slash within `${…}` or before the bucket's name does not part it from the key.
    let start = arn.rfind(":::").map_or(0, |at| at + 3);
    let mut depth = 0_usize;
    let at = arn.bytes().enumerate().skip(start).find_map(|(at, byte)| {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b'/' if depth == 0 => return Some(at),
            _ => {}
        }
        None
    })?;
    let key = arn.get(at + 1..)?;
    let is_open = |letter: char| matches!(letter, '*' | '?' | '$');
    let before = key.split(is_open).next().unwrap_or_default();
    let after = key.rsplit(['*', '?', '}']).next().unwrap_or_default();
    Some((before, after))
}

/// Prefix and suffix of an S3 key filter, as far as they are written out.
fn key_filter(json: &str) -> (Option<String>, Option<String>) {
    let parsed = parse_yaml(FileId::default(), json, &Limits::default());
    let document = parsed.ok().and_then(|parsed| parsed.documents.into_iter().next());
    let rules = document.as_ref().and_then(|it| it.at(&["S3Key", "Rules"])?.as_list());
    let find = |kind: &str| {
        rules?.iter().find_map(|rule| {
            let name = rule.get("Name").and_then(Node::as_str)?;
            name.eq_ignore_ascii_case(kind).then_some(())?;
            rule.get("Value").and_then(Node::as_str).map(str::to_owned)
        })
    };
    (find("prefix"), find("suffix"))
}

#[cfg(test)]
mod tests {
    use super::{key_filter, written_key};

    #[test]
    fn the_key_of_an_object_arn_begins_after_the_bucket() {
        assert_eq!(written_key("${Photos.Arn}/small/*"), Some(("small/", "")));
        assert_eq!(written_key("arn:aws:s3:::${Photos}/*.png"), Some(("", ".png")));
        assert_eq!(written_key("arn:${AWS::Partition}:s3:::photos/a/b"), Some(("a/b", "a/b")));
        assert_eq!(written_key("arn:aws:s3:::${Photos}"), None);
        assert_eq!(written_key("${Photos.Arn}/${Prefix}/*"), Some(("", "")));
    }

    #[test]
    fn a_key_filter_is_read_in_any_case() {
        let json = r#"{"S3Key":{"Rules":[{"Name":"Prefix","Value":"in/"},{"Name":"suffix","Value":".csv"}]}}"#;
        assert_eq!(key_filter(json), (Some("in/".to_owned()), Some(".csv".to_owned())));
        assert_eq!(
            key_filter(r#"{"S3Key":{"Rules":[{"Name":"prefix","Value":{"Ref":"P"}}]}}"#),
            (None, None)
        );
        assert_eq!(key_filter("[broken"), (None, None));
    }
}
