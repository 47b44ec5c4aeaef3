//! The stations of a template, each at three sizes: ten times the functions, ten times the time.
#![expect(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

use benches::orders;
use divan::Bencher;
use source_text::{FileId, Limits, Node, Sources, parse_yaml};

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

#[divan::bench(args = FUNCTIONS)]
fn expand(bencher: Bencher<'_, '_>, functions: usize) {
    let (template, _) = cfn_template::lower(parsed(functions));
    let options = sam_transform::Options::default();
    bencher.bench(|| sam_transform::expand(&template, &options, None));
}

/// From the tree to the application with its edges; includes the expansion.
#[divan::bench(args = FUNCTIONS)]
fn load(bencher: Bencher<'_, '_>, functions: usize) {
    let document = parsed(functions);
    let options = load_cloudformation::Options::default();
    bencher
        .with_inputs(|| document.clone())
        .bench_values(|document| load_cloudformation::load(FileId(0), document, &options, None));
}

/// Every rule on an application that is loaded already.
#[divan::bench(args = FUNCTIONS)]
fn judge(bencher: Bencher<'_, '_>, functions: usize) {
    let text = orders(functions);
    let app = load_cloudformation::load_text(&Sources::default(), "template.yaml", &text);
    bencher.bench(|| rules::all().map(|rule| rule.findings(&app).len()).sum::<usize>());
}
