//! The search for literals.

use super::{Literals, Marks};

fn found(text: &str) -> Vec<u16> {
    let literals = ["'", "or", "union", "uni", "select", "unions"];
    let literals = Literals::new(literals.into_iter().zip(0..));
    let mut found = Vec::new();
    literals.find(text.as_bytes(), Marks::of(text.as_bytes()), |number| found.push(number));
    found.sort_unstable();
    found
}

#[test]
fn literals_are_found_wherever_they_stand_and_within_each_other() {
    assert_eq!(found("x union selec"), [2, 3]);
    assert_eq!(found("unions"), [2, 3, 5]);
    assert_eq!(found("or"), [1]);
    assert_eq!(found("for 'us'"), [0, 1]);
    assert_eq!(found("select"), [4]);
    assert_eq!(found("o r u n i"), [0u16; 0]);
    assert_eq!(found(""), [0u16; 0]);
}
