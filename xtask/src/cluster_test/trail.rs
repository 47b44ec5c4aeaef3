//! A made trail of CloudTrail: two accounts, two regions, five days, the same at every call.

use std::{fmt::Write as _, fs, path::Path};

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

/// Writes `events` events into files of one hour or so each.
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
    Ok(())
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
