//! `cargo xtask cloud-test`: `faasguard-cloud` against moto, with an estate of 200 functions.
//!
//! A snapshot is complete; one that is killed and begun again is the same; the policy that it prints is enough,
//! and what is taken out of the policy is told; reports of functions are fetched once; messages are sent.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{Failure, Outcome, arguments::Arguments, moto, moto::Moto, workspace};

/// What moto 5 does not know: of everything else an answer must come.
const UNKNOWN_TO_MOTO: [&str; 7] = [
    "apigatewayv2:GetAuthorizers",
    "iam:GenerateServiceLastAccessedDetails",
    "lambda:GetAccountSettings",
    "lambda:GetFunctionRecursionConfig",
    "lambda:ListCodeSigningConfigs",
    "lambda:ListFunctionUrlConfigs",
    "lambda:ListProvisionedConcurrencyConfigs",
];

/// Services whose policies and signatures moto judges as AWS does.
const JUDGED: &str =
    "sqs,sns,events,dynamodb,kms,logs,states,secretsmanager,ssm,cognito-idp,kinesis,ecr";

/// Secrets of the estate.
const SECRETS: [&str; 2] = ["never-to-be-read-c0ffee", "never-to-be-read-decaf"];

struct Bench {
    program: PathBuf,
    moto: Moto,
    scratch: PathBuf,
    estate: Value,
}

type Case = (&'static str, fn(&Bench) -> Result<String, Failure>);

const CASES: [Case; 9] = [
    ("every account of the organisation", organization),
    ("the table is as AWS describes it", table),
    ("a snapshot is complete", is_complete),
    ("killed and begun again", killed),
    ("the printed policy is enough, less is told", policy),
    ("reports are fetched, and again when the day goes on", pull),
    ("the bucket of a trail", trail_bucket),
    ("reports of every account", pull_organization),
    ("messages are sent", send),
];

pub(crate) fn run(words: &[String]) -> Outcome {
    let mut arguments = Arguments::new(words);
    let program = arguments.value("--program")?;
    let functions = arguments.number("--functions")?.unwrap_or(200);
    let only = arguments.value("--only")?;
    arguments.finish()?;
    let program = match program {
        Some(program) => PathBuf::from(program),
        None => build()?,
    };
    let scratch = workspace::target_folder().join("cloud-test");
    if scratch.exists() {
        fs::remove_dir_all(&scratch)?;
    }
    fs::create_dir_all(&scratch)?;
    let moto = Moto::start(&scratch.join("moto.log"))?;
    let started = Instant::now();
    let estate = estate(&[&moto.url(), &functions.to_string()])?;
    println!(
        "made    {:6.1} s  {functions} functions and what is around them",
        started.elapsed().as_secs_f64()
    );
    let bench = Bench { program, moto, scratch, estate };
    let mut failed = 0;
    for (name, case) in CASES
        .into_iter()
        .filter(|(name, _)| only.as_ref().is_none_or(|it| name.contains(it.as_str())))
    {
        let started = Instant::now();
        let outcome = case(&bench);
        let seconds = started.elapsed().as_secs_f64();
        match outcome {
            Ok(seen) => println!("passed  {seconds:6.1} s  {name}: {seen}"),
            Err(failure) => {
                failed += 1;
                println!("FAILED  {seconds:6.1} s  {name}: {failure}");
            }
        }
    }
    if failed > 0 {
        return Err(format!(
            "{failed} cases failed; what the server said is in `target/cloud-test`"
        )
        .into());
    }
    Ok(())
}

fn build() -> Result<PathBuf, Failure> {
    if !workspace::cargo().args(["build", "-p", "cloud_program"]).status()?.success() {
        return Err("`faasguard-cloud` does not build".into());
    }
    Ok(workspace::target_folder().join("debug/faasguard-cloud"))
}

/// Runs `estate.py` with these words; gives what it prints.
fn estate(words: &[&str]) -> Result<Value, Failure> {
    let script = workspace::root().join("xtask/src/cloud_test/estate.py");
    let output = Command::new(moto::program("python")?).arg(script).args(words).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

impl Bench {
    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(words)
            .args(["--endpoint-url", &self.moto.url()])
            .env("AWS_ACCESS_KEY_ID", "testing")
            .env("AWS_SECRET_ACCESS_KEY", "testing")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn snapshot(&self, file: &Path, more: &[&str]) -> Command {
        let file = file.display().to_string();
        let mut words = vec!["snapshot", "-o", &file, "--max-requests-per-second", "500"];
        words.extend(["--regions", "eu-west-1,us-east-1"]);
        words.extend(more);
        self.command(&words)
    }

    /// How many of a kind the estate has.
    fn count(&self, kind: &str) -> usize {
        self.estate.get(kind).and_then(Value::as_array).map_or(0, Vec::len)
    }
}

/// The last line on standard error of a run that went well.
fn summary(output: &Output) -> Result<Value, Failure> {
    let text = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("{}: {text}", output.status).into());
    }
    let line = text.lines().last().unwrap_or_default();
    Ok(serde_json::from_str(line).map_err(|_| format!("no summary: {text}"))?)
}

