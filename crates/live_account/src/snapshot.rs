//! The frame of a snapshot: accounts, answers, what was not looked at, code.

use std::collections::HashMap;

use source_text::{Node, Place, SmolStr};

use crate::shape::{items_at, text};

/// What `schema` says of a snapshot.
pub const SCHEMA: &str = "faasguard-snapshot/1";

/// A cheap look at a text: whether it may be a snapshot.
#[must_use]
pub fn could_be_snapshot(text: &str) -> bool {
    let mut end = text.len().min(4096);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).is_some_and(|head| head.contains(SCHEMA))
}

/// Whether a document is a snapshot.
#[must_use]
pub fn is_snapshot(document: &Node) -> bool {
    document.get("schema").and_then(Node::as_str) == Some(SCHEMA)
}

/// One account of a snapshot.
#[derive(Debug)]
pub(crate) struct Account<'a> {
    pub(crate) id: SmolStr,
    pub(crate) partition: SmolStr,
    pub(crate) place: Place,
    pub(crate) answers: Vec<Answer<'a>>,
    by_question: HashMap<(SmolStr, SmolStr), Vec<usize>>,
    by_subject: HashMap<(SmolStr, SmolStr, SmolStr), Vec<usize>>,
    pub(crate) unseen: Vec<Unseen<'a>>,
    unseen_by_question: HashMap<(SmolStr, SmolStr), Vec<usize>>,
}

/// What an interface answered to one question.
#[derive(Debug)]
pub(crate) struct Answer<'a> {
    pub(crate) service: SmolStr,
    pub(crate) operation: SmolStr,
    /// `None` where the service is global.
    pub(crate) region: Option<SmolStr>,
    /// What the question was about: a name, an ARN, an id.
    pub(crate) of: Option<SmolStr>,
    pub(crate) node: &'a Node,
}

/// A question that was not answered.
#[derive(Debug)]
pub(crate) struct Unseen<'a> {
    pub(crate) service: SmolStr,
    pub(crate) operation: SmolStr,
    pub(crate) region: Option<SmolStr>,
    pub(crate) of: Option<SmolStr>,
    pub(crate) reason: SmolStr,
    pub(crate) place: Place,
    pub(crate) node: &'a Node,
}

/// The accounts of a snapshot; what was not looked at hangs on its account.
pub(crate) fn accounts(document: &Node) -> Vec<Account<'_>> {
    let unseen: Vec<(SmolStr, Unseen<'_>)> =
        items_at(document, "not_looked_at").into_iter().map(unseen).collect();
    let mut accounts: Vec<Account<'_>> = items_at(document, "accounts")
        .into_iter()
        .map(|node| Account {
            id: text(node, "account").unwrap_or_default(),
            partition: text(node, "partition").unwrap_or_else(|| SmolStr::new_static("aws")),
            place: node.place,
            answers: items_at(node, "answers").into_iter().filter_map(answer).collect(),
            by_question: HashMap::new(),
            by_subject: HashMap::new(),
            unseen: Vec::new(),
            unseen_by_question: HashMap::new(),
        })
        .collect();
    for (id, unseen) in unseen {
        let index = accounts.iter().position(|account| account.id == id).unwrap_or(0);
        if let Some(account) = accounts.get_mut(index) {
            account.unseen.push(unseen);
        }
    }
    accounts.iter_mut().for_each(Account::index);
    accounts
}

fn answer(node: &Node) -> Option<Answer<'_>> {
    Some(Answer {
        service: service_name(&text(node, "service")?),
        operation: text(node, "operation")?,
        region: region(node),
        of: text(node, "of"),
        node: unwrapped(node.get("answer")?),
    })
}

fn unseen(node: &Node) -> (SmolStr, Unseen<'_>) {
    let account = text(node, "account").unwrap_or_default();
    let unseen = Unseen {
        service: text(node, "service").map_or_else(SmolStr::default, |name| service_name(&name)),
        operation: text(node, "operation").unwrap_or_default(),
        region: region(node),
        of: text(node, "of"),
        reason: text(node, "reason").unwrap_or_default(),
        place: node.place,
        node,
    };
    (account, unseen)
}

