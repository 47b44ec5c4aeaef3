//! Inputs made to cost time.

use audit_event::{Limits, read};

#[test]
fn hostile_inputs_take_linear_time() {
    let units = [
        "{",
        "{\"a\":",
        "{\"\n",
        "[",
        "{\"Records\":[",
        "{\"a\":1,\n",
        "\"",
        "\\",
        ",{\"",
        "{\"detail\":{",
        "{\"message\":\"{",
    ];
    let started = std::time::Instant::now();
    for unit in units {
        let input = unit.repeat((2 << 20) / unit.len());
        let _ = read(input.as_bytes(), &Limits::default(), &mut |_| {});
    }
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}
