//! An event of which only the start is there: closed where it breaks off, so that it can be read.

/// JSON of which `start` is the beginning, without the member or element that breaks off, and with
/// everything closed that is open. What comes out is JSON where `start` begins as JSON does.
pub(crate) fn closed(start: &[u8]) -> Vec<u8> {
    // What closes the arrays and objects that are open. Where the last whole value ends no bracket
    // has been opened or closed since, or the end would be there.
    let mut open = Vec::new();
    let mut end = 0;
    let (mut in_text, mut is_escaped) = (false, false);
    for (index, byte) in start.iter().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_text => is_escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'{' | b'[' => {
                open.push(if *byte == b'{' { b'}' } else { b']' });
                end = index + 1;
            }
            b'}' | b']' => {
                open.pop();
                end = index + 1;
            }
            b',' => end = index,
            _ => {}
        }
    }
    let mut whole = start.get(..end).unwrap_or_default().to_vec();
    whole.extend(open.iter().rev());
    whole
}

#[cfg(test)]
mod tests {
    use super::closed;
    use proptest::prelude::*;

    #[test]
    fn what_breaks_off_is_left_out() {
        for (start, expected) in [
            (r#"{"a": [1, {"b": "x"}, {"c": "y"#, r#"{"a": [1, {"b": "x"}, {}]}"#),
            (r#"{"a": "}],\"", "b": tr"#, r#"{"a": "}],\""}"#),
            (r#"{"a": {"b": 1}, "c"#, r#"{"a": {"b": 1}}"#),
            (r#"{"a": 1}"#, r#"{"a": 1}"#),
            ("{", "{}"),
            ("[[1, 2", "[[1]]"),
            ("\"text", ""),
            ("12", ""),
        ] {
            assert_eq!(String::from_utf8(closed(start.as_bytes())).unwrap(), expected, "{start}");
        }
    }

    fn document() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            any::<bool>().prop_map(serde_json::Value::from),
            any::<i32>().prop_map(serde_json::Value::from),
            any::<String>().prop_map(serde_json::Value::from),
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(serde_json::Value::from),
                prop::collection::vec((any::<String>(), inner), 0..5)
                    .prop_map(|members| members.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_start_of_a_list_is_closed_to_json(document in document(), cut in any::<prop::sample::Index>()) {
            let text = serde_json::json!([document]).to_string();
            let start = &text.as_bytes()[..=cut.index(text.len())];
            let whole = closed(start);
            prop_assert!(serde_json::from_slice::<serde_json::Value>(&whole).is_ok(), "{}", String::from_utf8_lossy(&whole));
        }
    }
}
