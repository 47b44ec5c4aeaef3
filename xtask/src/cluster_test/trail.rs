//! A made trail of CloudTrail: two accounts, two regions, five days, the same at every call.

use std::{fmt::Write as _, fs, path::Path};

use serde_json::{Map, json};

use crate::Outcome;

const FILES: u64 = 40;

/// Names of calls, their services, and whether they only read.
const CALLS: [(&str, &str, bool); 8] = [
    ("GetObject", "s3", true),
    ("PutItem", "dynamodb", false),
    ("Query", "dynamodb", true),
    ("GetSecretValue", "secretsmanager", true),
    ("Decrypt", "kms", true),
    ("AssumeRole", "sts", true),
    ("UpdateFunctionCode20150331v2", "lambda", false),
    ("ListUsers", "iam", true),
];

/// Writes `events` events into files of one hour or so each, and [`RARE`] ones into one more.
pub(super) fn write(folder: &Path, events: u64) -> Outcome {
    for file in 0..FILES {
        let mut text = String::from("{\"Records\":[");
        for number in (file * events / FILES)..((file + 1) * events / FILES) {
            if !text.ends_with('[') {
                text.push(',');
            }
            event(&mut text, file, number)?;
        }
        text.push_str("]}");
        fs::write(folder.join(format!("111122223333_CloudTrail_{file:03}.json")), text)?;
    }
    let mut text = String::new();
    for (number, rare) in RARE.iter().enumerate() {
        writeln!(text, "{}", rare.record(number))?;
    }
    fs::write(folder.join("rare.jsonl"), text)?;
    Ok(())
}

/// An event that few have: what each named query is there for, and what engines may take differently.
struct Rare {
    /// Of November 2026; 0: the event has no time.
    day: u8,
    region: &'static str,
    /// Service and name of the call.
    call: (&'static str, &'static str),
    /// The role or user, or root; empty: the event names nobody.
    actor: &'static str,
    /// Client and address.
    from: (&'static str, &'static str),
    /// The function it is about, or none.
    function: &'static str,
}

const LAMBDA: (&str, &str) = ("Boto3/1.40 exec-env/AWS_Lambda_python3.13", "203.0.113.7");
const CLI: (&str, &str) = ("aws-cli/2.31 o'clock \\ 100%", "198.51.100.200");

const fn rare(
    day: u8,
    region: &'static str,
    call: (&'static str, &'static str),
    actor: &'static str,
    from: (&'static str, &'static str),
    function: &'static str,
) -> Rare {
    Rare { day, region, call, actor, from, function }
}

const RARE: [Rare; 22] = [
    // Credentials of a function, also used by hand.
    rare(2, "eu-west-1", ("s3", "GetObject"), "role/orders", LAMBDA, ""),
    rare(3, "eu-west-1", ("sts", "GetCallerIdentity"), "role/orders", CLI, ""),
    rare(4, "eu-north-1", ("ec2", "RunInstances"), "role/orders", CLI, ""),
    rare(1, "eu-west-1", ("s3", "GetObject"), "role/gone", LAMBDA, ""),
    rare(1, "eu-west-1", ("lambda", "Invoke"), "role/gone", LAMBDA, "orders"),
    rare(2, "eu-west-1", ("lambda", "Invoke"), "user/ana", CLI, "orders"),
    rare(3, "eu-west-1", ("lambda", "Invoke"), "", CLI, "bills_é"),
    rare(4, "eu-west-1", ("lambda", "UpdateFunctionCode20150331v2"), "user/ana", CLI, "orders"),
    rare(4, "eu-west-1", ("lambda", "UpdateFunctionCode20150331v2"), "", CLI, "Orders"),
    rare(4, "us-east-1", ("lambda", "UpdateFunctionCode20150331v2"), "", CLI, ""),
    rare(5, "us-east-1", ("lambda", "AddPermission20150331v2"), "user/O'Neil", CLI, "bills_é"),
    rare(2, "us-east-1", ("iam", "CreateAccessKey"), "user/ana", CLI, ""),
    rare(2, "us-east-1", ("iam", "AttachRolePolicy"), "", CLI, ""),
    rare(5, "us-east-1", ("iam", "DeleteUser"), "root", CLI, ""),
    rare(3, "eu-west-1", ("cloudtrail", "StopLogging"), "user/ana", CLI, ""),
    rare(3, "eu-west-1", ("guardduty", "DeleteDetector"), "root", CLI, ""),
    rare(3, "eu-west-1", ("logs", "DeleteLogGroup"), "", CLI, ""),
    rare(5, "eu-west-1", ("s3", "ListBuckets"), "root", CLI, ""),
    rare(5, "eu-west-1", ("s3", "ListBuckets"), "", ("", ""), ""),
    // In no day, so in no answer of a named query.
    rare(0, "eu-west-1", ("s3", "ListBuckets"), "root", CLI, ""),
    rare(0, "eu-west-1", ("iam", "CreateUser"), "user/ana", CLI, ""),
    rare(0, "", ("lambda", "Invoke"), "", ("", ""), ""),
];

