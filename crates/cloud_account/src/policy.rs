//! The IAM policy that a snapshot needs, out of the table.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::table::Table;

/// What of the table is asked, beside its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Only these services; all when empty.
    pub services: BTreeSet<String>,
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: String,
    /// The accounts of an organisation, through this role.
    pub role_name: Option<String>,
    /// Logs and CloudTrail are fetched, too.
    pub pulls: bool,
}

/// The smallest policy under which nothing is left out: every action stands there because a row asks it.
#[must_use]
pub fn policy(table: &Table, needs: &Needs) -> Value {
    let mut grants: BTreeMap<Vec<String>, BTreeSet<String>> = BTreeMap::new();
    let mut add = |resources: &[String], action: &str| {
        let resource = |it: &String| it.replace("${partition}", &needs.partition);
        let resources = match resources {
            [] => vec!["*".to_owned()],
            some => some.iter().map(resource).collect(),
        };
        grants.entry(resources).or_default().insert(action.to_owned());
    };
    for (service, ask) in table.rows() {
        if !needs.services.is_empty() && !needs.services.contains(&service.name) {
            continue;
        }
        // API Gateway has one action and a path for everything: what is granted for the one service holds for both.
        let same = table.services.iter().find(|it| it.name == service.signing());
        let grant = if service.grant.is_empty() {
            same.map_or(&[][..], |it| &it.grant)
        } else {
            &service.grant
        };
        if ask.actions.is_empty() {
            add(grant, &format!("{}:{}", service.name, ask.name));
        }
        for action in &ask.actions {
            add(grant, action);
        }
    }
    for action in ["account:ListRegions", "iam:ListAccountAliases"] {
        add(&[], action);
    }
    if needs.pulls {
        for action in ["cloudtrail:LookupEvents", "logs:DescribeLogGroups", "logs:FilterLogEvents"]
        {
            add(&[], action);
        }
    }
    if let Some(role) = &needs.role_name {
        add(&[], "organizations:ListAccounts");
        add(&[format!("arn:${{partition}}:iam::*:role/{role}")], "sts:AssumeRole");
    }
    let statements: Vec<Value> = grants
        .into_iter()
        .map(|(resources, actions)| {
            let resource = match resources.as_slice() {
                [one] => json!(one),
                several => json!(several),
            };
            json!({ "Effect": "Allow", "Action": actions, "Resource": resource })
        })
        .collect();
    json!({ "Version": "2012-10-17", "Statement": statements })
}

#[cfg(test)]
mod tests {
    use super::{Needs, policy};
    use crate::table::Table;

    #[test]
    fn the_policy_has_what_the_rows_ask_and_nothing_that_writes() {
        let table = Table::built_in().unwrap();
        let all = Needs { partition: "aws".into(), ..Needs::default() };
        let text = policy(&table, &all).to_string();
        for action in [
            "lambda:GetPolicy",
            "s3:ListAllMyBuckets",
            "account:ListRegions",
            "iam:GetAccountAuthorizationDetails",
        ] {
            assert!(text.contains(&format!("\"{action}\"")), "{action}");
        }
        assert!(
            !text.contains("apigatewayv2:") && text.contains("arn:aws:apigateway:*::/restapis/*")
        );
        // Keys of usage plans could be read with a `GET` on everything.
        assert!(
            !text.contains("/apikeys")
                && !text.contains("sts:AssumeRole")
                && !text.contains(":*\"")
        );
        let few =
            Needs { services: ["sqs".to_owned()].into(), role_name: Some("audit".into()), ..all };
        let text = policy(&table, &few).to_string();
        assert!(text.contains("sqs:ListQueues") && !text.contains("lambda:"), "{text}");
        assert!(text.contains("arn:aws:iam::*:role/audit"), "{text}");
    }
}