fn number(value: &Value, name: &str) -> u64 {
    value.get(name).and_then(Value::as_u64).unwrap_or(0)
}

/// A snapshot without its times.
fn read(file: &Path) -> Result<Value, Failure> {
    let mut document: Value = serde_json::from_slice(&fs::read(file)?)?;
    for name in ["taken", "finished"] {
        document.as_object_mut().map(|it| it.insert(name.to_owned(), Value::Null));
    }
    let accounts = document.get_mut("accounts").and_then(Value::as_array_mut);
    for account in accounts.into_iter().flatten() {
        let answers = account.get_mut("answers").and_then(Value::as_array_mut);
        for answer in answers.into_iter().flatten() {
            answer.as_object_mut().map(|it| it.insert("at".to_owned(), Value::Null));
        }
    }
    Ok(document)
}

fn answers<'a>(document: &'a Value, name: &str) -> Vec<&'a Value> {
    let (service, operation) = name.split_once(':').unwrap_or_default();
    let all =
        document.pointer("/accounts/0/answers").and_then(Value::as_array).into_iter().flatten();
    let is = |it: &&Value| {
        it.get("service").and_then(Value::as_str) == Some(service)
            && it.get("operation").and_then(Value::as_str) == Some(operation)
    };
    all.filter(is).collect()
}

/// Operations of gaps.
fn gaps(document: &Value) -> BTreeSet<String> {
    let all = document.get("not_looked_at").and_then(Value::as_array).into_iter().flatten();
    let text =
        |gap: &Value, name: &str| gap.get(name).and_then(Value::as_str).unwrap_or("*").to_owned();
    all.map(|gap| format!("{}:{}", text(gap, "service"), text(gap, "operation"))).collect()
}

fn table(_: &Bench) -> Result<String, Failure> {
    let (script, rows) =
        ("xtask/src/cloud_test/table.py", "crates/cloud_account/data/operations.toml");
    let root = workspace::root();
    let python = moto::program("python")?;
    let output = Command::new(python).arg(root.join(script)).arg(root.join(rows)).output()?;
    if !output.status.success() || !output.stdout.is_empty() {
        let text = [output.stdout, output.stderr].concat();
        return Err(String::from_utf8_lossy(&text).into_owned().into());
    }
    Ok("nothing differs".to_owned())
}

fn is_complete(bench: &Bench) -> Result<String, Failure> {
    let file = bench.scratch.join("whole.json");
    let seen = summary(&bench.snapshot(&file, &[]).output()?)?;
    let document = read(&file)?;
    let functions = bench.count("functions") + bench.count("functions_elsewhere");
    let expected = [
        ("lambda:GetFunction", functions),
        ("lambda:GetPolicy", functions),
        ("sqs:GetQueueAttributes", bench.count("queues")),
        ("sns:GetTopicAttributes", bench.count("topics")),
        ("dynamodb:DescribeTable", bench.count("tables")),
        ("s3:GetBucketPolicy", bench.count("buckets")),
        ("apigateway:GetResources", bench.count("apis")),
        ("cognito-idp:DescribeUserPoolClient", bench.count("pools")),
        ("states:DescribeStateMachine", 1),
        ("apigatewayv2:GetRoutes", 1),
        ("cloudtrail:GetEventSelectors", 1),
        ("iam:GetAccountAuthorizationDetails", 1),
    ];
    for (name, count) in expected {
        let found = answers(&document, name).len();
        if found != count {
            return Err(format!("{name}: {found} answers, not {count}").into());
        }
    }
    let surplus: Vec<_> =
        gaps(&document).into_iter().filter(|it| !UNKNOWN_TO_MOTO.contains(&it.as_str())).collect();
    if !surplus.is_empty() {
        return Err(format!("not looked at: {surplus:?}").into());
    }
    let text = document.to_string();
    if let Some(secret) = SECRETS.iter().find(|it| text.contains(**it)) {
        return Err(format!("`{secret}` is in the snapshot").into());
    }
    let packed = bench.scratch.join("whole.json.zst");
    let small =
        summary(&bench.snapshot(&packed, &["--no-values", "--services", "lambda,sqs"]).output()?)?;
    if fs::read(&packed)?.get(..4) != Some(&[0x28, 0xb5, 0x2f, 0xfd][..]) {
        return Err("the packed file is not packed".into());
    }
    Ok(format!(
        "{} calls, {} answers, {} bytes; functions and queues packed: {} bytes; {} ms",
        number(&seen, "calls"),
        number(&seen, "answers"),
        number(&seen, "bytes"),
        number(&small, "bytes"),
        number(&seen, "elapsed_ms"),
    ))
}

