//! `detection-shards`: an organisation's CloudTrail, made with a seed, matched by one process and by
//! many that share its accounts; what the many tell, what they cost, how even the shares are.
//!
//! Accounts are of very different sizes (the n-th has a share of 1/n^0.9). Attacks are the events that
//! stand beside our own rules, moved to an account and a time of the day. The stream goes through
//! pipes and touches no disk. `--learn` of the program is 0, as a day has no week.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    io::{BufWriter, Read as _, Write as _},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use audit_event::Time;
use serde_json::Value;
use sigma::Cases;
use source_text::FileId;

use crate::{Failure, Outcome, arguments::Arguments, workspace};

/// 2026-03-04T00:00:00Z, the day of the stream.
const DAY: i64 = 1_772_582_400;
const DAY_S: u64 = 86_400;
/// The account in the events beside rules.
const CASE_ACCOUNT: &str = "111122223333";
/// Events beside rules that spread over more are left out: they are about weeks.
const LONGEST_CASE_S: i64 = 3_600;

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut arguments = Arguments::new(arguments);
    let accounts = arguments.number("--accounts")?.unwrap_or(2_000).clamp(1, 100_000);
    let events = arguments.number("--events")?.unwrap_or(1_000_000).max(1);
    let attacks = arguments.number("--attacks")?.unwrap_or(400);
    let most = arguments.number("--shards")?.unwrap_or(64).clamp(1, 256);
    let seed = arguments.number("--seed")?.unwrap_or(1);
    let program = match arguments.value("--program")? {
        Some(path) => PathBuf::from(path),
        None => workspace::release_binary()
            .ok_or("there is no release build; run `cargo build --release` first")?,
    };
    arguments.finish()?;
    let organisation = Organisation::new(accounts, seed);
    let attacks = attacks_of(&organisation, attacks, seed)?;
    println!(
        "{accounts} accounts, {events} events of a day and {} of {} attacks, seed {seed}",
        attacks.iter().map(|(_, _, lines)| lines.len()).sum::<usize>(),
        attacks.len()
    );
    let mut results = Vec::new();
    // From many to one: the largest process so far is then one of the last run.
    let mut count = most;
    loop {
        let result = run_shards(&program, &organisation, events, &attacks, count)?;
        println!("{}", result.said(count));
        results.push((count, result));
        if count == 1 {
            break;
        }
        count = (count / 4).max(1);
    }
    compare(&results);
    Ok(())
}

/// What the alerts of runs have in common.
fn compare(results: &[(u64, Shares)]) {
    let Some((_, whole)) = results.last() else { return };
    for (count, result) in results {
        let lost: Vec<_> = whole.alerts.difference(&result.alerts).collect();
        let more = result.alerts.difference(&whole.alerts).count();
        let mut by_rule: BTreeMap<&str, usize> = BTreeMap::new();
        for (rule, _) in &lost {
            *by_rule.entry(rule).or_default() += 1;
        }
        println!(
            "{count} shards: {} alerts, {} of one process are missing, {more} are told beside them{}",
            result.alerts.len(),
            lost.len(),
            by_rule.iter().fold(String::new(), |mut said, (rule, count)| {
                let _ = write!(said, "\n  {count} of `{rule}`");
                said
            })
        );
    }
}

/// Accounts by size, and a source of numbers.
struct Organisation {
    /// Sums of the shares of accounts up to each.
    sums: Vec<f64>,
    seed: u64,
}

impl Organisation {
    #[expect(clippy::cast_precision_loss, reason = "numbers of accounts are small")]
    fn new(accounts: u64, seed: u64) -> Self {
        let mut sum = 0.0;
        let sums = (1..=accounts).map(|rank| {
            sum += (rank as f64).powf(-0.9);
            sum
        });
        Self { sums: sums.collect(), seed }
    }

    /// The account of a number drawn evenly from 0 to 1.
    fn account(&self, drawn: f64) -> usize {
        let total = self.sums.last().copied().unwrap_or_default();
        self.sums.partition_point(|sum| *sum < drawn * total).min(self.sums.len() - 1)
    }
}

/// Twelve digits.
fn id_of(account: usize) -> String {
    format!("{:012}", 200_000_000_000_u64 + u64::try_from(account).unwrap_or_default() * 7_919)
}

