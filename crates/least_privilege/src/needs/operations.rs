//! Which operations of AWS a call of an SDK is, and what their parameters are.

use aws_operations::Operation;
use taint::{Form, Provenance, ServiceCall};

/// One operation that a call performs.
pub(super) struct Called {
    pub(super) operation: Operation,
    /// Parameters by their paths (`TableName`, `TransactItems.Put.TableName`).
    pub(super) parameters: Vec<(String, Provenance)>,
}

/// The operations of a call; in words, why they are not known.
pub(super) fn of(call: &ServiceCall) -> Result<Vec<Called>, String> {
    let parameters: Vec<(String, Provenance)> =
        call.arguments.iter().map(|(name, value)| (path(name), value.clone())).collect();
    if call.form == Form::Waiter || call.form == Form::Helper || !call.resource.is_empty() {
        return Err(unknown(call));
    }
    match aws_operations::find(&call.service, &call.operation) {
        Some(operation) => Ok(vec![Called { operation, parameters }]),
        None => Err(unknown(call)),
    }
}

fn unknown(call: &ServiceCall) -> String {
    format!("which operations `{}` of `{}` performs is not known", call.operation, call.service)
}

/// The path of a parameter without the marks of lists: `TransactItems[*].Put.TableName` becomes
/// `TransactItems.Put.TableName`, the names in `RequestItems{}` become `RequestItems.*`.
fn path(name: &str) -> String {
    name.replace("[*]", "").replace("{}", ".*")
}

/// Whether a parameter of a call is the one that is asked for. SDKs spell them in their own case.
pub(super) fn is_parameter(known: &str, asked: &str) -> bool {
    known.eq_ignore_ascii_case(asked)
}
