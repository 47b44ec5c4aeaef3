//! SAS-2.6 `wildcard-source-arn`: the `SourceArn` of a permission fits resources of any account.

use app_model::{Application, Permission, SmolStr, absence};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{Check, Rule, rank::AboutFunction};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 2, rule: 6 },
        name: "wildcard-source-arn",
        summary: "A permission to invoke a function accepts sources of any account",
        severity: Severity::Medium,
        audience: Audience::Everyone,
        cwe: &[441],
        since: "0.1.0",
        docs: include_str!("wildcard_source_arn.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    app.permissions.iter().filter_map(|permission| of_permission(app, permission)).collect()
}

fn of_permission(app: &Application, permission: &Permission) -> Option<Finding> {
    let arn = permission.source_arn.as_ref()?;
    let (text, certain) = fits_anybody(&arn.value)?;
    let when = absence(permission.source_account.as_ref())?
        .and(&absence(permission.organisation.as_ref())?)?
        .and(&certain)?
        .and(&permission.when)?;
    let name = permission.function.as_deref().unwrap_or("a function elsewhere");
    let message = format!(
        "the `SourceArn` `{text}` fits resources of any AWS account, which can then start `{name}`"
    );
    let mut finding = RULE.info.finding(arn.place, message);
    if let Some(function) = app.function(name) {
        finding = finding.about(app, function, None).severity(RULE.info.severity);
    }
    Some(
        finding
            .resource(&permission.name)
            .property("SourceArn")
            .under(&when)
            .fix("Write the whole ARN of the resource under `SourceArn`, or add `SourceAccount`"),
    )
}

/// The text that fits resources of any account, and when it stands there. Placeholders of an
/// unresolved ARN are taken as something narrow.
fn fits_anybody(arn: &app_model::Text) -> Option<(SmolStr, app_model::When)> {
    if let Some(expression) = arn.unresolved() {
        return is_open(&expression.text)
            .then(|| (expression.text.clone(), app_model::When::ALWAYS));
    }
    arn.find(|text| is_open(text)).map(|(when, text)| (text.clone(), when.clone()))
}

fn is_open(text: &str) -> bool {
    if cloud_names::is_only_wildcards(text) {
        return true;
    }
    let Ok(arn) = cloud_names::Arn::parse_pattern(text) else { return false };
    match &*arn.service {
        "s3" => arn.resource.starts_with('*'),
        // The id of an API is unique in the partition.
        "execute-api" => {
            cloud_names::is_only_wildcards(&arn.account) && arn.resource.starts_with('*')
        }
        _ => cloud_names::is_only_wildcards(&arn.account),
    }
}

#[cfg(test)]
mod tests {
    use super::is_open;

    #[test]
    fn an_account_or_a_unique_name_closes_an_arn() {
        for open in [
            "*",
            "arn:aws:s3:::*",
            "arn:aws:sns:eu-west-1:*:orders",
            "arn:aws:execute-api:*:*:*",
            "arn:${AWS::Partition}:events:${AWS::Region}:*:rule/*",
        ] {
            assert!(is_open(open), "{open}");
        }
        for closed in [
            "arn:aws:s3:::orders-*",
            "arn:aws:execute-api:*:*:a1b2c3/*",
            "arn:aws:events:*:${AWS::AccountId}:rule/*",
            "arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:*/*",
        ] {
            assert!(!is_open(closed), "{closed}");
        }
    }
}
