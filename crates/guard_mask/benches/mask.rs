//! What masking one line of a log costs: `cargo bench -p guard_mask`.

fn main() {
    divan::main();
}
