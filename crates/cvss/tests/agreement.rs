//! Vectors of all versions, drawn at random, with the scores that Red Hat's `cvss` 3.6 gives them.

#[test]
fn scores_agree_with_another_implementation() {
    for line in include_str!("agreement.txt").lines() {
        let (vector, expected) = line.rsplit_once(' ').unwrap();
        assert_eq!(cvss::score(vector).unwrap().to_string(), expected, "{vector}");
    }
}
