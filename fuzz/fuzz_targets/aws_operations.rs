//! Any words as service, type, method and value: names are resolved, events mapped, ARNs filled.
#![no_main]

use aws_operations::{Given, Surroundings, from_cloudtrail, resolve};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let mut words = text.splitn(4, '\n');
    let mut word = || words.next().unwrap_or_default();
    let (service, resource, method, value) = (word(), word(), word(), word());
    let argument = |_: &str| Given::Text(value.into());
    let identifier = |_: usize| Given::Arn(value.into());
    for step in resolve(service, resource, method).unwrap_or_default() {
        let given = |name: &str| step.given(name, &argument, &identifier);
        for need in step.operation.needs().filter(|need| need.applies(&given)) {
            for filled in need.arns(Surroundings::default(), &given) {
                assert!(!filled.arn.is_empty(), "{}", step.operation);
            }
        }
    }
    for need in from_cloudtrail(service, method).needs() {
        let _ = need.arns(Surroundings::default(), &argument);
    }
});
