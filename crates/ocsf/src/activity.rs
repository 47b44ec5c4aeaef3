//! What a request did, by the verb of its operation.

use audit_event::AuditEvent;

/// `activity_id` and its caption; `None`: other, and the operation is its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Activity {
    pub(crate) id: i64,
    pub(crate) name: Option<&'static str>,
}

impl Activity {
    pub(crate) const OTHER: Self = Self { id: 99, name: None };

    pub(crate) const fn new(id: i64, name: &'static str) -> Self {
        Self { id, name: Some(name) }
    }
}

const CREATE: Activity = Activity::new(1, "Create");
const READ: Activity = Activity::new(2, "Read");
const UPDATE: Activity = Activity::new(3, "Update");
const DELETE: Activity = Activity::new(4, "Delete");

/// First words of names of operations, and what they do.
const VERBS: &[(Activity, &[&str])] = &[
    (
        CREATE,
        &[
            "add",
            "allocate",
            "copy",
            "create",
            "generate",
            "import",
            "insert",
            "issue",
            "launch",
            "post",
            "provision",
            "publish",
            "purchase",
            "register",
            "request",
            "restore",
            "run",
            "upload",
        ],
    ),
    (
        READ,
        &[
            "check", "describe", "discover", "download", "estimate", "export", "fetch", "filter",
            "get", "head", "list", "lookup", "preview", "query", "read", "retrieve", "scan",
            "search", "select", "show", "simulate", "test", "validate", "verify", "view",
        ],
    ),
    (
        UPDATE,
        &[
            "activate",
            "append",
            "apply",
            "assign",
            "associate",
            "attach",
            "authorize",
            "bind",
            "change",
            "configure",
            "deactivate",
            "detach",
            "disable",
            "disassociate",
            "edit",
            "enable",
            "grant",
            "lock",
            "merge",
            "modify",
            "move",
            "notify",
            "patch",
            "pause",
            "promote",
            "put",
            "reboot",
            "regenerate",
            "rename",
            "replace",
            "reset",
            "resume",
            "revoke",
            "rotate",
            "set",
            "start",
            "stop",
            "suspend",
            "swap",
            "sync",
            "tag",
            "unassign",
            "unlock",
            "untag",
            "update",
            "upgrade",
            "write",
        ],
    ),
    (
        DELETE,
        &[
            "cancel",
            "delete",
            "deregister",
            "destroy",
            "drop",
            "purge",
            "release",
            "remove",
            "terminate",
            "unregister",
        ],
    ),
];

/// What a request to an API did.
pub(crate) fn of_operation(event: &AuditEvent<'_>) -> Activity {
    let name = event.name.to_str();
    // The last part says what was done: of `google.pubsub.v1.Publisher.CreateTopic` the method, of
    // `Microsoft.Web/sites/functions/write` the action.
    let parts = || name.split(['.', '/']).rev();
    let last = parts().next().unwrap_or_default();
    let last =
        if last.eq_ignore_ascii_case("action") { parts().nth(1).unwrap_or(last) } else { last };
    // `BatchGetItem` gets.
    let rest = last.strip_prefix("Batch").filter(|rest| !rest.is_empty());
    let found = known(&rest.map_or_else(|| verb(last), verb), is_loud(last));
    match found {
        Some(activity) => activity,
        None if event.is_read_only == Some(true) => READ,
        None => Activity::OTHER,
    }
}

/// The first word, in small letters: `get` of `GetObject`, `list` of `listKeys`.
fn verb(name: &str) -> String {
    let is_loud = is_loud(name);
    let mut end = name.len();
    for (at, it) in name.char_indices().skip(1) {
        if (it.is_ascii_uppercase() && !is_loud) || !it.is_ascii_alphanumeric() {
            end = at;
            break;
        }
    }
    name.get(..end).unwrap_or(name).to_ascii_lowercase()
}

/// All capitals, as names of Azure's exports are: where a word ends cannot be seen.
fn is_loud(name: &str) -> bool {
    !name.bytes().any(|it| it.is_ascii_lowercase())
}

fn known(verb: &str, is_loud: bool) -> Option<Activity> {
    let is_it = |word: &&&str| if is_loud { verb.starts_with(**word) } else { verb == **word };
    let longest = |words: &[&str]| words.iter().filter(is_it).map(|word| word.len()).max();
    let found = VERBS.iter().filter_map(|(activity, words)| Some((longest(words)?, *activity)));
    found.max_by_key(|(length, _)| *length).map(|(_, activity)| activity)
}

#[cfg(test)]
mod tests {
    use audit_event::{Limits, read};

    use super::{Activity, CREATE, DELETE, READ, UPDATE, of_operation};

    #[test]
    fn operations_do_what_their_verb_says() {
        let check = |name: &str, is_read_only: bool, expect: Activity| {
            let record = format!(
                r#"{{"eventSource":"x.amazonaws.com","eventName":"{name}","readOnly":{is_read_only}}}"#
            );
            let mut seen = 0;
            read(record.as_bytes(), &Limits::default(), &mut |event| {
                seen += 1;
                assert_eq!(of_operation(event), expect, "{name}");
            });
            assert_eq!(seen, 1);
        };
        check("DescribeInstances", true, READ);
        check("CreateFunction20150331", false, CREATE);
        check("BatchGetItem", true, READ);
        check("DeleteTrail", false, DELETE);
        check("PutBucketPolicy", false, UPDATE);
        check("Invoke", false, Activity::OTHER);
        check("Decrypt", true, READ);
        check("google.cloud.functions.v1.CloudFunctionsService.UpdateFunction", false, UPDATE);
        check("storage.buckets.list", false, READ);
        check("MICROSOFT.WEB/SITES/FUNCTIONS/WRITE", false, UPDATE);
        check("Microsoft.Web/sites/config/list/action", false, READ);
        check("MICROSOFT.STORAGE/STORAGEACCOUNTS/LISTKEYS/ACTION", false, READ);
        check("MICROSOFT.X/Y/FROBNICATE/ACTION", false, Activity::OTHER);
    }
}
