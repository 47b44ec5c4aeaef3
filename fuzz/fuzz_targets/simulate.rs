//! Any text as a case: an error, or a decision that the order of statements does not change.
#![no_main]

use iam_evaluation::case::Case;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let Ok(mut case) = Case::read(&text) else { return };
    let decision = case.decide();
    let answer = case.answer(&decision).to_string();
    assert!(serde_json::from_str::<serde_json::Value>(&answer).is_ok(), "{answer}");
    let policies = case.identity.iter_mut().chain(&mut case.resource).chain(&mut case.session);
    for policy in policies.chain(case.service_control.iter_mut().flatten()) {
        policy.statements.reverse();
    }
    assert_eq!(case.decide().verdict, decision.verdict);
});
