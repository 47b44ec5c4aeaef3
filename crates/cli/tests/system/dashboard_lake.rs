//! The dashboard over a lake: what it is asked, that it is asked again, and the real companion.

use std::{
    ffi::OsString,
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::json;

use crate::{alerts::wait_until, dashboard::Dashboard, folder::Folder, page::browser};

/// `faasguard-lake`: `FAASGUARD_LAKE`, else one beside the program that is tested.
fn companion() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_BIN_EXE_faasguard")).with_file_name("faasguard-lake");
    let named = std::env::var_os("FAASGUARD_LAKE").map(PathBuf::from);
    let found = named.or_else(|| beside.is_file().then_some(beside));
    if found.is_none() {
        eprintln!("skipped: no `faasguard-lake` in `FAASGUARD_LAKE` or beside the program");
    }
    found
}

/// A copy of the program beside which no companion stands but the one that a test puts there.
fn alone(folder: &Folder) -> PathBuf {
    let program = folder.path("alone/faasguard");
    fs::create_dir_all(program.parent().unwrap()).unwrap();
    fs::copy(env!("CARGO_BIN_EXE_faasguard"), &program).unwrap();
    program
}

#[test]
fn a_lake_is_asked_again_when_a_person_asks() {
    let folder = Folder::new().file("count", "");
    let program = alone(&folder);
    let script = program.with_file_name("faasguard-lake");
    let text = "#!/bin/sh\nprintf x >> count\nprintf '{\"who\":\"run-%s\"}\\n' \"$(cat count)\"\n";
    fs::write(&script, text).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let path = OsString::from("/usr/bin:/bin");
    let dashboard = Dashboard::start_as(&program, &path, &folder.path(""), &["--lake", "l"]);
    let page = dashboard.get("/lake");
    assert!(page.contains(">run-x<") && page.contains(">run-xxxx<"), "{page}");
    assert!(page.contains("Ask again") && page.contains("data-version=\"1\""), "{page}");
    assert!(!page.contains("data-follow"), "{page}");
    assert!(dashboard.post("/lake/ask").contains("\r\nlocation: /lake?asked=1\r\n"));
    wait_until("the next answers", || dashboard.get("/lake").contains(">run-xxxxxxxx<"));
    // The page of the one who asked waits for the next state only.
    assert!(!dashboard.get("/lake?asked=1").contains("data-follow"));
    let waits = dashboard.get("/lake?asked=2");
    assert!(waits.contains("data-follow") && waits.contains("being asked again"), "{waits}");
}

/// Calls of a function's role: from Lambda, from elsewhere, denied ones, many secrets, a deployment.
fn trail() -> String {
    let role = "arn:aws:sts::111122223333:assumed-role/CreateOrderRole/CreateOrder";
    let event = |id: u32,
                 source: &str,
                 name: &str,
                 agent: &str,
                 address: &str,
                 error: Option<&str>| {
        let mut event = json!({
            "eventVersion": "1.11", "eventID": format!("{id:08}-0000-4000-8000-000000000000"),
            "eventTime": format!("2026-01-31T10:{:02}:{:02}Z", id / 60, id % 60), "eventSource": source,
            "eventName": name, "awsRegion": "eu-west-1", "sourceIPAddress": address, "userAgent": agent,
            "recipientAccountId": "111122223333", "eventType": "AwsApiCall",
            "userIdentity": {"type": "AssumedRole", "arn": role, "accountId": "111122223333",
                "sessionContext": {"sessionIssuer": {"type": "Role", "arn": "arn:aws:iam::111122223333:role/CreateOrderRole"}}},
        });
        if let Some(error) = error {
            event["errorCode"] = error.into();
        }
        event
    };
    let lambda = "Boto3/1.40 exec-env/AWS_Lambda_python3.13";
    let secrets = "secretsmanager.amazonaws.com";
    let mut events: Vec<_> = (0..25)
        .map(|id| event(id, secrets, "GetSecretValue", lambda, "203.0.113.5", None))
        .collect();
    events.push(event(100, secrets, "GetSecretValue", "aws-cli/2.30", "198.51.100.7", None));
    events.push(event(
        101,
        "s3.amazonaws.com",
        "GetObject",
        lambda,
        "203.0.113.5",
        Some("AccessDenied"),
    ));
    events.push(event(
        102,
        "lambda.amazonaws.com",
        "UpdateFunctionCode20150331v2",
        "<b>aws-cli</b>",
        "198.51.100.7",
        None,
    ));
    json!({"Records": events}).to_string()
}

#[test]
fn a_real_lake_answers() {
    let Some(lake) = companion() else { return };
    let folder = Folder::new().file("trail/a.json", trail());
    let import = Command::new(&lake)
        .args(["import", "trail", "--lake", "lake"])
        .current_dir(folder.path(""))
        .output()
        .unwrap();
    assert!(import.status.success(), "{import:?}");
    let program = alone(&folder);
    let path = lake.parent().unwrap().as_os_str();
    let dashboard = Dashboard::start_as(&program, path, &folder.path(""), &["--lake", "lake"]);
    let page = dashboard.get("/lake");
    assert!(!page.contains("Not answered"), "{page}");
    for words in ["aws-cli/2.30", "AccessDenied", "UpdateFunctionCode20150331v2", ">25<", ">26<"] {
        assert_eq!(page.contains(words), words != ">25<", "{words}: {page}");
    }
    assert!(!page.contains("<b>aws-cli"), "{page}");
    let Some(mut browser) = browser() else { return };
    browser.open_address(&dashboard.address());
    browser.open_address(&format!("http://{}/lake", dashboard.host));
    assert_eq!(browser.ask("document.querySelectorAll('section.panel table').length"), 4);
    crate::dashboard_pages::keep_picture(&mut browser, "lake");
    browser.click("form[action='/lake/ask'] button");
    browser.arrive("location.search.includes('asked=1')");
    // The page shows the new answers on its own.
    browser.arrive("document.documentElement.dataset.version === '2'");
    assert_eq!(browser.faults(), Vec::<String>::new());
}
