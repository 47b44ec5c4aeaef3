//! Whose rights a request used.

use std::borrow::Cow;

use audit_event::{Actor, Text};

/// The principal behind an actor.
pub(crate) struct Owner<'a> {
    pub(crate) arn: Cow<'a, [u8]>,
    pub(crate) kind: &'a [u8],
    pub(crate) account: Option<Text<'a>>,
}

/// Whose rights the actor uses: of temporary credentials the role (or user) that issued them, whose
/// ARN has the path that the session's ARN lost.
pub(crate) fn owner<'a>(actor: &Actor<'a>) -> Owner<'a> {
    let kind = actor.kind.map_or(&b"Unknown"[..], Text::raw);
    if let Some(arn) = present(actor.issuer.arn) {
        let kind = actor.issuer.kind.map_or(kind, Text::raw);
        let account = actor.issuer.account.or(actor.account);
        return Owner { arn: Cow::Borrowed(arn.raw()), kind, account };
    }
    if let Some(arn) = present(actor.arn) {
        return match role_of_session(arn.raw()) {
            Some(role) => Owner { arn: Cow::Owned(role), kind: b"Role", account: actor.account },
            None => Owner { arn: Cow::Borrowed(arn.raw()), kind, account: actor.account },
        };
    }
    if kind == b"AWSService"
        && let Some(service) = present(actor.invoked_by)
    {
        return Owner { arn: Cow::Borrowed(service.raw()), kind, account: actor.account };
    }
    // Web identities, users of a directory, other accounts: no ARN, but a name of some kind.
    let mut name = kind.to_vec();
    for part in [actor.identity_provider, actor.account] {
        if let Some(part) = present(part) {
            name.push(b':');
            name.extend_from_slice(part.raw());
        }
    }
    if let Some(part) = present(actor.user_name).or(present(actor.principal_id)) {
        name.push(b'/');
        name.extend_from_slice(part.raw());
    }
    Owner { arn: Cow::Owned(name), kind, account: actor.account }
}

fn present(text: Option<Text<'_>>) -> Option<Text<'_>> {
    text.filter(|text| !text.is_empty())
}

/// `arn:aws:sts::A:assumed-role/R/S` is a session of `arn:aws:iam::A:role/R`; its path is lost.
fn role_of_session(arn: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(arn).ok()?;
    let (partition, rest) = text.strip_prefix("arn:")?.split_once(":sts::")?;
    let (account, session) = rest.split_once(":assumed-role/")?;
    let role = session.split('/').next()?;
    Some(format!("arn:{partition}:iam::{account}:role/{role}").into_bytes())
}

/// Name of the session of an assumed role.
pub(crate) fn session_name<'a>(actor: &Actor<'a>) -> Option<&'a [u8]> {
    if !actor.kind?.is("AssumedRole") {
        return None;
    }
    actor.arn?.raw().rsplit(|byte| *byte == b'/').next()
}

#[cfg(test)]
mod tests {
    use super::role_of_session;

    #[test]
    fn a_session_belongs_to_its_role() {
        let role = role_of_session(b"arn:aws-cn:sts::111122223333:assumed-role/orders/i-0a");
        assert_eq!(role.as_deref(), Some(&b"arn:aws-cn:iam::111122223333:role/orders"[..]));
        assert_eq!(role_of_session(b"arn:aws:iam::111122223333:user/ana"), None);
    }
}
