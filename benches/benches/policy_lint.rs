//! Faults of a policy, by the number of statements.
#![expect(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

use divan::Bencher;
use iam_policy::{Policy, grammar, literal_terms};
use source_text::FileId;

fn main() {
    divan::main();
}

/// A policy as people write them: several services, wildcards, a condition, a role that is passed.
fn document(statements: usize) -> String {
    let all: Vec<String> = (0..statements)
        .map(|number| {
            format!(
                r#"{{"Effect": "Allow", "Action": ["s3:Get*", "dynamodb:PutItem", "ec2:Describe*", "iam:PassRole"],
                "Resource": ["arn:aws:s3:::photos-{number}/*", "arn:aws:dynamodb:*:111122223333:table/Orders{number}",
                "arn:aws:iam::111122223333:role/worker-{number}"],
                "Condition": {{"StringEquals": {{"aws:PrincipalTag/team": "lab{number}"}}}}}}"#
            )
        })
        .collect();
    format!(r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#, all.join(","))
}

/// From text, as `faasguard iam lint` does it: grammar, then sense.
#[divan::bench(args = [1, 10, 100])]
fn lint(bencher: Bencher<'_, '_>, statements: usize) {
    let text = document(statements);
    bencher.bench(|| {
        let checked = grammar::check_text(FileId::default(), &text, None);
        let (policy, _) = Policy::read(checked.document.as_ref().unwrap(), &literal_terms);
        (checked.faults, iam_lint::lint(&policy))
    });
}
