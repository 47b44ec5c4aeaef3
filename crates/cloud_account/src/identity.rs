//! Who we are, which regions and which accounts there are.

use serde_json::{Map, Value, json};

use crate::{
    client::Client,
    login::Login,
    reply::{Fault, FaultKind},
    request::{Plain, json, query},
    table::{Service, Table},
};

/// Services of which single operations are asked here.
const SERVICES: &str = r#"
[[service]]
name = "sts"
protocol = "query"
version = "2011-06-15"
[[service]]
name = "iam"
protocol = "query"
version = "2010-05-08"
global = { aws = ["iam.amazonaws.com", "us-east-1"], aws-cn = ["iam.cn-north-1.amazonaws.com.cn", "cn-north-1"], aws-us-gov = ["iam.us-gov.amazonaws.com", "us-gov-west-1"] }
[[service]]
name = "account"
protocol = "rest-json"
global = { aws = ["account.us-east-1.amazonaws.com", "us-east-1"], aws-cn = ["account.cn-northwest-1.amazonaws.com.cn", "cn-northwest-1"] }
[[service]]
name = "organizations"
protocol = "json-1.1"
target = "AWSOrganizationsV20161128"
global = { aws = ["organizations.us-east-1.amazonaws.com", "us-east-1"], aws-cn = ["organizations.cn-northwest-1.amazonaws.com.cn", "cn-northwest-1"], aws-us-gov = ["organizations.us-gov-west-1.amazonaws.com", "us-gov-west-1"] }
[[service]]
name = "sns"
protocol = "query"
version = "2010-03-31"
[[service]]
name = "events"
protocol = "json-1.1"
target = "AWSEvents"
[[service]]
name = "s3"
protocol = "rest-xml"
[[service]]
name = "cloudtrail"
protocol = "json-1.1"
target = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101"
[[service]]
name = "logs"
protocol = "json-1.1"
target = "Logs_20140328"
"#;

/// Regions that every account of `aws` has, without being asked.
///
/// Source: AWS Account Management Reference Guide, "Enable or disable AWS Regions" (read 2026-11-27).
const REGIONS: [&str; 17] = [
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
];

/// Pages of a list of accounts.
const MOST_PAGES: usize = 10_000;

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The account.
    pub account: String,
    /// The principal.
    pub arn: String,
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: String,
}

/// A service that is talked to outside of the table.
///
/// # Errors
/// [`Fault`] for one that is not known here.
pub fn service(name: &str) -> Result<Service, Fault> {
    let missing =
        || Fault::new(FaultKind::Other, "NoSuchService", &format!("`{name}` is not known"));
    let table = Table::parse(SERVICES).map_err(|_| missing())?;
    table.services.into_iter().find(|it| it.name == name).ok_or_else(missing)
}

/// Asks who we are; the region is only where it is asked.
///
/// # Errors
/// [`Fault`] when there are no credentials, or none that are valid.
pub fn of(login: &Login, region: Option<&str>) -> Result<Identity, Fault> {
    let own = login.region();
    let region = region.or(own.as_deref()).unwrap_or("us-east-1");
    let partition = match region {
        it if it.starts_with("cn-") => "aws-cn",
        it if it.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    };
    let sts = service("sts")?;
    let plain = query(&sts, "GetCallerIdentity", &Map::new());
    let answer = Client::new(login, partition).call(&sts, Some(region), &plain, &[])?;
    let text = |name: &str| answer.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (account, arn) = (text("Account"), text("Arn"));
    if account.len() != 12 || !account.bytes().all(|it| it.is_ascii_digit()) {
        return Err(Fault::new(FaultKind::Other, "NoAccount", "the answer names no account"));
    }
    let named = arn.split(':').nth(1).filter(|it| it.starts_with("aws")).unwrap_or(partition);
    Ok(Identity { account, partition: named.to_owned(), arn })
}

/// The alias of the account, when it has one and tells it.
pub(crate) fn alias(client: &Client) -> Option<String> {
    let iam = service("iam").ok()?;
    let plain = query(&iam, "ListAccountAliases", &Map::new());
    let answer = client.call(&iam, None, &plain, &["AccountAliases".to_owned()]).ok()?;
    answer.pointer("/AccountAliases/0").and_then(Value::as_str).map(str::to_owned)
}

/// The regions that the account has enabled.
///
/// # Errors
/// [`Fault`] when it does not tell them.
pub fn regions(client: &Client) -> Result<Vec<String>, Fault> {
    let account = service("account")?;
    let mut body = object(
        json!({ "RegionOptStatusContains": ["ENABLED", "ENABLED_BY_DEFAULT"], "MaxResults": 50 }),
    );
    let mut regions = Vec::new();
    for _ in 0..MOST_PAGES {
        let plain = Plain {
            method: "POST".to_owned(),
            path: "/listRegions".to_owned(),
            headers: vec![("content-type", "application/json".to_owned())],
            body: Value::Object(body.clone()).to_string().into_bytes(),
        };
        let answer = client.call(&account, None, &plain, &[])?;
        let list = answer.get("Regions").and_then(Value::as_array).into_iter().flatten();
        let names = list.filter_map(|it| it.get("RegionName").and_then(Value::as_str));
        regions.extend(names.map(str::to_owned));
        match answer.get("NextToken").filter(|it| !it.is_null()) {
            Some(token) => body.insert("NextToken".to_owned(), token.clone()),
            None => break,
        };
    }
    if regions.is_empty() {
        return Err(Fault::new(FaultKind::Other, "NoRegions", "the answer names no region"));
    }
    regions.sort();
    regions.dedup();
    Ok(regions)
}

fn object(value: Value) -> Map<String, Value> {
    if let Value::Object(members) = value { members } else { Map::new() }
}

/// Regions that need not be enabled.
pub(crate) fn default_regions(partition: &str) -> Vec<String> {
    let list: &[&str] = match partition {
        "aws-cn" => &["cn-north-1", "cn-northwest-1"],
        "aws-us-gov" => &["us-gov-east-1", "us-gov-west-1"],
        _ => &REGIONS,
    };
    list.iter().map(|it| (*it).to_owned()).collect()
}

/// The accounts of the organisation that are not closed, our own first.
pub(crate) fn organization(login: &Login, own: &Identity) -> Result<Vec<String>, Fault> {
    let organizations = service("organizations")?;
    let client = Client::new(login, &own.partition);
    let mut accounts = vec![own.account.clone()];
    let mut body = Map::new();
    for _ in 0..MOST_PAGES {
        let asked = Value::Object(body.clone());
        let plain = json(&organizations, "ListAccounts", &asked);
        let answer = client.call(&organizations, None, &plain, &[])?;
        for account in answer.get("Accounts").and_then(Value::as_array).into_iter().flatten() {
            let text = |name: &str| account.get(name).and_then(Value::as_str).unwrap_or_default();
            let id = text("Id");
            let is_known = accounts.iter().any(|it| it == id);
            if id.len() == 12 && !is_known && matches!(text("Status"), "ACTIVE" | "") {
                accounts.push(id.to_owned());
            }
        }
        match answer.get("NextToken").filter(|it| !it.is_null()) {
            Some(token) => body.insert("NextToken".to_owned(), token.clone()),
            None => break,
        };
    }
    Ok(accounts)
}
