//! Forward access: what a service asks of others with the rights of its caller.

use iam_policy::{Known, catalogue};

use crate::{operation::Operation, table};

/// `service.Operation=kms:Decrypt,…`, sorted.
static FORWARD: &str = include_str!("../data/forward.txt");

/// An action that a service asks with the rights of its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forwarded {
    /// The action.
    pub action: Known,
    /// The service that asks it, as `kms:ViaService` and `invokedBy` begin: `dynamodb` of
    /// `dynamodb.eu-west-1.amazonaws.com`.
    pub via: &'static str,
}

/// What the service of an operation asks of KMS with the rights of the caller.
///
/// Only asked when the resource is encrypted with a key of the customer: which key that is stands in
/// the template, not in the call. Nothing is asked for keys that AWS manages.
pub fn forward_access(operation: &Operation) -> impl Iterator<Item = Forwarded> + use<> {
    let via = match operation.service.id {
        "dynamodbstreams" => "dynamodb",
        id => id,
    };
    let key_of = |line: &'static str| line.split('=').next().unwrap_or(line);
    let line = table::find(FORWARD, '\n', &operation.to_string(), key_of);
    let actions = line.and_then(|line| line.split_once('=')).map_or("", |(_, actions)| actions);
    let known = actions.split(',').filter_map(catalogue::find_action);
    known.map(move |action| Forwarded { action, via })
}

#[cfg(test)]
mod tests {
    use super::{FORWARD, forward_access};
    use crate::{find, table};

    #[test]
    fn every_line_is_an_operation_with_actions() {
        let mut last = "";
        for line in FORWARD.lines() {
            let (name, actions) = line.split_once('=').unwrap_or_default();
            let (service, operation) = name.split_once('.').unwrap_or_default();
            let operation = find(service, operation);
            let found = operation.map(|operation| forward_access(&operation).count());
            assert_eq!(found, Some(actions.split(',').count()), "{line}");
            assert!(table::compare(last, name).is_lt(), "{last} {name}");
            last = name;
        }
    }
}
