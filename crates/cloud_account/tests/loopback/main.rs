//! Snapshots and pulls from a server on the loopback: pages, refusals, a run that goes on, code.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod server;

use std::{collections::BTreeSet, fs, path::Path};

use cloud_account::{
    Client, CodeFolder, Login, LoginOptions, PullOptions, Regions, TakeError, TakeOptions, Taken,
    WalkOptions, pull, take,
};
use serde_json::{Value, json};
use server::{Asked, Reply, Server};
use snapshot_file::{Index, Limits, Reason};

const ACCOUNT: &str = "111122223333";

/// A login with keys of its own in a file, so that no test needs the environment.
fn login(folder: &Path, server: &Server) -> Login {
    let keys = folder.join("keys.json");
    let text = json!({ "Version": 1, "AccessKeyId": "AKIDEXAMPLE", "SecretAccessKey": "example" });
    fs::write(&keys, text.to_string()).unwrap();
    let config = folder.join("config");
    let process = format!("[profile test]\ncredential_process = cat {}\n", keys.display());
    fs::write(&config, process).unwrap();
    let options = LoginOptions {
        profile: Some("test".to_owned()),
        region: Some("eu-west-1".to_owned()),
        endpoint_url: Some(server.url.clone()),
    };
    let none = folder.join("none");
    fs::write(&none, "").unwrap();
    Login::with_files(&options, &config, &none).unwrap()
}

fn options(folder: &Path, services: &[&str]) -> TakeOptions {
    TakeOptions {
        target: folder.join("snapshot.json.zst"),
        regions: Regions::Named(vec!["eu-west-1".to_owned()]),
        organization: None,
        walk: WalkOptions {
            services: services.iter().map(|it| (*it).to_owned()).collect::<BTreeSet<_>>(),
            rate: Some(1_000.0),
            workers: 4,
            no_values: false,
            code: None,
        },
        restart: false,
    }
}

fn identity(asked: &Asked) -> Option<Reply> {
    let text = match asked.operation.as_str() {
        "GetCallerIdentity" => format!(
            "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::{ACCOUNT}:user/a</Arn><Account>{ACCOUNT}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
        ),
        "ListAccountAliases" => {
            "<R><AccountAliases><member>shop</member></AccountAliases></R>".to_owned()
        }
        _ => return None,
    };
    Some((200, "", text))
}

fn run(folder: &Path, server: &Server, options: &TakeOptions) -> Result<Taken, TakeError> {
    take(&login(folder, server), options, &|_, _| {})
}

/// Two pages of queues; one queue is denied, one gone, one is answered at the third time.
fn queues(asked: &Asked, before: usize) -> Reply {
    let body: Value = serde_json::from_str(&asked.body).unwrap_or(Value::Null);
    let denied = json!({"__type": "com.amazonaws.sqs#AccessDeniedException", "message": "no\n\u{1b}[2Jat all"});
    let busy = json!({"__type": "ThrottlingException"}).to_string();
    match (asked.operation.as_str(), body.get("NextToken"), body["QueueUrl"].as_str()) {
        ("ListQueues", None, _) => {
            (200, "", json!({"QueueUrls": ["q/denied", "q/gone"], "NextToken": "2"}).to_string())
        }
        ("ListQueues", Some(_), _) => (200, "", json!({"QueueUrls": ["q/busy"]}).to_string()),
        (_, _, Some("q/denied")) => (400, "", denied.to_string()),
        (_, _, Some("q/gone")) => {
            (400, "", json!({"__type": "com.amazonaws.sqs#QueueDoesNotExist"}).to_string())
        }
        _ if before < 4 => (400, "retry-after: 0\r\n", busy),
        _ => (200, "", json!({"Attributes": {"Policy": "{}"}}).to_string()),
    }
}

