//! Named queries and queries of users over a small lake.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::{collections::BTreeMap, fmt::Write as _};

use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use lake_query::{Options, QueryError, frame, named, queries, selected_files, session};
use lake_store::{Import, Lake, Snapshot, import};

/// One event: day, region, service, name, role (with a session) or a user's ARN, client, address, error.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

const LAMBDA: &str = "Boto3/1.40 exec-env/AWS_Lambda_python3.13";
const CLI: &str = "aws-cli/2.1";

/// Old days, then the days from which things are new (2026-02-01).
const ROWS: [Row; 14] = [
    ("2026-01-01", "eu-west-1", "s3 GetObject", "role orders", LAMBDA, "203.0.113.1", ""),
    ("2026-01-01", "eu-west-1", "kms Decrypt", "role orders", LAMBDA, "203.0.113.1", ""),
    ("2026-01-02", "eu-west-1", "s3 GetObject", "role gone", LAMBDA, "203.0.113.1", ""),
    ("2026-02-01", "eu-west-1", "s3 GetObject", "role orders", LAMBDA, "203.0.113.1", ""),
    ("2026-02-01", "eu-west-1", "sts GetCallerIdentity", "role orders", CLI, "198.51.100.9", ""),
    (
        "2026-02-01",
        "us-east-1",
        "ec2 RunInstances",
        "role orders",
        CLI,
        "198.51.100.9",
        "Client.UnauthorizedOperation",
    ),
    (
        "2026-02-02",
        "eu-west-1",
        "lambda UpdateFunctionCode20150331v2",
        "user ana",
        CLI,
        "198.51.100.7",
        "",
    ),
    ("2026-02-02", "eu-west-1", "lambda Invoke", "user ana", CLI, "198.51.100.7", ""),
    ("2026-02-02", "eu-west-1", "iam CreateAccessKey", "user ana", CLI, "198.51.100.7", ""),
    ("2026-02-02", "eu-west-1", "cloudtrail StopLogging", "user ana", CLI, "198.51.100.7", ""),
    (
        "2026-02-03",
        "eu-west-1",
        "secretsmanager GetSecretValue",
        "user ana",
        CLI,
        "198.51.100.7",
        "",
    ),
    (
        "2026-02-03",
        "eu-west-1",
        "secretsmanager GetSecretValue",
        "user ana",
        CLI,
        "198.51.100.7",
        "",
    ),
    (
        "2026-02-03",
        "eu-west-1",
        "secretsmanager GetSecretValue",
        "user ana",
        CLI,
        "198.51.100.7",
        "AccessDenied",
    ),
    ("2026-02-04", "eu-west-1", "s3 ListBuckets", "root", CLI, "198.51.100.7", ""),
];