fn region(node: &Node) -> Option<SmolStr> {
    text(node, "region").filter(|region| !region.is_empty() && region != "global")
}

/// An answer without the two frames that XML puts around it.
fn unwrapped(node: &Node) -> &Node {
    match node.single() {
        Some((key, inner))
            if (key.ends_with("Result") || key.ends_with("Response"))
                && inner.as_map().is_some() =>
        {
            unwrapped(inner)
        }
        _ => node
            .as_map()
            .filter(|map| map.contains("ResponseMetadata") && map.len() == 2)
            .and_then(|map| map.iter().find(|(key, _)| key.ends_with("Result")))
            .map_or(node, |(_, inner)| inner),
    }
}

/// One name for each service: interfaces, kits and prefixes of actions name some differently.
fn service_name(name: &str) -> SmolStr {
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    SmolStr::new(match plain.as_str() {
        "sfn" | "states" => "stepfunctions",
        "cloudwatch" | "monitoring" => "cloudwatch",
        "eventbridge" | "cloudwatchevents" => "events",
        "cloudwatchlogs" => "logs",
        "cognitoidentityprovider" => "cognitoidp",
        "wafv2" => "waf",
        "simplesystemsmanager" => "ssm",
        other => other,
    })
}

impl<'a> Account<'a> {
    fn index(&mut self) {
        for (index, answer) in self.answers.iter().enumerate() {
            let question = (answer.service.clone(), answer.operation.clone());
            if let Some(of) = &answer.of {
                let subject = (question.0.clone(), question.1.clone(), of.clone());
                self.by_subject.entry(subject).or_default().push(index);
            }
            // Two services of one name: what hangs on an interface is asked alike of both kinds.
            if question.0 == "apigateway" && answer.of.is_some() || question.1 == "GetApis" {
                let other = (SmolStr::new_static("apigatewayv2"), question.1.clone());
                self.by_question.entry(other).or_default().push(index);
            }
            self.by_question.entry(question).or_default().push(index);
        }
        for (index, unseen) in self.unseen.iter().enumerate() {
            let question = (unseen.service.clone(), unseen.operation.clone());
            self.unseen_by_question.entry(question).or_default().push(index);
        }
    }

    /// Every answer to a question.
    pub(crate) fn asked(&self, service: &str, operation: &str) -> Vec<&Answer<'a>> {
        let key = (SmolStr::new(service), SmolStr::new(operation));
        let found = self.by_question.get(&key).map_or(&[][..], Vec::as_slice);
        found.iter().filter_map(|index| self.answers.get(*index)).collect()
    }

    /// The answers to a question about one of `names`, in a region.
    pub(crate) fn about(
        &self,
        service: &str,
        operation: &str,
        names: &[SmolStr],
        region: Option<&SmolStr>,
    ) -> Vec<&Answer<'a>> {
        let mut found = Vec::new();
        for name in names {
            let key = (SmolStr::new(service), SmolStr::new(operation), name.clone());
            let indexes = self.by_subject.get(&key).map_or(&[][..], Vec::as_slice);
            found.extend(indexes.iter().filter_map(|index| self.answers.get(*index)).filter(
                |answer| {
                    answer.region.is_none() || region.is_none() || answer.region.as_ref() == region
                },
            ));
        }
        found
    }

    /// Whether a question about one of `names` stayed without an answer.
    pub(crate) fn is_unseen(
        &self,
        service: &str,
        operation: &str,
        names: &[SmolStr],
        region: Option<&SmolStr>,
    ) -> bool {
        [operation, "", "*"].iter().any(|operation| {
            let key = (SmolStr::new(service), SmolStr::new(operation));
            let indexes = self.unseen_by_question.get(&key).map_or(&[][..], Vec::as_slice);
            indexes.iter().filter_map(|index| self.unseen.get(*index)).any(|unseen| {
                unseen.of.as_ref().is_none_or(|of| names.contains(of))
                    && (unseen.region.is_none()
                        || region.is_none()
                        || unseen.region.as_ref() == region)
            })
        })
    }
}
