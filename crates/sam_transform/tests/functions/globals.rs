//! `Globals` and `IgnoreGlobals`.

use crate::{at, check, expanded, refuse, with_function};

#[test]
fn lists_are_joined_mappings_merged_and_other_values_overridden() {
    let template = with_function(
        "Timeout: 5\nLayers: [b]\nEnvironment: {Variables: {TABLE: orders}}\nVpcConfig: !Ref Own",
    ) + "Globals:\n  Function:\n    Timeout: 3\n    MemorySize: 256\n    Layers: [a]\n    \
         VpcConfig: {SubnetIds: [s]}\n    Environment: {Variables: {LEVEL: info, TABLE: none}}\n";
    check(
        &template,
        &[
            ("CreateOrder/Properties/Timeout", "5"),
            ("CreateOrder/Properties/MemorySize", "256"),
            ("CreateOrder/Properties/Layers", "[a, b]"),
            ("CreateOrder/Properties/VpcConfig", "!Ref Own"),
            ("CreateOrder/Properties/Environment/Variables", "{LEVEL: info, TABLE: orders}"),
        ],
    );
    let expanded = expanded(&template);
    assert!(expanded.template.get("Globals").is_none());
    let memory = at(&expanded.template, "Resources/CreateOrder/Properties/MemorySize").unwrap();
    assert_eq!(memory.place.line, 15);
}

#[test]
fn a_resource_may_ignore_globals() {
    let globals = "Globals:\n  Function: {Timeout: 3, MemorySize: 256}\n";
    let ignoring = |what: &str| {
        with_function("")
            .replace("    Properties:", &format!("    IgnoreGlobals: {what}\n    Properties:"))
            + globals
    };
    check(
        &ignoring("[Timeout]"),
        &[("CreateOrder/Properties/Timeout", "null"), ("CreateOrder/Properties/MemorySize", "256")],
    );
    check(&ignoring("'*'"), &[("CreateOrder/Properties/MemorySize", "null")]);
    refuse(&ignoring("[Tracing]"), 4, "`Tracing`");
}

#[test]
fn what_cannot_be_shared_is_named_and_the_rest_is_merged() {
    let template = with_function("")
        + "Globals:\n  Function:\n    Policies: [a]\n    Timeout: 3\n  Table: {}\n";
    refuse(&template, 10, "`Policies`");
    refuse(&template, 12, "no section `Table`");
    let expanded = expanded(&template);
    assert!(at(&expanded.template, "Resources/CreateOrder/Properties/Timeout").is_some());
}