fn record(at: usize, row: &Row) -> String {
    let (day, region, call, actor, agent, address, error) = row;
    let (service, name) = call.split_once(' ').unwrap();
    let identity = match actor.split_once(' ') {
        Some(("role", role)) => format!(
            r#"{{"type":"AssumedRole","arn":"arn:aws:sts::111122223333:assumed-role/{role}/{role}","sessionContext":{{"sessionIssuer":{{"arn":"arn:aws:iam::111122223333:role/{role}"}}}}}}"#
        ),
        Some((_, user)) => {
            format!(r#"{{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/{user}"}}"#)
        }
        None => r#"{"type":"Root","arn":"arn:aws:iam::111122223333:root"}"#.to_owned(),
    };
    let error = if error.is_empty() { String::new() } else { format!(r#""errorCode":"{error}","#) };
    format!(
        r#"{{"eventID":"{at}","eventTime":"{day}T10:00:{at:02}Z","awsRegion":"{region}","eventSource":"{service}.amazonaws.com","eventName":"{name}","userIdentity":{identity},"userAgent":"{agent}","sourceIPAddress":"{address}",{error}"requestParameters":{{"functionName":"bill"}},"recipientAccountId":"111122223333"}}"#
    )
}

struct Scene {
    _scratch: tempfile::TempDir,
    lake: Lake,
    snapshot: Snapshot,
}

fn scene() -> Scene {
    let scratch = tempfile::tempdir().unwrap();
    let trail = scratch.path().join("trail.jsonl");
    let mut text = String::new();
    for (at, row) in ROWS.iter().enumerate() {
        writeln!(text, "{}", record(at, row)).unwrap();
    }
    std::fs::write(&trail, text).unwrap();
    let lake = Lake::create(scratch.path().join("lake [1]").to_str().unwrap()).unwrap();
    let request = Import { paths: vec![trail], ..Import::default() };
    import(&lake, &request, &|_, _| {}).unwrap();
    let snapshot = lake.snapshot().unwrap();
    Scene { _scratch: scratch, lake, snapshot }
}

impl Scene {
    fn run(&self, sql: &str) -> Result<Vec<Vec<String>>, QueryError> {
        self.run_with(sql, &Options::default())
    }

    /// The rows of an answer as texts; an empty one is null.
    fn run_with(&self, sql: &str, options: &Options) -> Result<Vec<Vec<String>>, QueryError> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let batches = runtime.block_on(async {
            let context = session(&self.lake, &self.snapshot, sql, options).await?;
            Ok::<_, QueryError>(frame(&context, sql).await?.collect().await?)
        })?;
        let format = FormatOptions::default();
        let mut rows = Vec::new();
        for batch in &batches {
            let columns: Vec<_> = batch
                .columns()
                .iter()
                .map(|column| ArrayFormatter::try_new(column, &format).unwrap())
                .collect();
            for row in 0..batch.num_rows() {
                rows.push(columns.iter().map(|column| column.value(row).to_string()).collect());
            }
        }
        Ok(rows)
    }

    /// The rows of a named query, of each the columns that are asked for, joined.
    fn answer(&self, name: &str, values: &[(&str, &str)], columns: &[usize]) -> Vec<String> {
        let values = values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let sql = named(name).unwrap().bind(&values.collect::<BTreeMap<_, _>>()).unwrap();
        let rows = self.run(&sql).unwrap();
        let pick = |row: Vec<String>| {
            columns.iter().map(|at| row[*at].clone()).collect::<Vec<_>>().join(" ")
        };
        rows.into_iter().map(pick).collect()
    }

    fn files(&self, sql: &str) -> usize {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(selected_files(&self.snapshot, sql)).unwrap().len()
    }
}

#[test]
fn named_queries_answer_what_they_ask() {
    let scene = scene();
    let new = [("since", "2026-02-01")];
    let role = |name: &str| format!("arn:aws:iam::111122223333:role/{name}");
    let ana = "arn:aws:iam::111122223333:user/ana";
    let orders = "arn:aws:sts::111122223333:assumed-role/orders/orders";

    assert_eq!(
        scene.answer("deployments", &[], &[2, 3, 4, 5]),
        [format!("bill UpdateFunctionCode20150331v2 {ana} 1")]
    );
    assert_eq!(
        scene.answer("first-calls", &new, &[0, 1, 2]),
        [
            format!("{} ec2.amazonaws.com RunInstances", role("orders")),
            format!("{} sts.amazonaws.com GetCallerIdentity", role("orders")),
        ]
    );
    assert_eq!(
        scene.answer("credentials-outside", &[], &[0, 1, 2, 3]),
        [format!("{orders} 198.51.100.9 {CLI} 2")]
    );
    assert_eq!(
        scene.answer("secrets-in-bulk", &[("least", "3")], &[0, 1, 2, 3]),
        [format!("2026-02-03 {ana} 3 1")]
    );
    assert_eq!(scene.answer("secrets-in-bulk", &[("least", "4")], &[0]), [""; 0]);
    assert_eq!(
        scene.answer("denied-calls", &[], &[0, 2, 4]),
        [format!("{} RunInstances 1", role("orders")), format!("{ana} GetSecretValue 1")]
    );
    assert_eq!(scene.answer("new-regions", &new, &[0, 1, 3]), ["111122223333 us-east-1 1"]);
    assert_eq!(scene.answer("silent-roles", &new, &[0, 1]), [format!("{} 1", role("gone"))]);
    assert_eq!(
        scene.answer("unused-calls", &new, &[0, 2, 3]),
        [format!("{} Decrypt 1", role("orders"))]
    );
    assert_eq!(
        scene.answer("role-usage", &[("role", "%/orders")], &[1, 2, 3, 4]),
        [
            "ec2.amazonaws.com RunInstances 1 1",
            "kms.amazonaws.com Decrypt 1 0",
            "s3.amazonaws.com GetObject 2 0",
            "sts.amazonaws.com GetCallerIdentity 1 0",
        ]
    );
    assert_eq!(scene.answer("addresses", &[], &[0, 1, 2]), [format!("{} 2 5", role("orders"))]);
    assert_eq!(scene.answer("identity-changes", &[], &[3]), ["CreateAccessKey"]);
    assert_eq!(scene.answer("weakened-logging", &[], &[5]), ["StopLogging"]);
    assert_eq!(scene.answer("function-invokers", &[], &[0, 1, 2]), [format!("bill {ana} 1")]);
    assert_eq!(scene.answer("root-use", &[], &[2, 4]), ["ListBuckets 1"]);
    let volume = scene.answer("volume", &[("until", "2026-01-01")], &[0, 1, 2, 3]);
    assert_eq!(volume, ["2026-01-01 kms.amazonaws.com 1 0", "2026-01-01 s3.amazonaws.com 1 0"]);
    assert_eq!(queries().len(), 15);
}

#[test]
fn a_query_reads_the_table_and_nothing_else() {
    let scene = scene();
    for refused in [
        "CREATE TABLE t AS SELECT 1",
        "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'",
        "COPY events TO '/tmp/out.csv'",
        "COPY (SELECT 1) TO '/tmp/out.csv'",
        "INSERT INTO events SELECT * FROM events",
        "DELETE FROM events",
        "DROP TABLE events",
        "SET datafusion.execution.target_partitions = 1",
        "PREPARE p AS SELECT 1",
        "SELECT 1; SELECT 2",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM information_schema.tables",
        "",
    ] {
        assert!(scene.run(refused).is_err(), "{refused}");
    }
    assert_eq!(scene.run("SELECT SUM(1) FROM events").unwrap(), [["14"]]);
}

#[test]
fn files_in_which_no_row_can_be_are_not_opened() {
    let scene = scene();
    let all = scene.files("SELECT * FROM events");
    assert_eq!(all, scene.snapshot.files().count());
    for (filter, expect) in [
        ("day = '2026-02-03'", 1),
        ("day >= '2026-02-01' AND region = 'us-east-1'", 1),
        ("time < TIMESTAMP '2026-01-02T00:00:00Z'", 1),
        ("day IN ('2026-01-01', '2026-01-02')", 2),
        ("account = '999999999999'", 0),
        ("day = '2026-01-01' OR event_name = 'Invoke'", all),
        ("day IS NULL", all),
        ("substr(day, 1, 7) = '2026-01'", all),
    ] {
        let sql = format!("SELECT event_id FROM events WHERE {filter}");
        assert_eq!(scene.files(&sql), expect, "{filter}");
        // What is left out makes no difference.
        let whole = format!(
            "SELECT event_id FROM (SELECT *, SUM(1) OVER (PARTITION BY raw) AS n FROM events) x WHERE ({filter}) AND n > 0"
        );
        let (mut some, mut every) = (scene.run(&sql).unwrap(), scene.run(&whole).unwrap());
        some.sort();
        every.sort();
        assert_eq!(some, every, "{filter}");
    }
    // Each part of a query may need other files.
    let both = "SELECT day FROM events WHERE day = '2026-01-01' UNION ALL \
                SELECT day FROM events WHERE day = '2026-02-04'";
    assert_eq!(scene.files(both), 2);
    let inner = "SELECT day FROM events WHERE day = '2026-01-01' AND source_ip IN \
                 (SELECT source_ip FROM events WHERE day = '2026-02-01')";
    assert_eq!(scene.files(inner), 3);
}

#[test]
fn too_little_memory_is_an_error_and_not_the_end() {
    let scene = scene();
    let options = Options { memory_bytes: 1_000, ..Options::default() };
    let sql = "SELECT a.raw, b.raw FROM events a JOIN events b ON a.source_ip = b.source_ip";
    match scene.run_with(sql, &options) {
        Err(QueryError::Engine { is_out_of_memory, .. }) => assert!(is_out_of_memory),
        other => panic!("{other:?}"),
    }
}