fn killed(bench: &Bench) -> Result<String, Failure> {
    let (whole, file) = (bench.scratch.join("undisturbed.json"), bench.scratch.join("killed.json"));
    let undisturbed = summary(&bench.snapshot(&whole, &[]).output()?)?;
    let part = bench.scratch.join("killed.json.part");
    let mut kills = 0;
    for lines in [100, 700] {
        let mut child = bench.snapshot(&file, &[]).spawn()?;
        let begun = Instant::now();
        while child.try_wait()?.is_none() && begun.elapsed() < Duration::from_mins(1) {
            let there = fs::read_to_string(&part).unwrap_or_default();
            if there.lines().count() >= lines {
                child.kill()?;
                kills += 1;
                break;
            }
            thread::sleep(Duration::from_millis(10));
        }
        child.wait()?;
    }
    if kills == 0 {
        return Err("it was over before it was killed".into());
    }
    let last = summary(&bench.snapshot(&file, &[]).output()?)?;
    if read(&file)? != read(&whole)? {
        return Err("the snapshot is another one than that of a run which was not disturbed".into());
    }
    if part.exists() || number(&last, "calls") >= number(&undisturbed, "calls") {
        return Err(format!("it began anew: {last}").into());
    }
    Ok(format!(
        "killed {kills} times; the last run made {} of {} calls, and the file is the same",
        number(&last, "calls"),
        number(&undisturbed, "calls")
    ))
}

fn policy(bench: &Bench) -> Result<String, Failure> {
    let printed = bench.command(&["snapshot", "--print-policy", "--services", JUDGED]).output()?;
    let whole = String::from_utf8(printed.stdout)?;
    let less = whole.replace("\"sqs:GetQueueAttributes\",", "").replace("\"sns:ListTopics\",", "");
    let mut seen = Vec::new();
    for (name, text) in [("whole", &whole), ("less", &less)] {
        let policy = bench.scratch.join(format!("{name}.policy.json"));
        fs::write(&policy, text)?;
        let url = bench.moto.url();
        let keys = estate(&[&url, "user", name, &policy.display().to_string()])?;
        let key = |member: &str| keys.get(member).and_then(Value::as_str).unwrap_or_default();
        let file = bench.scratch.join(format!("{name}.json"));
        bench.moto.enforce_policies(true)?;
        let output = bench
            .snapshot(&file, &["--services", JUDGED, "--strict"])
            .env("AWS_ACCESS_KEY_ID", key("id"))
            .env("AWS_SECRET_ACCESS_KEY", key("secret"))
            .output();
        bench.moto.enforce_policies(false)?;
        seen.push((output?.status.code(), gaps(&read(&file)?)));
    }
    let missing = ["sns:ListTopics", "sqs:GetQueueAttributes"].map(str::to_owned).into();
    if seen != [(Some(0), BTreeSet::new()), (Some(3), missing)] {
        return Err(format!("{seen:?}").into());
    }
    Ok("nothing is denied under it; two actions less are told as two, with exit code 3".to_owned())
}

fn organization(bench: &Bench) -> Result<String, Failure> {
    let file = bench.scratch.join("organization.json");
    let words = ["--services", "sqs", "--accounts-from-organization", "--role-name", "audit"];
    summary(&bench.snapshot(&file, &words).output()?)?;
    let document = read(&file)?;
    let accounts = document.get("accounts").and_then(Value::as_array).into_iter().flatten();
    let names: BTreeSet<&str> =
        accounts.filter_map(|it| it.get("account").and_then(Value::as_str)).collect();
    let second = bench.estate.pointer("/accounts/0").and_then(Value::as_str).unwrap_or_default();
    if names != BTreeSet::from(["123456789012", second]) || !gaps(&document).is_empty() {
        return Err(format!("{names:?}, not looked at: {:?}", gaps(&document)).into());
    }
    Ok(format!("{} accounts", names.len()))
}

fn pull(bench: &Bench) -> Result<String, Failure> {
    let folder = bench.scratch.join("pulled").display().to_string();
    let words = [
        "pull",
        "-o",
        &folder,
        "--logs",
        "--regions",
        "eu-west-1",
        "--since",
        "2h",
        "--until",
        "9999-01-01",
    ];
    let words = [&words[..], &["--max-requests-per-second", "500"]].concat();
    let first = summary(&bench.command(&words).output()?)?;
    if number(&first, "lines") < 6 || number(&first, "not_looked_at") > 0 {
        return Err(format!("six reports were written: {first}").into());
    }
    // The piece that is not over is fetched again and takes the place of the shorter one.
    let again = summary(&bench.command(&words).output()?)?;
    let pieces = number(&again, "already") + number(&again, "files");
    if pieces != number(&first, "files") || number(&again, "not_looked_at") > 0 {
        return Err(format!("first {first}, then {again}").into());
    }
    Ok(format!("{} lines in {} files", number(&first, "lines"), number(&first, "files")))
}

