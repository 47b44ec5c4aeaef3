//! Containment by the number of statements: equal policies, and one statement that is new.
#![expect(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

use divan::Bencher;
use iam_containment::{Limits, contains};
use iam_policy::{Policy, literal_terms};
use source_text::{FileId, Limits as TextLimits, parse_yaml};

const STATEMENTS: [usize; 3] = [10, 100, 1_000];

fn main() {
    divan::main();
}

fn policy(statements: std::ops::Range<usize>) -> Policy {
    let statements: Vec<_> = statements
        .map(|at| {
            format!(
                r#"{{"Effect":"Allow","Action":["s3:Get*","s3:PutObject"],"Resource":"arn:aws:s3:::bucket-{at}/*"}}"#
            )
        })
        .collect();
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","));
    let parsed = parse_yaml(FileId::default(), &text, &TextLimits::of_part(&text)).unwrap();
    Policy::read(parsed.documents.first().unwrap(), &literal_terms).0
}

#[divan::bench(args = STATEMENTS)]
fn equal(bencher: Bencher<'_, '_>, statements: usize) {
    let policy = policy(0..statements);
    bencher.bench(|| contains(&[&policy], &[&policy], Limits::default()));
}

#[divan::bench(args = STATEMENTS)]
fn one_is_new(bencher: Bencher<'_, '_>, statements: usize) {
    let (old, new) = (policy(0..statements), policy(1..statements + 1));
    bencher.bench(|| contains(&[&old], &[&new], Limits::default()));
}
