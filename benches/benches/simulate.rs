//! Decisions about one request, by the number of statements.
#![expect(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

use divan::Bencher;
use iam_evaluation::{PolicySet, PrincipalId, Request, case::Case, decide};
use iam_policy::{Policy, literal_terms};
use source_text::{FileId, Limits, parse_yaml};

const STATEMENTS: [usize; 4] = [1, 10, 100, 50_000];

fn main() {
    divan::main();
}

/// A policy of statements as they are written: some other services, some other tables, a condition.
fn document(statements: usize) -> String {
    let all: Vec<String> = (0..statements)
        .map(|number| {
            let last = number + 1 == statements;
            let table = if last { "Orders".to_owned() } else { format!("Other{number}") };
            let action = if last || number % 3 == 0 { "dynamodb:Put*" } else { "s3:GetObject" };
            format!(
                r#"{{"Effect": "Allow", "Action": ["{action}", "sqs:SendMessage"], "Resource": "arn:aws:dynamodb:*:111122223333:table/{table}*",
                "Condition": {{"IpAddress": {{"aws:SourceIp": ["10.0.0.0/8", "203.0.113.0/24"]}}}}}}"#
            )
        })
        .collect();
    format!(r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#, all.join(","))
}

fn request() -> Request {
    let principal = PrincipalId::new("arn:aws:sts::111122223333:assumed-role/orders/run");
    let table = "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders";
    let mut request = Request::new(principal, "dynamodb:PutItem", table);
    request.context.set("aws:SourceIp", ["203.0.113.7"]);
    request
}

#[divan::bench(args = STATEMENTS)]
fn decide_one(bencher: Bencher<'_, '_>, statements: usize) {
    let limits = Limits { nodes: 4_000_000, bytes: 64 << 20, ..Limits::default() };
    let parsed = parse_yaml(FileId(0), &document(statements), &limits).unwrap();
    let (policy, _) = Policy::read(parsed.documents.first().unwrap(), &literal_terms);
    let set = PolicySet { identity: vec![&policy], ..PolicySet::default() };
    let request = request();
    bencher.counter(1_u32).bench(|| decide(&set, &request));
}

/// From the text of a case to its answer, as `iam simulate --cases` does.
#[divan::bench(args = [1, 10, 100])]
fn answer_case(bencher: Bencher<'_, '_>, statements: usize) {
    let text = format!(
        r#"{{"id": 1, "principal": "arn:aws:sts::111122223333:assumed-role/orders/run", "action": "dynamodb:PutItem",
        "resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders", "context": {{"aws:SourceIp": "203.0.113.7"}},
        "identity_policies": [{}]}}"#,
        document(statements)
    );
    bencher.counter(1_u32).bench(|| {
        let case = Case::read(&text).unwrap();
        case.answer(&case.decide()).to_string()
    });
}
