//! `faasguard trail usage`.

use crate::folder::Folder;

fn record(id: u32, name: &str, rest: &str) -> String {
    format!(
        r#"{{"eventID":"{id}","eventSource":"s3.amazonaws.com","eventName":"{name}","eventTime":"2026-01-31T10:00:0{id}Z","sourceIPAddress":"203.0.113.7","userIdentity":{{"type":"AssumedRole","arn":"arn:aws:sts::111122223333:assumed-role/orders/CreateOrder","sessionContext":{{"sessionIssuer":{{"type":"Role","arn":"arn:aws:iam::111122223333:role/orders"}}}}}},"requestParameters":{{"bucketName":"orders","key":"1"}}{rest}}}"#
    )
}

fn trail() -> Folder {
    let records = [
        record(1, "GetObject", ""),
        record(1, "GetObject", ""),
        record(2, "GetObject", ""),
        record(3, "PutObject", r#","errorCode":"AccessDenied","errorMessage":"Access Denied""#),
    ];
    Folder::new().file("trail/2026/01/a.json", format!("{{\"Records\":[{}]}}", records.join(",")))
}

#[test]
fn who_used_what_is_told_as_table_json_and_csv() {
    let folder = trail();
    let table = folder.run(&["trail", "usage", "trail"]);
    table.exits(0);
    table.says("arn:aws:iam::111122223333:role/orders").says("sessions CreateOrder");
    table.says("s3:GetObject").says("arn:aws:s3:::orders/1").says("2026-01-31T10:00:02Z");
    table.says("1 delivered again");
    let json = folder.run(&["trail", "usage", "trail", "--format", "json"]);
    json.exits(0);
    let json = json.json();
    assert_eq!(json["schema"], "faasguard-trail-usage/1");
    let actions = &json["principals"][0]["actions"];
    assert_eq!(actions[0]["action"], "s3:GetObject");
    assert_eq!(actions[0]["count"], 2);
    assert_eq!(actions[0]["first"], "2026-01-31T10:00:01Z");
    assert_eq!(actions[1]["denied"], 1);
    assert_eq!(actions[1]["resources"].as_array().map(Vec::len), Some(0));
    folder.run(&["trail", "usage", "trail", "-o", "usage.csv"]).exits(0);
    let csv = std::fs::read_to_string(folder.path("usage.csv")).unwrap();
    assert!(csv.starts_with("principal,kind,action,resource,"), "{csv}");
    assert_eq!(csv.lines().count(), 3, "{csv}");
}

#[test]
fn filters_choose_principals_and_times() {
    let folder = trail();
    let count = |words: &[&str]| {
        let run = folder.run(&[&["trail", "usage", "trail", "--format", "json"], words].concat());
        run.exits(0);
        run.json()["totals"]["events"].as_u64()
    };
    assert_eq!(count(&["--principal", "ord*"]), Some(3));
    assert_eq!(count(&["--principal", "other"]), Some(0));
    assert_eq!(count(&["--since", "2026-01-31T10:00:02Z"]), Some(2));
    assert_eq!(count(&["--until", "2026-01-31"]), Some(0));
    folder.run(&["trail", "usage", "trail", "--since", "yesterday"]).exits(2).says("is no time");
}

#[test]
fn what_was_not_read_is_told_and_strict_exits_with_3() {
    let whole = record(1, "GetObject", "");
    let folder = Folder::new().file("cut.json", format!("{{\"Records\":[{whole},{{\"eventV"));
    folder.run(&["trail", "usage", "cut.json"]).exits(0).says("the file is cut here");
    folder.run(&["trail", "usage", "cut.json", "--strict"]).exits(3).says("is not whole");
    folder.run(&["trail", "usage", "missing"]).exits(2).says("there is no file or folder");
    folder.run(&["trail", "usage"]).exits(2);
}
