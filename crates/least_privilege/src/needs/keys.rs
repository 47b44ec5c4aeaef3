//! Keys of the user's own: who works on what they encrypt needs them, too.

use app_model::SmolStr;

use super::{Gatherer, via_service};
use crate::{
    Names,
    names::texts,
    need::{Need, Reason},
};

/// What a service does with a key for its caller: which of its actions write, by the start of their
/// names, and the service as `kms:ViaService` names it.
struct Use {
    /// Prefix of actions and service in ARNs.
    service: &'static str,
    /// First label of the value of `kms:ViaService`.
    via: &'static str,
    /// Starts of the names of actions that encrypt; all others decrypt only.
    writes: &'static [&'static str],
    /// Starts of the names of actions that touch no data.
    ignores: &'static [&'static str],
    /// What those who encrypt need.
    to_write: &'static [&'static str],
}

const BOTH: &[&str] = &["kms:Decrypt", "kms:GenerateDataKey"];

/// Source: the sections "Encryption at rest" of the guides of each service, and "How AWS services use
/// KMS" of the KMS Developer Guide. Queues and topics decrypt to verify a new data key.
static USES: &[Use] = &[
    Use {
        service: "dynamodb",
        via: "dynamodb",
        writes: &[],
        ignores: &["List"],
        to_write: &["kms:Decrypt"],
    },
    Use {
        service: "s3",
        via: "s3",
        writes: &["PutObject", "CreateMultipartUpload", "ReplicateObject", "RestoreObject"],
        ignores: &[
            "List",
            "GetBucket",
            "PutBucket",
            "DeleteObject",
            "GetObjectTagging",
            "PutObjectTagging",
            "GetObjectAcl",
            "PutObjectAcl",
            "AbortMultipart",
        ],
        to_write: BOTH,
    },
    Use {
        service: "sqs",
        via: "sqs",
        writes: &["SendMessage"],
        ignores: &["Get", "List", "Delete", "Change", "Purge", "Set", "Create", "Tag", "Untag"],
        to_write: BOTH,
    },
    Use {
        service: "sns",
        via: "sns",
        writes: &["Publish"],
        ignores: &[
            "Get",
            "List",
            "Subscribe",
            "Unsubscribe",
            "Confirm",
            "Set",
            "Create",
            "Delete",
            "Tag",
            "Untag",
        ],
        to_write: BOTH,
    },
    Use {
        service: "kinesis",
        via: "kinesis",
        writes: &["PutRecord"],
        ignores: &["List", "Describe", "GetShardIterator"],
        to_write: &["kms:GenerateDataKey"],
    },
    Use {
        service: "secretsmanager",
        via: "secretsmanager",
        writes: &["PutSecretValue", "CreateSecret", "UpdateSecret"],
        ignores: &[
            "List",
            "Describe",
            "GetRandomPassword",
            "GetResourcePolicy",
            "Tag",
            "Untag",
            "DeleteSecret",
        ],
        to_write: BOTH,
    },
    Use {
        service: "events",
        via: "events",
        writes: &["PutEvents"],
        ignores: &["List", "Describe", "Put", "Delete", "Tag"],
        to_write: BOTH,
    },
    Use {
        service: "states",
        via: "states",
        writes: &["StartExecution", "StartSyncExecution"],
        ignores: &["List", "SendTask", "Stop"],
        to_write: BOTH,
    },
];

/// Adds what the keys of the resources need that the needs so far work on.
///
/// Keys that AWS manages need nothing: their policies let every caller of the service use them.
pub(super) fn gather(gatherer: &mut Gatherer<'_, '_>) {
    let names = gatherer.names;
    let encrypted: Vec<(&str, Vec<(SmolStr, app_model::Place)>)> = names
        .arns()
        .filter(|(resource, _)| !resource.keys.is_empty())
        .map(|(resource, arn)| {
            let keys = resource.keys.iter();
            let keys = keys.flat_map(|key| texts(&key.value).into_iter().map(|it| (it, key.place)));
            (arn, keys.collect())
        })
        .collect();
    let mut more: Vec<Need> = Vec::new();
    for need in gatherer.needs.iter() {
        let Some((service, action)) = need.action.split_once(':') else { continue };
        let Some(of_service) = USES.iter().find(|known| known.service == service) else { continue };
        let Some(actions) = of_service.actions(action) else { continue };
        for (arn, keys) in encrypted.iter().filter(|(arn, _)| is_of(&need.resource, arn)) {
            for (key, place) in keys {
                let Some(key) = key_arn(names, key) else { continue };
                let note = format!("the key encrypts `{arn}`, which `{}` works on", need.action);
                let mut reasons = vec![super::from_template(*place, &note)];
                reasons.extend(need.reasons.iter().map(|reason| Reason {
                    note: format!("{}, which uses the key", need.action),
                    ..reason.clone()
                }));
                more.extend(actions.iter().map(|action| Need {
                    action: SmolStr::new_static(action),
                    resource: SmolStr::new(&key),
                    restrictions: vec![via_service(names, of_service.via)],
                    is_exact: true,
                    is_certain: need.is_certain,
                    reasons: reasons.clone(),
                }));
            }
        }
    }
    for need in more {
        gatherer.needs.add(need);
    }
}

impl Use {
    /// The actions on a key that an action of the service needs.
    fn actions(&self, action: &str) -> Option<&'static [&'static str]> {
        let begins = |starts: &[&str]| starts.iter().any(|start| action.starts_with(start));
        if begins(self.writes) {
            return Some(self.to_write);
        }
        (!begins(self.ignores)).then_some(&["kms:Decrypt"])
    }
}

/// Whether a need is on a resource, or on a part of it: an object, an index.
fn is_of(needed: &str, arn: &str) -> bool {
    needed.strip_prefix(arn).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ':']))
}

/// The ARN of a key that a setting names by ARN, id, alias or reference.
pub(super) fn key_arn(names: &Names<'_>, text: &str) -> Option<String> {
    let text = match names.referent(text) {
        // An alias of the template leads to its key.
        Some(alias) if alias.type_name == "AWS::KMS::Alias" => return of_alias(names, alias),
        _ => names.expand(text),
    };
    if text.starts_with("arn:") {
        return Some(text);
    }
    if text.starts_with("alias/aws/") || text.contains(":alias/aws/") {
        return None;
    }
    if text.starts_with("alias/") || text == "*" {
        // Permissions are on keys; which one an alias leads to is known to the account only.
        return Some(names.complete("kms:R:A:key/*"));
    }
    // A parameter may hold an id or an ARN: its name mostly tells.
    if text.starts_with("${") && text.to_ascii_lowercase().contains("arn") {
        return Some(text);
    }
    Some(names.complete(&format!("kms:R:A:key/{text}")))
}

fn of_alias(names: &Names<'_>, alias: &app_model::Resource) -> Option<String> {
    let target = alias.keys.first()?;
    let text = texts(&target.value).into_iter().next()?;
    key_arn(names, &text)
}
