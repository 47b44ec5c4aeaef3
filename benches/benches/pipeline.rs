//! The stations of a template, each at three sizes: ten times the functions, ten times the time.
#![expect(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

use benches::orders;
use divan::Bencher;
use source_text::{FileId, Limits, Node, parse_yaml};

const FUNCTIONS: [usize; 3] = [1, 10, 100];

fn main() {
    divan::main();
}

fn parsed(functions: usize) -> Node {
    let mut parsed = parse_yaml(FileId(0), &orders(functions), &Limits::default()).unwrap();
    parsed.documents.pop().unwrap()
}

#[divan::bench(args = FUNCTIONS)]
fn parse(bencher: Bencher<'_, '_>, functions: usize) {
    let text = orders(functions);
    bencher
        .counter(divan::counter::BytesCount::of_str(&text))
        .bench(|| parse_yaml(FileId(0), &text, &Limits::default()));
}

#[divan::bench(args = FUNCTIONS)]
fn lower(bencher: Bencher<'_, '_>, functions: usize) {
    let document = parsed(functions);
    bencher.with_inputs(|| document.clone()).bench_values(cfn_template::lower);
}