#[test]
fn pages_are_followed_and_what_is_denied_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let server =
        Server::start(|asked, before| identity(asked).unwrap_or_else(|| queues(asked, before)));
    let options = options(folder.path(), &["sqs"]);
    let taken = run(folder.path(), &server, &options).unwrap();
    assert!(server.asked().iter().all(|it| it.is_signed && it.method == "POST"));
    let bytes = fs::read(&options.target).unwrap();
    let (snapshot, remarks) = snapshot_file::read(&bytes, &Limits::default()).unwrap();
    assert!(remarks.is_empty(), "{remarks:?}");
    assert_eq!(snapshot, taken.snapshot);
    let account = snapshot.accounts.first().unwrap();
    assert_eq!((account.account.as_str(), account.alias.as_deref()), (ACCOUNT, Some("shop")));
    let index = Index::new(&snapshot, account);
    let region = Some("eu-west-1");
    let list = index.about("sqs", "ListQueues", region, None).unwrap();
    assert_eq!(list.answer, json!({"QueueUrls": ["q/denied", "q/gone", "q/busy"]}));
    let about = |name| index.about("sqs", "GetQueueAttributes", region, Some(name));
    assert_eq!(about("q/gone").unwrap().answer, Value::Null, "there is none, and that was seen");
    assert_eq!(about("q/busy").unwrap().answer, json!({"Attributes": {"Policy": "{}"}}));
    assert!(about("q/denied").is_none());
    let gap = index.gap("sqs", "GetQueueAttributes", region, Some("q/denied")).unwrap();
    assert_eq!(gap.reason, Reason::AccessDenied);
    assert!(!gap.message.contains('\u{1b}') && gap.message.contains("at all"), "{gap:?}");
    assert!(!folder.path().join("snapshot.json.zst.part").exists());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(&options.target).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_run_goes_on_where_an_earlier_one_was_ended() {
    let folder = tempfile::tempdir().unwrap();
    let server =
        Server::start(|asked, before| identity(asked).unwrap_or_else(|| queues(asked, before)));
    let options = options(folder.path(), &["sqs"]);
    let part = folder.path().join("snapshot.json.zst.part");
    let whole = run(folder.path(), &server, &options).unwrap();
    // What the run would have left had it been killed while it wrote its third answer.
    let records: Vec<_> = whole.snapshot.accounts[0].answers.clone();
    let head = snapshot_file::PartRecord::Head(snapshot_file::Head {
        schema: snapshot_file::PART_SCHEMA.to_owned(),
        tool: whole.snapshot.tool.clone(),
        taken: "2026-11-27T20:00:00Z".to_owned(),
        options: options_words(folder.path(), &server, &options),
    });
    let mut text = head.to_line();
    for answer in records
        .iter()
        .filter(|it| it.operation == "ListQueues" || it.of.as_deref() == Some("q/gone"))
    {
        let account = ACCOUNT.to_owned();
        text.push_str(
            &snapshot_file::PartRecord::Answer { account, answer: answer.clone() }.to_line(),
        );
    }
    text.push_str("{\"account\": \"111122223333\", \"answer\": {\"serv");
    fs::write(&part, text).unwrap();
    let asked_before = (server.count("ListQueues"), server.count("GetQueueAttributes"));
    let again = run(folder.path(), &server, &options).unwrap();
    assert_eq!(server.count("ListQueues"), asked_before.0, "the list is not asked again");
    assert_eq!(
        server.count("GetQueueAttributes"),
        asked_before.1 + 2,
        "only what was not answered"
    );
    assert_eq!(again.snapshot.taken, "2026-11-27T20:00:00Z");
    assert_eq!(plain(again.snapshot), plain(whole.snapshot));

    let mut other = options.clone();
    fs::write(&part, head.to_line()).unwrap();
    other.walk.no_values = true;
    let refused = run(folder.path(), &server, &other).unwrap_err().to_string();
    assert!(refused.contains("is of a run with other options"), "{refused}");
    other.restart = true;
    run(folder.path(), &server, &other).unwrap();
}

/// The words by which a part file is known: those that a run writes first.
fn options_words(folder: &Path, server: &Server, options: &TakeOptions) -> String {
    let broken = TakeOptions { target: folder.join("other.json"), ..options.clone() };
    let part = folder.join("other.json.part");
    // A folder where the file should be: the run asks everything and cannot finish.
    fs::create_dir(folder.join("other.json")).unwrap();
    run(folder, server, &broken).unwrap_err();
    let text = fs::read_to_string(part).unwrap();
    let line = text.lines().next().unwrap();
    match snapshot_file::PartRecord::of_line(line.as_bytes()) {
        Some(snapshot_file::PartRecord::Head(head)) => head.options,
        other => panic!("{other:?}"),
    }
}

/// Without its times.
fn plain(mut snapshot: snapshot_file::Snapshot) -> snapshot_file::Snapshot {
    snapshot.taken.clear();
    snapshot.finished = None;
    for answer in snapshot.accounts.iter_mut().flat_map(|it| &mut it.answers) {
        answer.at.clear();
    }
    snapshot
}

/// Two functions; the digest of the second one is not that of its code.
fn functions(asked: &Asked) -> Reply {
    let function = |name: &str, digest: &str| {
        let arn = format!("arn:aws:lambda:eu-west-1:{ACCOUNT}:function:{name}");
        let text = json!({
            "Configuration": {"FunctionName": name, "FunctionArn": arn, "CodeSha256": digest},
            "Code": {"RepositoryType": "S3", "Location": format!("http://{}/code/{name}", asked.host)},
        });
        (200, "", text.to_string())
    };
    match asked.path.split('?').next().unwrap() {
        "/2015-03-31/functions" => {
            let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzKEY123";
            let list = json!({"Functions": [
                {"FunctionName": "good", "Role": "arn:r", "Environment": {"Variables": {"AWS_SECRET_ACCESS_KEY": secret}}},
                {"FunctionName": "bad", "Role": "arn:r"},
            ]});
            (200, "", list.to_string())
        }
        // The digest of `PK`.
        "/2015-03-31/functions/good" => {
            function("good", "/Kt/zCtM/9m7RQA7/C5GigTvb3fKggCnNB8CdjFYTSU=")
        }
        "/2015-03-31/functions/bad" => function("bad", "AAAA"),
        path if path.starts_with("/code/") => (200, "", "PK".to_owned()),
        _ => (404, "x-amzn-errortype: ResourceNotFoundException\r\n", "{}".to_owned()),
    }
}