fn trail_bucket(bench: &Bench) -> Result<String, Failure> {
    let folder = bench.scratch.join("from-bucket");
    let name = folder.display().to_string();
    let address = "s3://trail-of-all/audit/";
    let words = ["pull", "-o", &name, "--trail", "--trail-bucket", address, "--since", "12h"];
    let words = [&words[..], &["--max-requests-per-second", "500"]].concat();
    let first = summary(&bench.command(&words).output()?)?;
    // Two accounts in one region, one of them in two; the odd file is told and ends nothing.
    if number(&first, "events") != 18 || number(&first, "not_looked_at") != 1 {
        return Err(format!("18 events were written: {first}").into());
    }
    let second = bench.estate.pointer("/accounts/0").and_then(Value::as_str).unwrap_or_default();
    for place in [format!("{second}/eu-west-1"), "123456789012/us-east-1".to_owned()] {
        let own = folder.join("trail").join(place);
        let files = fs::read_dir(&own)?.collect::<Result<Vec<_>, _>>()?;
        let texts: Result<Vec<_>, _> =
            files.iter().map(|it| fs::read_to_string(it.path())).collect();
        let lines = texts?.concat().lines().count();
        if lines != 6 {
            return Err(format!("{}: {lines} lines, not 6", own.display()).into());
        }
    }
    let again = summary(&bench.command(&words).output()?)?;
    if number(&again, "already") == 0 || number(&again, "events") > 0 {
        return Err(format!("it began anew: {again}").into());
    }
    let few = bench.scratch.join("from-bucket-few").display().to_string();
    let words = ["pull", "-o", &few, "--trail", "--trail-bucket", address, "--since", "12h"];
    let words = [&words[..], &["--regions", "us-east-1"]].concat();
    let one = summary(&bench.command(&words).output()?)?;
    if number(&one, "events") != 6 {
        return Err(format!("one region has 6 events: {one}").into());
    }
    Ok(format!("{} events in {} files", number(&first, "events"), number(&first, "files")))
}

fn pull_organization(bench: &Bench) -> Result<String, Failure> {
    let folder = bench.scratch.join("pulled-organization");
    let name = folder.display().to_string();
    let words = ["pull", "-o", &name, "--logs", "--regions", "eu-west-1", "--since", "2h"];
    let every = ["--accounts-from-organization", "--role-name", "audit"];
    let words = [&words[..], &every, &["--max-requests-per-second", "500"]].concat();
    let seen = summary(&bench.command(&words).output()?)?;
    let second = bench.estate.pointer("/accounts/0").and_then(Value::as_str).unwrap_or_default();
    let own = folder.join("reports").join(second).join("eu-west-1/second");
    if number(&seen, "not_looked_at") > 0 || !own.is_dir() {
        return Err(format!("{} is not there: {seen}", own.display()).into());
    }
    Ok(format!("{} lines of two accounts", number(&seen, "lines")))
}

fn send(bench: &Bench) -> Result<String, Failure> {
    let topic = bench.estate.pointer("/topics/0").and_then(Value::as_str).unwrap_or_default();
    let bus = "arn:aws:events:eu-west-1:123456789012:event-bus/orders";
    let attribute = json!({"DataType": "String", "StringValue": "high"});
    let to_topic =
        json!({"Subject": "a", "Message": "b", "MessageAttributes": {"level": attribute}});
    let to_bus = json!({"Source": "faasguard", "DetailType": "Faasguard Alert", "Detail": "{}", "Time": "2026-11-27T20:00:00Z"});
    for (words, message) in [
        (["send", "sns", "--topic", topic], to_topic),
        (["send", "eventbridge", "--bus", bus], to_bus),
    ] {
        let input = bench.scratch.join("message.jsonl");
        fs::write(&input, json!({"id": "k1", "message": message}).to_string())?;
        let mut command = Command::new(&bench.program);
        command.args(words).env("AWS_ENDPOINT_URL", bench.moto.url());
        let keys = [("AWS_ACCESS_KEY_ID", "testing"), ("AWS_SECRET_ACCESS_KEY", "testing")];
        let output = command.envs(keys).stdin(fs::File::open(&input)?).output()?;
        let answer: Value = serde_json::from_slice(&output.stdout)
            .map_err(|_| String::from_utf8_lossy(&output.stderr).into_owned())?;
        if answer != json!({"id": "k1", "sent": true}) {
            return Err(answer.to_string().into());
        }
    }
    Ok("one to a topic, one to a bus".to_owned())
}
