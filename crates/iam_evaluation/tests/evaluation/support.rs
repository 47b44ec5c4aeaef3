//! Policies and requests in one line, for the tests.

use iam_evaluation::{Context, PrincipalId, Request};
use iam_policy::{Policy, literal_terms};
use source_text::{FileId, Limits, parse_yaml};

/// A policy from YAML (of which JSON is a part). A list of statements gets the newest version.
pub(crate) fn policy(text: &str) -> Policy {
    let text = if text.trim_start().starts_with('-') || text.trim_start().starts_with('[') {
        format!("Version: '2012-10-17'\nStatement:\n{text}")
    } else {
        text.to_owned()
    };
    let parsed = parse_yaml(FileId::default(), &text, &Limits::default()).unwrap();
    let document = parsed.documents.first().unwrap_or_else(|| panic!("no document in {text}"));
    Policy::read(document, &literal_terms).0
}

/// A statement in flow style: `Allow s3:GetObject arn:…`.
pub(crate) fn statement(effect: &str, action: &str, resource: &str) -> Policy {
    policy(&format!("- {{Effect: {effect}, Action: '{action}', Resource: '{resource}'}}"))
}

/// The user `ana` of account `111122223333`.
pub(crate) fn user() -> PrincipalId {
    PrincipalId::new("arn:aws:iam::111122223333:user/ana")
}

/// A session of the role `app` of account `111122223333`.
pub(crate) fn session() -> PrincipalId {
    PrincipalId::new("arn:aws:sts::111122223333:assumed-role/app/run")
}

/// A request for an object of a bucket that account `111122223333` owns.
pub(crate) fn get_object(principal: PrincipalId) -> Request {
    Request {
        resource_account: Some("111122223333".into()),
        ..Request::new(principal, "s3:GetObject", "arn:aws:s3:::photos/a.jpg")
    }
}

/// The same request with one condition key.
pub(crate) fn with_key(mut request: Request, key: &str, values: &[&str]) -> Request {
    let context = std::mem::take(&mut request.context);
    request.context = Context::with(context, key, values.iter().copied());
    request
}