impl Rare {
    fn record(&self, number: usize) -> serde_json::Value {
        let account = "111122223330";
        let arn = |what: &str| format!("arn:aws:iam::{account}:{what}");
        let identity = match self.actor.split_once('/') {
            Some(("role", role)) => json!({
                "type": "AssumedRole",
                "arn": format!("arn:aws:sts::{account}:assumed-role/{role}/{role}"),
                "sessionContext": { "sessionIssuer": { "arn": arn(self.actor) } },
            }),
            Some(_) => json!({ "type": "IAMUser", "arn": arn(self.actor) }),
            None if self.actor == "root" => json!({ "type": "Root", "arn": arn("root") }),
            None => json!({ "type": "Unknown" }),
        };
        let mut record = Map::from_iter([
            ("eventID".to_owned(), format!("rare-{number:02}").into()),
            ("eventSource".to_owned(), format!("{}.amazonaws.com", self.call.0).into()),
            ("eventName".to_owned(), self.call.1.into()),
            ("userIdentity".to_owned(), identity),
            ("recipientAccountId".to_owned(), account.into()),
        ]);
        let time = format!("2026-11-{:02}T10:{number:02}:00Z", self.day);
        for (name, value) in [
            ("eventTime", if self.day == 0 { "" } else { time.as_str() }),
            ("awsRegion", self.region),
            ("userAgent", self.from.0),
            ("sourceIPAddress", self.from.1),
        ] {
            if !value.is_empty() {
                record.insert(name.to_owned(), value.into());
            }
        }
        if !self.function.is_empty() {
            let parameters = json!({ "functionName": self.function });
            record.insert("requestParameters".to_owned(), parameters);
        }
        record.into()
    }
}

/// A number that looks like chance and is none.
fn mixed(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^= mixed >> 29;
    mixed = mixed.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed ^ (mixed >> 32)
}

fn event(text: &mut String, file: u64, number: u64) -> Outcome {
    let chance = mixed(number);
    let (account, day) = (file % 2, 1 + file / 2 % 5);
    let region = if (file / 10).is_multiple_of(2) { "eu-west-1" } else { "us-east-1" };
    let second = mixed(number ^ 0x4D) % 86_400;
    let (name, service, read_only) =
        CALLS.get((chance % 97 % 8) as usize).copied().unwrap_or(("GetObject", "s3", true));
    let (role, session) = (chance % 211, chance / 211 % 5);
    let address = format!("198.51.{}.{}", chance / 7 % 100, chance / 701 % 250);
    let error = if chance.is_multiple_of(23) { "\"errorCode\":\"AccessDenied\"," } else { "" };
    write!(
        text,
        "{{\"eventVersion\":\"1.10\",\"userIdentity\":{{\"type\":\"AssumedRole\",\"principalId\":\"AROAEXAMPLE{role}:fn-{session}\",\
         \"arn\":\"arn:aws:sts::11112222333{account}:assumed-role/role-{role}/fn-{session}\",\"accountId\":\"11112222333{account}\",\
         \"sessionContext\":{{\"sessionIssuer\":{{\"type\":\"Role\",\"arn\":\"arn:aws:iam::11112222333{account}:role/role-{role}\",\
         \"accountId\":\"11112222333{account}\",\"userName\":\"role-{role}\"}}}}}},\
         \"eventTime\":\"2026-11-{day:02}T{:02}:{:02}:{:02}Z\",\"eventSource\":\"{service}.amazonaws.com\",\"eventName\":\"{name}\",\
         \"awsRegion\":\"{region}\",\"sourceIPAddress\":\"{address}\",\"userAgent\":\"Boto3/1.40 md/Botocore\",{error}\
         \"requestParameters\":{{\"key\":\"objects/{:016x}/{:016x}.json\",\"bucketName\":\"orders-{}\",\"note\":\"it's a \\\"note\\\"\"}},\
         \"responseElements\":null,\"requestID\":\"{:016x}\",\"eventID\":\"{:08x}-0000-4000-8000-{:012x}\",\"readOnly\":{read_only},\
         \"eventType\":\"AwsApiCall\",\"managementEvent\":true,\"recipientAccountId\":\"11112222333{account}\",\"eventCategory\":\"Management\"}}",
        second / 3600,
        second / 60 % 60,
        second % 60,
        mixed(chance),
        mixed(chance ^ 3),
        chance % 17,
        mixed(number ^ 5),
        number,
        number,
    )?;
    Ok(())
}