/// Whose share an account is: the same whatever its neighbours are.
fn shard_of(account: usize, count: u64) -> usize {
    let mut numbers = Numbers(u64::try_from(account).unwrap_or_default());
    usize::try_from(numbers.next() % count).unwrap_or_default()
}

/// Even numbers: splitmix64.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    #[expect(clippy::cast_precision_loss, reason = "53 bits are what a fraction holds")]
    fn fraction(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Time, account and lines of each attack, by time.
type Attacks = Vec<(i64, usize, Vec<String>)>;

/// Attacks spread over the day and over accounts, each of the events beside a rule in turn.
fn attacks_of(organisation: &Organisation, count: u64, seed: u64) -> Result<Attacks, Failure> {
    let mut cases = Vec::new();
    for (name, text) in detection::CASES {
        let (read, told) = Cases::parse(FileId::default(), text);
        if let Some(first) = told.first() {
            return Err(format!("{name}: {}", first.message).into());
        }
        let of_aws = read.cases.into_iter().filter(|case| case.expect && is_short(&case.events));
        cases.extend(of_aws.map(|case| case.events));
    }
    let mut numbers = Numbers(seed ^ 0xA77A);
    let mut attacks = Attacks::new();
    for (at, events) in (0..count).zip(cases.iter().cycle()) {
        let account = usize::try_from(numbers.below(u64::try_from(organisation.sums.len())?))?;
        let start = DAY + i64::try_from(numbers.below(DAY_S - 7_200))?;
        let first = times(events).min().ok_or("an attack without a time")?;
        let lines = events.iter().enumerate().filter_map(|(number, event)| {
            let moved = Time(start + time_of(event)?.0 - first);
            let mut event: Value = serde_json::from_str(event).ok()?;
            let fields = event.as_object_mut()?;
            fields.insert("eventTime".into(), moved.to_string().into());
            fields.insert("eventID".into(), format!("a{at:07}-0000-4000-8000-{number:012}").into());
            Some(event.to_string().replace(CASE_ACCOUNT, &id_of(account)))
        });
        attacks.push((start, account, lines.collect()));
    }
    attacks.sort_by_key(|(time, account, _)| (*time, *account));
    Ok(attacks)
}

fn time_of(event: &str) -> Option<Time> {
    let event: Value = serde_json::from_str(event).ok()?;
    Time::parse(event.get("eventTime")?.as_str()?.as_bytes())
}

fn times(events: &[String]) -> impl Iterator<Item = i64> {
    events.iter().filter_map(|event| Some(time_of(event)?.0))
}

/// Whether all events are of AWS and lie within an hour.
fn is_short(events: &[String]) -> bool {
    let all: Vec<i64> = times(events).collect();
    let spread = all.iter().max().zip(all.iter().min()).map(|(last, first)| last - first);
    all.len() == events.len() && spread.is_some_and(|spread| spread < LONGEST_CASE_S)
}

/// What functions, and the people and pipelines around them, do all day: service, call, read or not,
/// and how often of a hundred.
const CALLS: &[(&str, &str, &str, u64)] = &[
    ("dynamodb", "GetItem", "{\"tableName\":\"orders\",\"key\":{\"id\":\"x\"}}", 30),
    ("dynamodb", "PutItem", "{\"tableName\":\"orders\"}", 14),
    ("s3", "GetObject", "{\"bucketName\":\"orders\",\"key\":\"in/a.csv\"}", 14),
    ("kms", "Decrypt", "{\"encryptionAlgorithm\":\"SYMMETRIC_DEFAULT\"}", 14),
    ("sqs", "SendMessage", "{\"queueUrl\":\"https://sqs.eu-west-1.amazonaws.com/1/q\"}", 8),
    ("logs", "CreateLogStream", "{\"logGroupName\":\"/aws/lambda/orders\"}", 8),
    (
        "sts",
        "AssumeRole",
        "{\"roleArn\":\"arn:aws:iam::1:role/x\",\"roleSessionName\":\"orders\"}",
        6,
    ),
    ("secretsmanager", "GetSecretValue", "{\"secretId\":\"orders\"}", 4),
    ("lambda", "GetFunction20150331v2", "{\"functionName\":\"orders\"}", 2),
];

/// One ordinary event of an account.
fn ordinary(line: &mut String, numbers: &mut Numbers, account: usize, time: i64, number: u64) {
    let mut drawn = numbers.below(100);
    let call = CALLS.iter().find(|(.., share)| {
        let is_this = drawn < *share;
        drawn = drawn.saturating_sub(*share);
        is_this
    });
    let (service, name, parameters, _) = call.copied().unwrap_or(("s3", "GetObject", "{}", 0));
    let id = id_of(account);
    let role = numbers.below(12);
    let (key, host) = (numbers.below(4), numbers.below(200));
    line.clear();
    let _ = writeln!(
        line,
        "{{\"eventVersion\":\"1.11\",\"userIdentity\":{{\"type\":\"AssumedRole\",\"principalId\":\"AROAEXAMPLE{role:04}:orders-{role}\",\
         \"arn\":\"arn:aws:sts::{id}:assumed-role/orders-{role}/orders-{role}\",\"accountId\":\"{id}\",\"accessKeyId\":\"ASIAEXAMPLE{role:03}{key}\",\
         \"sessionContext\":{{\"sessionIssuer\":{{\"type\":\"Role\",\"principalId\":\"AROAEXAMPLE{role:04}\",\"arn\":\"arn:aws:iam::{id}:role/orders-{role}\",\
         \"accountId\":\"{id}\",\"userName\":\"orders-{role}\"}},\"attributes\":{{\"creationDate\":\"2026-03-04T00:00:00Z\",\"mfaAuthenticated\":\"false\"}}}}}},\
         \"eventTime\":\"{}\",\"eventSource\":\"{service}.amazonaws.com\",\"eventName\":\"{name}\",\"awsRegion\":\"eu-west-1\",\
         \"sourceIPAddress\":\"203.0.113.{host}\",\"userAgent\":\"Boto3/1.40.1 md/Botocore#1.40.1 ua/2.1 os/linux lang/python#3.13 exec-env/AWS_Lambda_python3.13\",\
         \"requestParameters\":{parameters},\"responseElements\":null,\"requestID\":\"{number:016x}\",\"eventID\":\"{number:08x}-0000-4000-8000-{number:012x}\",\
         \"readOnly\":true,\"eventType\":\"AwsApiCall\",\"managementEvent\":true,\"recipientAccountId\":\"{id}\",\"eventCategory\":\"Management\"}}",
        Time(time)
    );
}

/// One process of several.
struct Shard {
    child: Child,
    input: BufWriter<std::process::ChildStdin>,
    output: JoinHandle<Vec<u8>>,
    events: u64,
}

impl Shard {
    fn start(program: &PathBuf) -> Result<Self, Failure> {
        let mut child = Command::new(program)
            .args(["trail", "detect", "-", "--format", "jsonl", "--learn", "0"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let input = child.stdin.take().ok_or("the program has no input")?;
        let mut output = child.stdout.take().ok_or("the program has no output")?;
        let output = std::thread::spawn(move || {
            let mut all = Vec::new();
            // What was read until a fault is compared; the exit code tells of the fault.
            let _ = output.read_to_end(&mut all);
            all
        });
        Ok(Self { child, input: BufWriter::with_capacity(1 << 18, input), output, events: 0 })
    }
}

/// What the shards of one run did.
struct Shares {
    alerts: BTreeSet<(String, String)>,
    /// Events and CPU seconds of each.
    each: Vec<(u64, f64)>,
    peak_kib: u64,
    elapsed: Duration,
}

impl Shares {
    #[expect(clippy::cast_precision_loss, reason = "counts of events are far below 2^53")]
    fn said(&self, count: u64) -> String {
        let events: u64 = self.each.iter().map(|(events, _)| events).sum();
        let cpu: f64 = self.each.iter().map(|(_, cpu)| cpu).sum();
        let most = self.each.iter().map(|(events, _)| *events).max().unwrap_or_default();
        let mean = events as f64 / count as f64;
        format!(
            "{count} shards: {events} events in {cpu:.1} CPU s ({:.0} a CPU second), the largest share is {:.2} times the mean, \
             the largest process so far {:.0} MB, {:.1} s",
            events as f64 / cpu.max(0.01),
            most as f64 / mean.max(1.0),
            self.peak_kib as f64 / 1024.0,
            self.elapsed.as_secs_f64()
        )
    }
}

fn run_shards(
    program: &PathBuf,
    organisation: &Organisation,
    events: u64,
    attacks: &Attacks,
    count: u64,
) -> Result<Shares, Failure> {
    let start = Instant::now();
    let mut shards: Vec<Shard> = Vec::new();
    for _ in 0..count {
        shards.push(Shard::start(program)?);
    }
    let mut numbers = Numbers(organisation.seed);
    let mut waiting = attacks.iter().peekable();
    let mut line = String::new();
    for number in 0..events {
        let time = DAY + i64::try_from(number * DAY_S / events)?;
        while let Some((_, account, lines)) = waiting.next_if(|(start, ..)| *start <= time) {
            if let Some(shard) = shards.get_mut(shard_of(*account, count)) {
                for line in lines {
                    writeln!(shard.input, "{line}")?;
                    shard.events += 1;
                }
            }
        }
        let account = organisation.account(numbers.fraction());
        ordinary(&mut line, &mut numbers, account, time, number);
        if let Some(shard) = shards.get_mut(shard_of(account, count)) {
            shard.input.write_all(line.as_bytes())?;
            shard.events += 1;
        }
    }
    let mut done =
        Shares { alerts: BTreeSet::new(), each: Vec::new(), peak_kib: 0, elapsed: Duration::ZERO };
    for shard in shards {
        let Shard { mut child, input, output, events } = shard;
        input.into_inner().map_err(|error| error.to_string())?;
        let told = output.join().map_err(|_| "a reader of alerts ended in a panic")?;
        let before = usage()?;
        let status = child.wait()?;
        let after = usage()?;
        if !matches!(status.code(), Some(0 | 1)) {
            return Err(format!("a shard ended with {status}").into());
        }
        done.each.push((events, after.0 - before.0));
        done.peak_kib = after.1;
        for line in told.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let alert: Value = serde_json::from_slice(line)?;
            let text =
                |key: &str| alert.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            done.alerts.insert((text("rule"), text("event_id")));
        }
    }
    done.elapsed = start.elapsed();
    Ok(done)
}

/// CPU seconds, and KiB of the largest, of the programs that were started and awaited.
#[cfg(unix)]
fn usage() -> Result<(f64, u64), Failure> {
    use nix::sys::{
        resource::{UsageWho, getrusage},
        time::{TimeVal, TimeValLike as _},
    };
    #[expect(clippy::cast_precision_loss, reason = "microseconds of a run are far below 2^53")]
    let seconds = |time: TimeVal| time.num_microseconds() as f64 / 1e6;
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let peak = u64::try_from(usage.max_rss()).unwrap_or_default();
    Ok((seconds(usage.user_time()) + seconds(usage.system_time()), peak))
}

#[cfg(not(unix))]
fn usage() -> Result<(f64, u64), Failure> {
    Err("CPU time of other programs is only measured on Unix".into())
}

#[cfg(test)]
mod tests {
    use super::{Numbers, Organisation, attacks_of, ordinary, shard_of};

    #[test]
    fn shares_are_the_same_for_an_account_and_even() {
        let mut sizes = [0_u32; 16];
        for account in 0..16_000 {
            let shard = shard_of(account, 16);
            assert_eq!(shard, shard_of(account, 16));
            sizes[shard] += 1;
        }
        assert!(sizes.iter().all(|size| (850..1_150).contains(size)), "{sizes:?}");
    }

    #[test]
    fn the_stream_is_of_events_and_attacks_are_of_their_account() {
        let organisation = Organisation::new(50, 1);
        let attacks = attacks_of(&organisation, 200, 1).unwrap();
        assert_eq!(attacks.len(), 200);
        for (_, account, lines) in &attacks {
            assert!(!lines.is_empty());
            let id = super::id_of(*account);
            assert!(lines.iter().all(|line| line.contains(&id) && !line.contains("111122223333")));
        }
        let mut line = String::new();
        ordinary(&mut line, &mut Numbers(3), 7, super::DAY, 5);
        let event: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(event["recipientAccountId"], super::id_of(7).as_str());
    }
}
