//! Schemas as OpenAPI and pydantic write them, what is refused, and a second implementation.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use guard_schema::{Schema, Violation};
use json_tape::{Limits, Tape};
use proptest::prelude::*;
use serde_json::{Value, json};

fn validate(schema: &Value, document: &str) -> Result<(), Violation> {
    let schema = Schema::compile(schema).unwrap();
    let mut tape = Tape::new();
    let document = tape.read(document.as_bytes(), &Limits::default()).unwrap();
    schema.validate(document.root())
}

fn check(schema: &Value, document: &str, expect: &str) {
    let found = validate(schema, document).map_or_else(|it| it.to_string(), |()| String::new());
    assert_eq!(found, expect, "{document}");
}

#[test]
fn a_model_of_pydantic_is_checked_with_the_place_of_what_is_wrong() {
    let schema = json!({
        "$defs": {"Item": {
            "properties": {
                "sku": {"pattern": "^[A-Z]{3}-\\d+$", "title": "Sku", "type": "string"},
                "quantity": {"exclusiveMinimum": 0, "title": "Quantity", "type": "integer"},
                "note": {"anyOf": [{"maxLength": 5, "type": "string"}, {"type": "null"}], "default": null}
            },
            "required": ["sku", "quantity"], "title": "Item", "type": "object",
            "additionalProperties": false
        }},
        "properties": {
            "id": {"format": "uuid", "title": "Id", "type": "string"},
            "items": {"items": {"$ref": "#/$defs/Item"}, "minItems": 1, "title": "Items", "type": "array"}
        },
        "required": ["id", "items"], "title": "Order", "type": "object"
    });
    let id = "\"id\": \"123e4567-e89b-42d3-a456-426614174000\"";
    let order = |items: &str| format!("{{{id}, \"items\": {items}}}");
    check(&schema, &order(r#"[{"sku": "ABC-1", "quantity": 2, "note": null}]"#), "");
    for (items, expect) in [
        ("[]", "`/items` has fewer than 1 elements"),
        (
            r#"[{"sku": "abc", "quantity": 2}]"#,
            "`/items/0/sku` does not have the pattern that it must have",
        ),
        (r#"[{"sku": "ABC-1", "quantity": 0}]"#, "`/items/0/quantity` is less than it may be (0)"),
        (r#"[{"sku": "ABC-1", "quantity": 1.5}]"#, "`/items/0/quantity` must be an integer"),
        (r#"[{"sku": "ABC-1"}]"#, "`/items/0` has no member `quantity`"),
        (
            r#"[{"sku": "ABC-1", "quantity": 1, "a/b": 1}]"#,
            "`/items/0/a~1b` is a member that nobody expects",
        ),
        (
            r#"[{"sku": "ABC-1", "quantity": 1, "note": "too long"}]"#,
            "`/items/0/note` is none of the things it may be",
        ),
    ] {
        check(&schema, &order(items), expect);
    }
    check(&schema, "[]", "`` must be an object");
}

#[test]
fn a_schema_of_openapi_3_0_means_what_it_says() {
    let schema = json!({
        "type": "object", "example": {}, "x-internal": true, "discriminator": {"propertyName": "kind"},
        "properties": {
            "name": {"type": "string", "nullable": true, "minLength": 1},
            "price": {"type": "number", "minimum": 0, "exclusiveMinimum": true, "multipleOf": 0.01},
            "count": {"type": "integer", "format": "int32"}
        }
    });
    check(&schema, r#"{"name": null, "price": 19.99, "count": 2147483647}"#, "");
    check(&schema, r#"{"price": 0}"#, "`/price` is less than it may be (0)");
    check(&schema, r#"{"price": 0.001}"#, "`/price` is no multiple of what it must be one of");
    check(&schema, r#"{"count": 2147483648}"#, "`/count` has not the form `int32`");
}

#[test]
fn every_one_of_two_members_with_the_same_name_is_checked() {
    let schema = json!({"properties": {"a": {"type": "string"}}});
    check(&schema, r#"{"a": 1, "a": "x"}"#, "`/a` must be a string");
    check(&schema, r#"{"a": "x", "\u0061": 1}"#, "`/a` must be a string");
}

#[test]
fn what_is_not_understood_is_refused_with_its_place() {
    for (schema, pointer) in [
        (json!({"requried": ["a"]}), "#/requried"),
        (json!({"properties": {"a/b": {"patern": "x"}}}), "#/properties/a~1b/patern"),
        (json!({"pattern": "(?=a)"}), "#/pattern"),
        (json!({"unevaluatedProperties": false}), "#/unevaluatedProperties"),
        (json!({"$ref": "#/$defs/none"}), "#/$ref"),
        (json!({"$ref": "https://example.com/x"}), "#/$ref"),
        (json!({"$ref": "#"}), "#/$ref"),
        (
            json!({"$defs": {"a": {"allOf": [{"$ref": "#/$defs/b"}]}, "b": {"not": {"$ref": "#/$defs/a"}}},
                "$ref": "#/$defs/a"}),
            "#/$defs/b/not/$ref",
        ),
        (json!({"type": "text"}), "#/type"),
        (json!({"minLength": -1}), "#/minLength"),
        (json!({"anyOf": []}), "#/anyOf"),
        (json!({"items": 5}), "#/items"),
        (json!({"multipleOf": 0}), "#/multipleOf"),
        (json!({"$schema": "https://example.com/own"}), "#/$schema"),
        (json!(5), "#"),
    ] {
        let error = Schema::compile(&schema).unwrap_err();
        assert_eq!(error.pointer, pointer, "{schema}: {error}");
    }
}

#[test]
fn a_value_that_takes_for_ever_is_refused() {
    // Two ways into every element: two to the depth in all.
    let schema = json!({"anyOf": [
        {"items": {"$ref": "#"}, "minItems": 1, "type": "array"},
        {"items": {"$ref": "#"}, "maxItems": 1, "type": "array"}
    ]});
    let depth = 100;
    let document = format!("{}5{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(validate(&schema, &document).unwrap_err().keyword, "limit");
    // What a `not` hides is no way around it.
    let schema = json!({"not": schema, "$defs": {}});
    let schema = json!({"not": {"anyOf": [
        {"items": {"$ref": "#/not"}, "minItems": 1, "type": "array"},
        {"items": {"$ref": "#/not"}, "maxItems": 1, "type": "array"}
    ]}, "description": schema.to_string()});
    assert_eq!(validate(&schema, &document).unwrap_err().keyword, "limit");
}

#[test]
fn long_lists_are_searched_for_equals_too() {
    let schema = json!({"uniqueItems": true});
    let numbers: Vec<String> = (0..5000).map(|it| it.to_string()).collect();
    check(&schema, &format!("[{}]", numbers.join(",")), "");
    let twice = format!("[{},77.0]", numbers.join(","));
    check(&schema, &twice, "`` has the same element twice");
    let objects = (0..40).map(|it| format!(r#"{{"a":{it},"b":[]}}"#)).collect::<Vec<_>>().join(",");
    check(&schema, &format!("[{objects}]"), "");
    check(
        &schema,
        &format!(r#"[{objects},{{"b":[],"\u0061":7e0}}]"#),
        "`` has the same element twice",
    );
}

/// Schemas of every keyword, small enough that values often meet them.
fn schema() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(true)),
        Just(json!({"type": "string"})),
        Just(json!({"type": ["string", "null"]})),
        Just(json!({"type": "integer"})),
        Just(json!({"type": "number", "minimum": 1, "exclusiveMaximum": 5})),
        Just(json!({"enum": [1, "a", null, [1], {"a": 1}]})),
        Just(json!({"const": {"a": [1, "b"]}})),
        Just(json!({"minLength": 1, "maxLength": 2})),
        Just(json!({"pattern": "^[ab]"})),
        Just(json!({"required": ["a"], "maxProperties": 2})),
        Just(json!({"uniqueItems": true, "minItems": 1})),
        Just(json!({"dependentRequired": {"a": ["b"]}})),
        Just(json!({"propertyNames": {"maxLength": 1}})),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        let some = prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            some.clone().prop_map(|all| json!({"allOf": all})),
            some.clone().prop_map(|any| json!({"anyOf": any})),
            some.clone().prop_map(|one| json!({"oneOf": one})),
            inner.clone().prop_map(|not| json!({"not": not})),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| json!({
                "properties": {"a": a}, "additionalProperties": b
            })),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| json!({
                "patternProperties": {"^a": a}, "properties": {"b": b}
            })),
            (inner.clone(), some).prop_map(|(rest, prefix)| json!({
                "prefixItems": prefix, "items": rest
            })),
            inner.clone().prop_map(|it| json!({"contains": it, "maxContains": 2})),
            (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(a, b, c)| json!({"if": a, "then": b, "else": c})),
            (inner.clone(), inner).prop_map(|(a, b)| json!({
                "$defs": {"x": a}, "dependentSchemas": {"a": b}
            })),
        ]
    })
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        Just(json!(true)),
        (-3_i64..8).prop_map(|it| json!(it)),
        Just(json!(1.5)),
        Just(json!(2.0)),
        "[ab1é]{0,3}".prop_map(|it| json!(it)),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[abc]{1,2}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn a_second_implementation_decides_the_same(
        schema in schema(),
        values in prop::collection::vec(value(), 4),
    ) {
        let other = jsonschema::draft202012::new(&schema).unwrap();
        for value in values {
            let found = validate(&schema, &value.to_string());
            prop_assert_eq!(found.is_ok(), other.is_valid(&value), "{} {} {:?}", schema, value, found);
        }
    }
}
