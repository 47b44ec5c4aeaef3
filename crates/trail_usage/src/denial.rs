//! Whether an error says that IAM denied a request, and what its text tells of it.

/// What came of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Answer {
    Succeeded,
    Denied,
    Failed,
}

/// The words before the action and before the resource in the text of a denial.
const ACTION: &str = "not authorized to perform: ";
const RESOURCE: &str = " on resource: ";

/// An action, and the ARN or `*`.
pub(crate) type Wanted<'a> = (&'a str, Option<&'a str>);

/// Judges by the code of the error and its text; both are empty when there is none.
pub(crate) fn answer(code: &str, message: &str) -> Answer {
    if code.is_empty() && message.is_empty() {
        return Answer::Succeeded;
    }
    if message.contains(ACTION) {
        return Answer::Denied;
    }
    // `Client.UnauthorizedOperation`, `KMS.AccessDeniedException`
    let last = code.rsplit('.').next().unwrap_or(code);
    match last {
        // The request would have succeeded: permission is all that a dry run asks.
        "DryRunOperation" => Answer::Succeeded,
        "AccessDenied"
        | "AccessDeniedException"
        | "AccessDeniedFault"
        | "UnauthorizedOperation"
        | "AuthorizationError"
        | "AuthorizationErrorException"
        | "VpceAccessDenied"
        | "UnauthorizedAccess"
        | "InsufficientPrivilegesException" => Answer::Denied,
        _ => Answer::Failed,
    }
}

/// The action and the ARN that the text of a denial names: "User: … is not authorized to perform:
/// s3:GetObject on resource: arn:… because no identity-based policy allows …".
pub(crate) fn wanted(message: &str) -> Option<Wanted<'_>> {
    let (_, rest) = message.split_once(ACTION)?;
    let end = |text: &str| text.find(char::is_whitespace).unwrap_or(text.len());
    let action = rest.get(..end(rest))?.trim_end_matches(['.', ',', '"', '\'']);
    let is_action = action.split_once(':').is_some_and(|(service, name)| {
        let is_word = |text: &str| {
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        is_word(service) && is_word(name)
    });
    if !is_action {
        return None;
    }
    let resource = rest.split_once(RESOURCE).and_then(|(_, resource)| {
        let resource = resource.get(..end(resource))?;
        // Some services name a resource in words: "on resource: role Admin".
        (resource == "*" || resource.starts_with("arn:"))
            .then(|| resource.trim_end_matches(['.', ',', '"', '\'']))
    });
    Some((action, resource))
}

#[cfg(test)]
mod tests {
    use super::{Answer, answer, wanted};

    #[test]
    fn a_denial_is_told_by_code_or_text() {
        assert_eq!(answer("", ""), Answer::Succeeded);
        assert_eq!(answer("AccessDenied", "Access Denied"), Answer::Denied);
        assert_eq!(answer("Client.UnauthorizedOperation", ""), Answer::Denied);
        assert_eq!(answer("", "User: x is not authorized to perform: rds:X"), Answer::Denied);
        assert_eq!(answer("Client.DryRunOperation", "Request would …"), Answer::Succeeded);
        assert_eq!(answer("NoSuchBucket", ""), Answer::Failed);
        assert_eq!(answer("ThrottlingException", ""), Answer::Failed);
    }

    #[test]
    fn the_text_tells_action_and_resource() {
        let check = |text: &str, expect| assert_eq!(wanted(text), expect, "{text}");
        check(
            "User: arn:aws:iam::1:user/a is not authorized to perform: lambda:GetFunction on resource: \
             arn:aws:lambda:us-east-1:1:function:f because no identity-based policy allows it",
            Some(("lambda:GetFunction", Some("arn:aws:lambda:us-east-1:1:function:f"))),
        );
        check(
            "x is not authorized to perform: rds:StartExportTask",
            Some(("rds:StartExportTask", None)),
        );
        check(
            "x is not authorized to perform: iam:PutRolePolicy on resource: role R because",
            Some(("iam:PutRolePolicy", None)),
        );
        check(
            "x is not authorized to perform: ec2:DescribeVpcs because no",
            Some(("ec2:DescribeVpcs", None)),
        );
        check("x is not authorized to perform: this operation", None);
        check("Access Denied", None);
    }
}