#[test]
fn code_is_fetched_and_checked_and_neither_its_address_nor_values_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(|asked, _| identity(asked).unwrap_or_else(|| functions(asked)));
    let mut options = options(folder.path(), &["lambda"]);
    options.target = folder.path().join("snapshot.json");
    options.walk.no_values = true;
    let base = folder.path().to_path_buf();
    options.walk.code = Some(CodeFolder { base, folder: "code".to_owned(), most_bytes: 100 });
    let taken = run(folder.path(), &server, &options).unwrap();
    let text = fs::read_to_string(&options.target).unwrap();
    assert!(!text.contains("/code/good\"") && !text.contains("wJalrXUtnFEMI"), "{text}");
    assert!(text.contains("(40 characters"), "{text}");
    let code = taken.snapshot.code.first().unwrap();
    assert_eq!(code.file, "code/111122223333/eu-west-1/good.zip");
    assert_eq!(fs::read(folder.path().join(&code.file)).unwrap(), b"PK");
    let gap =
        taken.snapshot.not_looked_at.iter().find(|it| it.operation.as_deref() == Some("Code"));
    assert!(gap.unwrap().message.contains("another digest"), "{gap:?}");
    assert!(!folder.path().join("code/111122223333/eu-west-1/bad.zip").exists());
    assert_eq!(taken.snapshot.code.len(), 1);
    let asked = server.asked();
    assert!(asked.iter().all(|it| it.is_signed != it.path.starts_with("/code/")), "{asked:?}");
}

#[test]
fn trails_and_reports_are_fetched_once() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(|asked, _| {
        let body: Value = serde_json::from_str(&asked.body).unwrap_or(Value::Null);
        let event = |id: &str| json!({"EventId": id, "CloudTrailEvent": json!({"eventID": id}).to_string()});
        match asked.operation.as_str() {
            "LookupEvents" if body.get("NextToken").is_none() => {
                let page = json!({"Events": [event("1"), {"EventId": "odd"}], "NextToken": "n"});
                (200, "", page.to_string())
            }
            "LookupEvents" => (200, "", json!({"Events": [event("2")]}).to_string()),
            "DescribeLogGroups" => {
                let groups = json!({"logGroups": [
                    {"logGroupName": "/aws/lambda/orders", "creationTime": 0},
                    {"logGroupName": "/aws/lambda/../../etc", "creationTime": 0},
                ]});
                (200, "", groups.to_string())
            }
            "FilterLogEvents" if asked.body.contains("etc") => {
                (400, "", json!({"__type": "AccessDeniedException", "message": "no"}).to_string())
            }
            _ => (
                200,
                "",
                json!({"events": [{"message": "REPORT RequestId: a", "timestamp": 1}]}).to_string(),
            ),
        }
    });
    let client = Client::new(&login(folder.path(), &server), "aws");
    let options = PullOptions {
        bucket: None,
        folder: folder.path().join("out"),
        since: 864_000,
        until: 864_000 + 30_000,
        regions: vec!["eu-west-1".to_owned()],
        trail: true,
        logs: true,
        all_lines: false,
        rate: Some(1_000.0),
    };
    let pulled = pull(&client, ACCOUNT, &options, &|_| {}).unwrap();
    assert_eq!((pulled.files, pulled.already, pulled.events, pulled.lines), (3, 0, 4, 1));
    assert_eq!(pulled.not_looked_at.len(), 1, "{pulled:?}");
    let trail = folder.path().join("out/trail/111122223333/eu-west-1");
    let piece = trail.join("19700111T000000Z--19700111T060000Z.jsonl");
    assert_eq!(fs::read_to_string(piece).unwrap(), "{\"eventID\":\"1\"}\n{\"eventID\":\"2\"}\n");
    let report = folder.path().join("out/reports/111122223333/eu-west-1/orders");
    let text = fs::read_to_string(report.join("19700111T000000Z--19700111T082000Z.json")).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["logGroup"], "/aws/lambda/orders");
    assert_eq!(document["events"][0]["message"], "REPORT RequestId: a");
    assert!(server.asked().iter().all(|it| it.is_signed && it.region == "eu-west-1"));
    let lookups = server.count("LookupEvents");
    let again = pull(&client, ACCOUNT, &options, &|_| {}).unwrap();
    assert_eq!((again.files, again.already), (0, 3));
    assert_eq!(server.count("LookupEvents"), lookups);
}
