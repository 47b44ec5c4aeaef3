//! Laws of masks, over texts made at random.

use std::sync::LazyLock;

use guard_mask::{Carry, Masker};
use proptest::prelude::*;
use serde_json::{Value, json};

static MASKER: LazyLock<Masker> = LazyLock::new(|| Masker::new(&[]));
static FIELDS: LazyLock<Masker> = LazyLock::new(|| {
    Masker::new(&["note".to_owned(), "user.name".to_owned(), "list[*].b".to_owned()])
});

fn mask(masker: &Masker, line: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    if masker.mask(line, &mut out).is_empty() {
        assert!(out.is_empty());
        return line.to_vec();
    }
    out
}

/// Texts with quotes, escapes and secrets in them.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("ann@example.com".to_owned()),
        Just("4111 1111 1111 1111".to_owned()),
        Just("+44 20 7946 0958".to_owned()),
        Just("password=".to_owned()),
        Just("\"password\": \"".to_owned()),
        Just("'token': '".to_owned()),
        Just("Authorization: Bearer abcdef1234567".to_owned()),
        Just("Cookie: a=b; ".to_owned()),
        Just("https://u:pw@h/".to_owned()),
        Just("[{".to_owned()),
        Just("}], ".to_owned()),
        Just("-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg".to_owned()),
        "[\"'\\\\ \n,:={}\\[\\]&;a1-]{0,6}",
        "\\PC{0,8}",
    ];
    prop::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat())
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("password".to_owned()),
        Just("token".to_owned()),
        Just("cookies".to_owned()),
        Just("Authorization".to_owned()),
        Just("card".to_owned()),
        Just("note".to_owned()),
        Just("user".to_owned()),
        Just("name".to_owned()),
        Just("list".to_owned()),
        Just("b".to_owned()),
        text(),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        Just(json!(true)),
        Just(json!(4_111_111_111_111_111_u64)),
        Just(json!(4_155_552_671_u64)),
        any::<i64>().prop_map(|number| json!(number)),
        Just(json!(-1.5e10)),
        text().prop_map(|text| json!(text)),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(name(), inner.clone(), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
            // JSON in a text of JSON.
            inner.prop_map(|value| json!(value.to_string())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn json_stays_json(value in value(), is_pretty in any::<bool>()) {
        // A number alone is as well a line of text.
        let value = json!([value]);
        let line = if is_pretty {
            serde_json::to_string_pretty(&value).unwrap()
        } else {
            value.to_string()
        };
        for masker in [&*MASKER, &*FIELDS] {
            let masked = mask(masker, line.as_bytes());
            let parsed: Result<Value, _> = serde_json::from_slice(&masked);
            prop_assert!(parsed.is_ok(), "{}\n  -> {}", line, String::from_utf8_lossy(&masked));
        }
    }

    #[test]
    fn any_bytes_are_taken(line in prop::collection::vec(any::<u8>(), 0..200)) {
        mask(&FIELDS, &line);
    }

    #[test]
    fn parts_put_together_are_the_whole(text in text(), cut in any::<usize>()) {
        let line = text.as_bytes();
        let cut = cut % (line.len() + 1);
        let end = FIELDS.open_end(Carry::None, line.get(..cut).unwrap());
        prop_assert!(end <= cut);
        let mut out = Vec::new();
        let mut counts = FIELDS.mask_part(&mut Carry::None, line, 0..line.len(), &mut out);
        prop_assert_eq!(&out, &mask(&FIELDS, line));
        out.clear();
        let whole = FIELDS.mask(line, &mut out);
        let mut parts = Vec::new();
        let mut sum = FIELDS.mask_part(&mut Carry::None, line, 0..cut, &mut parts);
        let rest = FIELDS.mask_part(&mut Carry::None, line, cut..line.len(), &mut parts);
        sum.add(&rest);
        prop_assert_eq!(sum, whole);
        counts.add(&sum);
        prop_assert_eq!(counts.total(), 2 * whole.total());
    }
}
