//! Lines and what they become.

use guard_mask::{Carry, Counts, Masker};

fn mask(fields: &[&str], line: &str) -> String {
    let fields: Vec<String> = fields.iter().map(|field| (*field).to_owned()).collect();
    let mut out = Vec::new();
    let counts = Masker::new(&fields).mask(line.as_bytes(), &mut out);
    if counts.is_empty() {
        assert!(out.is_empty(), "{line}");
        return line.to_owned();
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn check(line: &str, expect: &str) {
    assert_eq!(mask(&[], line), expect, "of {line}");
}

#[test]
fn what_is_masked_keeps_its_kind_and_hides_its_length() {
    check("paid with 4111 1111 1111 1111 today", "paid with [card] today");
    check("to DE89 3704 0044 0532 0130 00, thanks", "to [iban], thanks");
    check("mail ann.lee+x@example.co.uk now", "mail [email] now");
    check("call +1 (415) 555-2671 or 415-555-2672", "call [phone] or [phone]");
    check("her ssn is 078-05-1120.", "her ssn is [id:us-ssn].");
    check("user=ann password=hunter2 ok", "user=ann password=[secret:password] ok");
    check("id AKIAIOSFODNN7EXAMPLE used", "id [secret:aws-access-key] used");
    check("GET https://ann:pw%40d@host/x", "GET https://ann:[secret:url-password]@host/x");
    check("Authorization: Bearer abc.def-123456", "Authorization: Bearer [secret:authorization]");
    check("Cookie: a=1; sid=2", "Cookie: [secret:cookie]");
}

#[test]
fn json_stays_json_at_every_depth_of_quoting() {
    for line in [
        r#"{"card": 4111111111111111, "n": 5}"#,
        r#"{"a": {"b": [4111111111111111, 378282246310005]}, "token": 123456789}"#,
        r#"{"message": "{\"card\":4111111111111111,\"password\":\"a\\\"b\"}"}"#,
        r#"{"message": "{\"inner\":\"{\\\"password\\\":\\\"x\\\\\\\"y\\\"}\"}"}"#,
        r#"{"message": "it was, 4111111111111111, she said"}"#,
        r#"{"m": "a\nann@example.com\tb", "password": "x\\", "u": "\u00e9ann@example.com"}"#,
        r#"{"Authorization": ["Bearer abcdefgh1"], "cookies": ["a=b", "c=d"], "pin": 1234}"#,
        r#"{"msg": "{'card': 4111111111111111, 'password': 'it\\'s'}"}"#,
        r#"{"password": 12345, "secret": null, "api_key": ["k1-23456", "k2-23456"]}"#,
    ] {
        let masked = mask(&[], line);
        assert_ne!(masked, line);
        let parsed: Result<serde_json::Value, _> = serde_json::from_str(&masked);
        assert!(parsed.is_ok(), "{line}\nbecame {masked}");
    }
    check(r#"{"card": 4111111111111111}"#, r#"{"card": "[card]"}"#);
    check(r#"{"m": "{\"card\":4111111111111111}"}"#, r#"{"m": "{\"card\":\"[card]\"}"}"#);
}

#[test]
fn fields_of_the_settings_are_masked_by_name_and_by_path() {
    let line =
        r#"{"user": {"Street_Name": "Main", "note": "x"}, "note": "y", "items": [{"note": "z"}]}"#;
    assert_eq!(
        mask(&["streetName", "user.note"], line),
        r#"{"user": {"Street_Name": "[field]", "note": "[field]"}, "note": "y", "items": [{"note": "z"}]}"#
    );
    assert_eq!(
        mask(&["items[*].note"], line),
        r#"{"user": {"Street_Name": "Main", "note": "x"}, "note": "y", "items": [{"note": "[field]"}]}"#
    );
    assert_eq!(
        mask(&["user"], line),
        r#"{"user": "[field]", "note": "y", "items": [{"note": "z"}]}"#
    );
    assert_eq!(
        mask(&["body.name"], r#"{"body": "{\"name\": \"Ann\", \"n\": 1}"}"#),
        r#"{"body": "{\"name\": \"[field]\", \"n\": 1}"}"#
    );
    assert_eq!(mask(&["street"], "street=Main&no=5"), "street=[field]&no=5");
    // However short: a list is no mask.
    for (line, masked) in [
        (r#"{"tags":[1,2]}"#, r#"{"tags":"[field]"}"#),
        (r#"{"tags": ["a"], "b": 1}"#, r#"{"tags": "[field]", "b": 1}"#),
        (r#"{"m": "{\"tags\":[1]}"}"#, r#"{"m": "{\"tags\":\"[field]\"}"}"#),
        (r#"{"tags": []}"#, r#"{"tags": []}"#),
        (r#"{"tags": "[REDACTED]"}"#, r#"{"tags": "[REDACTED]"}"#),
    ] {
        assert_eq!(mask(&["tags"], line), masked);
        assert_eq!(mask(&["x.y"], line), line);
    }
    assert_eq!(mask(&["a.tags"], r#"{"a": {"tags": [1, 2]}}"#), r#"{"a": {"tags": "[field]"}}"#);
    assert_eq!(
        mask(&[], r#"{"password": ["hunter2x"], "token": ["a1b2c3d4e5"]}"#),
        r#"{"password": "[secret:password]", "token": "[secret:token]"}"#
    );
    for masked in ["password=[secret:password]", r#"{"password": "[secret:password]"}"#] {
        assert_eq!(mask(&[], masked), masked);
    }
    assert_eq!(
        mask(&[r#"headers["x.tenant"]"#], r#"{"headers": {"x.tenant": "a", "tenant": "b"}}"#),
        r#"{"headers": {"x.tenant": "[field]", "tenant": "b"}}"#
    );
}

#[test]
fn in_lines_of_a_document_the_last_name_of_a_path_is_enough() {
    let fields = ["user.address.street", "items[*].note", "user.phones[0]", "card.*"];
    let masker = Masker::new(&fields.map(str::to_owned));
    let document = serde_json::json!({
        "user": {"address": {"street": "Main", "city": "Bonn"}, "phones": ["a", "b"]},
        "items": [{"note": "z", "no": 7}], "card": {"holder": "Ann", "kind": {"of": "x"}},
        "street": ["Side"]
    });
    let mut carry = Carry::None;
    let mut all = String::new();
    for line in serde_json::to_string_pretty(&document).unwrap().lines() {
        let mut out = Vec::new();
        let counts = masker.mask_next(&mut carry, line.as_bytes(), &mut out);
        let written = String::from_utf8(out).unwrap();
        all += if counts == Counts::default() { line } else { &written };
        all.push('\n');
    }
    let field = "[field]";
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&all).unwrap(),
        serde_json::json!({
            "user": {"address": {"street": field, "city": "Bonn"}, "phones": [field, field]},
            "items": [{"note": field, "no": 7}], "card": {"holder": field, "kind": {"of": field}},
            "street": [field]
        }),
        "{all}"
    );
    // On one line the way is known, and nothing else is masked.
    let line = r#"{"street": "Side", "user": {"note": "y"}}"#;
    assert_eq!(mask(&fields, line), line);
    assert_eq!(mask(&fields, "street: Side"), "street: Side");
}

#[test]
fn a_key_over_many_lines_is_masked_to_its_end() {
    let masker = Masker::new(&[]);
    let mut carry = Carry::None;
    let mut all = Vec::new();
    let key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAvZ\nq8fJx0Zkz/+aa==\n-----END RSA PRIVATE KEY-----";
    for line in key.split('\n').chain(["done"]) {
        let mut out = Vec::new();
        let counts = masker.mask_next(&mut carry, line.as_bytes(), &mut out);
        all.push(if counts == Counts::default() {
            line.to_owned()
        } else {
            String::from_utf8(out).unwrap()
        });
    }
    assert_eq!(all[1], "[secret:private-key]");
    assert_eq!(all[2], "[secret:private-key]");
    assert_eq!(all[3], "-----END RSA PRIVATE KEY-----");
    assert_eq!(all[4], "done");
    assert_eq!(carry, Carry::None);
}

#[test]
fn broken_utf_8_passes_through() {
    let mut out = Vec::new();
    let counts = Masker::new(&[]).mask(b"\xFF\xFE password=hunter2 \xC3", &mut out);
    assert_eq!(counts.of("secret"), 1);
    assert_eq!(out, b"\xFF\xFE password=[secret:password] \xC3");
}

#[test]
fn people_and_programs_write_secrets_in_many_ways() {
    for (line, expect) in [
        ("your password is Xy12zw now", "your password is [secret:password] now"),
        ("the password is wrong", "the password is wrong"),
        ("ALTER USER x PASSWORD 'hunter2'", "ALTER USER x PASSWORD '[secret:password]'"),
        ("User{name=ann, password=hunter2}", "User{name=ann, password=[secret:password]}"),
        (
            "{Name:ann Password:hunter2 Token:abc123}",
            "{Name:ann Password:[secret:password] Token:[secret:token]}",
        ),
        (
            "{\"password\"=>\"x y\", :token=>\"a1\"}",
            "{\"password\"=>\"[secret:password]\", :token=>\"[secret:token]\"}",
        ),
        ("  password: 'hunter2',", "  password: '[secret:password]',"),
        ("call 555-123-4567 or (555) 123-4567", "call [phone] or [phone]"),
        ("token = \"abc\"", "token = \"[secret:token]\""),
        (
            "('Authorization', 'Basic dXNlcjpwdw==')",
            "('Authorization', 'Basic [secret:authorization]')",
        ),
        ("GET /a?token=abc&x=1 200", "GET /a?token=[secret:token]&x=1 200"),
        ("x=%2B14155552671&y=1", "x=[phone]&y=1"),
        ("order 555-123-4567 sent", "order 555-123-4567 sent"),
        ("4111111111111112 is no card", "4111111111111112 is no card"),
    ] {
        check(line, expect);
    }
}

#[test]
fn an_object_over_many_lines_keeps_its_form() {
    let masker = Masker::new(&["address".to_owned()]);
    let document = serde_json::json!({
        "user": {"address": {"street": "Main St", "no": 5, "tags": ["a", null]}, "name": "Ann"},
        "password": "x1",
        "cookies": ["sid=12345678", "b=c"]
    });
    let text = serde_json::to_string_pretty(&document).unwrap();
    let mut carry = Carry::None;
    let mut all = Vec::new();
    for line in text.split_inclusive('\n') {
        let mut out = Vec::new();
        let counts = masker.mask_next(&mut carry, line.as_bytes(), &mut out);
        all.extend(if counts.is_empty() { line.as_bytes().to_vec() } else { out });
    }
    let found: serde_json::Value = serde_json::from_slice(&all).unwrap();
    let expect = serde_json::json!({
        "user": {"address": {"street": "[field]", "no": "[field]", "tags": ["[field]", null]}, "name": "Ann"},
        "password": "[secret:password]",
        "cookies": ["[secret:cookie]", "[secret:cookie]"]
    });
    assert_eq!(found, expect);
    assert_eq!(carry, Carry::None);
    let mut out = Vec::new();
    masker.mask_next(&mut carry, b"  \"address\": {", &mut out);
    assert!(carry != Carry::None && out.is_empty());
    assert!(masker.mask_next(&mut carry, b"INFO another line", &mut out).is_empty());
    assert_eq!(carry, Carry::None);
}
