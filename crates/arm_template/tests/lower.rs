//! Templates to the carrier: what is decided, what stays open, where it stands.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use arm_template::{Lowered, Options, lower};
use proptest::prelude::*;
use source_text::{FileId, Limits, Node, parse_yaml};

fn lowered(text: &str) -> Lowered {
    let parsed = parse_yaml(FileId(0), text, &Limits::default()).unwrap();
    lower(FileId(0), parsed.documents.first().unwrap(), &Options::default())
}

/// A template around its sections.
fn template(sections: &str) -> Lowered {
    lowered(&format!(
        "{{\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/\
         deploymentTemplate.json#\", {sections}}}"
    ))
}

fn at<'n>(lowered: &'n Lowered, id: &str, path: &[&str]) -> &'n Node {
    let properties = lowered.template.at(&["Resources", id, "Properties"]).unwrap();
    properties.at(path).unwrap()
}

fn json(node: &Node) -> String {
    match &node.kind {
        source_text::Kind::List(items) => {
            format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(","))
        }
        source_text::Kind::Map(map) => {
            let entries = map.iter().map(|(key, value)| format!("{key}:{}", json(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
        }
        source_text::Kind::Null => "null".to_owned(),
        _ => node.scalar_text().unwrap().to_string(),
    }
}

#[test]
fn ids_of_resources_become_references() {
    let made = template(
        r#"
        "parameters": {"account": {"type": "string"}},
        "variables": {"storage": "[toLower(concat('ST', 'ore'))]"},
        "resources": [
            {"type": "microsoft.storage/storageaccounts", "name": "[variables('storage')]",
             "properties": {"id": "[resourceId('Microsoft.Storage/storageAccounts', parameters('account'))]"}},
            {"type": "Microsoft.Web/sites", "name": "[concat(parameters('account'), '-app')]",
             "properties": {
                "a": "[resourceId('Microsoft.Storage/storageAccounts', variables('storage'))]",
                "b": "[reference(resourceId('Microsoft.Storage/storageAccounts', 'store'), '2023-01-01').primaryEndpoints.blob]",
                "c": "[listKeys(resourceId('Microsoft.Storage/storageAccounts', 'store'), '2023-01-01').keys[0].value]"
             },
             "resources": [{"type": "config", "name": "web", "properties": {"x": "[[literal]"}}]}
        ]"#,
    );
    assert_eq!(made.diagnostics, []);
    assert_eq!(
        at(&made, "store", &["properties", "id"]).single().map(|(key, _)| key.as_str()),
        Some("Fn::Join")
    );
    let id = "${account}-app";
    assert_eq!(json(at(&made, id, &["properties", "a"])), "{Ref:store}");
    assert_eq!(
        json(at(&made, id, &["properties", "b"])),
        "{Fn::GetAtt:[store,primaryEndpoints.blob]}"
    );
    let key = json(at(&made, id, &["properties", "c"]));
    assert!(key.starts_with("{Fn::Unresolved:[${listKeys("), "{key}");
    assert!(key.ends_with("{Ref:store}]}"), "{key}");
    let child = "${account}-app/web";
    assert_eq!(json(at(&made, child, &["parent"])), "{Ref:${account}-app}");
    assert_eq!(json(at(&made, child, &["properties", "x"])), "[literal]");
    let type_ = made.template.at(&["Resources", child, "Type"]).unwrap();
    assert_eq!(type_.as_str(), Some("Microsoft.Web/sites/config"));
    let type_ = made.template.at(&["Resources", "store", "Type"]).unwrap();
    assert_eq!(type_.as_str(), Some("Microsoft.Storage/storageAccounts"));
}

#[test]
fn resources_that_are_no_list_are_told() {
    let made = template("\"resources\": \"x\"");
    let told: Vec<_> = made.diagnostics.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(
        told,
        ["`resources` must be a list or a mapping, but is text; nothing in it was looked at"]
    );
    assert!(template("\"resources\": []").diagnostics.is_empty());
}

#[test]
fn choices_that_a_deployment_makes_stay_open() {
    let made = template(
        r#"
        "parameters": {"public": {"type": "bool", "defaultValue": false}, "stage": {"type": "string"}},
        "resources": [
            {"type": "A.B/c", "name": "one", "condition": "[equals(parameters('stage'), 'prod')]",
             "properties": {
                "x": "[if(parameters('public'), 'Enabled', 'Disabled')]",
                "y": "[if(equals('a', 'a'), 1, 2)]",
                "z": "[toUpper(if(parameters('public'), 'on', 'off'))]"}},
            {"type": "A.B/c", "name": "never", "condition": false, "properties": {}}
        ]"#,
    );
    assert_eq!(made.diagnostics, []);
    let x = json(at(&made, "one", &["properties", "x"]));
    assert_eq!(x, "{Fn::If:[parameters('public'),Enabled,Disabled]}");
    let z = json(at(&made, "one", &["properties", "z"]));
    assert_eq!(z, "{Fn::If:[parameters('public'),ON,OFF]}");
    assert_eq!(json(at(&made, "one", &["properties", "y"])), "1");
    let condition = made.template.at(&["Resources", "one", "Condition"]).unwrap();
    assert_eq!(condition.as_str(), Some("equals(parameters('stage'), 'prod')"));
    let definition = made.template.at(&["Conditions", "parameters('public')"]).unwrap();
    assert_eq!(json(definition), "{Fn::Equals:[{Ref:public},true]}");
    assert!(made.template.at(&["Resources", "never"]).is_none());
}

#[test]
fn loops_of_resources_properties_and_variables_are_unrolled() {
    let made = template(
        r#"
        "parameters": {"names": {"type": "array", "defaultValue": ["a", "b"]}},
        "variables": {"copy": [{"name": "list", "count": 2, "input": "[copyIndex('list', 10)]"}]},
        "resources": [
            {"type": "A.B/c", "name": "[concat('q-', parameters('names')[copyIndex()])]",
             "copy": {"name": "loop", "count": "[length(parameters('names'))]"},
             "properties": {
                "copy": [{"name": "rules", "count": 2,
                          "input": {"at": "[add(copyIndex('rules'), mul(copyIndex('loop'), 10))]"}}],
                "list": "[variables('list')]"}}
        ]"#,
    );
    assert_eq!(made.diagnostics, []);
    assert_eq!(json(at(&made, "q-b", &["properties", "rules"])), "[{at:10},{at:11}]");
    assert_eq!(json(at(&made, "q-a", &["properties", "list"])), "[10,11]");
}

#[test]
fn nested_deployments_are_expanded_and_linked_ones_told() {
    let made = template(
        r#"
        "parameters": {"stage": {"type": "string"}},
        "resources": [
            {"type": "Microsoft.Resources/deployments", "name": "inner",
             "condition": "[equals(parameters('stage'), 'prod')]",
             "properties": {"expressionEvaluationOptions": {"scope": "inner"},
                "parameters": {"name": {"value": "[concat(parameters('stage'), '-x')]"}},
                "template": {"parameters": {"name": {"type": "string"}},
                    "resources": [{"type": "A.B/c", "name": "[parameters('name')]", "properties": {}}],
                    "outputs": {"id": {"type": "string", "value": "[reference(resourceId('A.B/c', parameters('name'))).key]"}}}}},
            {"type": "Microsoft.Resources/deployments", "name": "linked",
             "properties": {"templateLink": {"uri": "https://example.com/x.json"}}},
            {"type": "A.B/c", "name": "user",
             "properties": {"of": "[reference('inner').outputs.id.value]"}}
        ]"#,
    );
    let id = "inner.${stage}-x";
    assert_eq!(json(at(&made, id, &["name"])), "{Fn::Join:[,[{Ref:stage},-x]]}");
    let condition = made.template.at(&["Resources", id, "Condition"]).unwrap();
    assert_eq!(condition.as_str(), Some("equals(parameters('stage'), 'prod')"));
    assert_eq!(
        json(at(&made, "user", &["properties", "of"])),
        "{Fn::GetAtt:[inner.${stage}-x,key]}"
    );
    let told: Vec<_> = made.diagnostics.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("`linked` links to was not looked at"), "{told:?}");
}

#[test]
fn symbolic_names_extensions_and_scopes_lead_to_their_resources() {
    let made = template(
        r#"
        "languageVersion": "2.0",
        "resources": {
            "store": {"type": "Microsoft.Storage/storageAccounts", "name": "st", "properties": {}},
            "vault": {"existing": true, "type": "Microsoft.KeyVault/vaults", "name": "kv"},
            "grant": {"type": "Microsoft.Authorization/roleAssignments", "name": "[guid('x')]",
                "scope": "[resourceId('Microsoft.Storage/storageAccounts', 'st')]",
                "properties": {"principalId": "[reference('store', '2023-01-01', 'full').identity.principalId]",
                    "roleDefinitionId": "[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'b24988ac')]"}},
            "old": {"type": "Microsoft.Storage/storageAccounts/providers/roleAssignments",
                "name": "[concat('st', '/Microsoft.Authorization/', guid('y'))]", "properties": {}},
            "user": {"type": "A.B/c", "name": "u",
                "properties": {"v": "[resourceId('Microsoft.KeyVault/vaults', 'kv')]"}}
        }"#,
    );
    assert_eq!(made.diagnostics, []);
    assert!(made.template.at(&["Resources", "vault"]).is_none());
    assert_eq!(json(at(&made, "grant", &["scope"])), "{Ref:store}");
    let principal = json(at(&made, "grant", &["properties", "principalId"]));
    assert_eq!(principal, "{Fn::GetAtt:[store,identity.principalId]}");
    assert_eq!(json(at(&made, "old", &["scope"])), "{Ref:store}");
    let type_ = made.template.at(&["Resources", "old", "Type"]).unwrap();
    assert_eq!(type_.as_str(), Some("Microsoft.Authorization/roleAssignments"));
    let vault = json(at(&made, "user", &["properties", "v"]));
    assert!(vault.contains("/providers/Microsoft.KeyVault/vaults/kv"), "{vault}");
}

#[test]
fn secure_parameters_are_hidden_and_defaults_kept() {
    let made = template(
        r#"
        "parameters": {
            "password": {"type": "securestring"},
            "tls": {"type": "string", "defaultValue": "1.2", "allowedValues": ["1.0", "1.2"]},
            "sku": {"type": "string", "allowedValues": ["a", "b"]}},
        "outputs": {"key": {"type": "secureString", "value": "x"}, "name": {"type": "string", "value": "y"}},
        "resources": []"#,
    );
    let parameter = |name: &str, key: &str| made.template.at(&["Parameters", name, key]).map(json);
    assert_eq!(parameter("password", "NoEcho").as_deref(), Some("true"));
    assert_eq!(parameter("tls", "Default").as_deref(), Some("1.2"));
    assert_eq!(parameter("tls", "AllowedValues"), None);
    assert_eq!(parameter("sku", "AllowedValues").as_deref(), Some("[a,b]"));
    let outputs = made.template.get("Outputs").unwrap().as_map().unwrap();
    assert_eq!(outputs.keys().map(source_text::SmolStr::as_str).collect::<Vec<_>>(), ["name"]);
}

#[test]
fn hostile_templates_end() {
    let mut variables = vec!["\"v0\": \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"".to_owned()];
    for n in 1..200 {
        let before = n - 1;
        variables.push(format!(
            "\"v{n}\": [\"[variables('v{before}')]\", \"[variables('v{before}')]\"]"
        ));
    }
    let made = template(&format!(
        "\"variables\": {{\"loop\": \"[variables('loop')]\", {}}}, \"resources\": [\
         {{\"type\": \"A.B/c\", \"name\": \"x\", \"properties\": \
         {{\"a\": \"[variables('v199')]\", \"b\": \"[variables('loop')]\"}}}}, \
         {{\"type\": \"A.B/c\", \"name\": \"y\", \"copy\": {{\"name\": \"l\", \"count\": 1000000000}}}}]",
        variables.join(", ")
    ));
    assert!(made.diagnostics.iter().any(|it| it.message.contains("make too much")));
    assert!(made.template.at(&["Resources", "x"]).is_some());
}

proptest! {
    #[test]
    fn no_text_is_fatal(text in "\\PC{0,80}") {
        let _ = arm_template::parse(&text);
        let text = text.replace(['"', '\\'], "");
        let _ = template(&format!(
            "\"resources\": [{{\"type\": \"A.B/c\", \"name\": \"[{text}]\", \"properties\": {{}}}}]"
        ));
    }

    #[test]
    fn what_is_written_is_read_again(text in expression()) {
        let read = arm_template::parse(&text).unwrap();
        prop_assert_eq!(arm_template::parse(&read.to_string()).unwrap(), read);
    }
}

fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof!["[a-z]{1,5}\\(\\)", "'[a-z/ ]{0,6}'", "[0-9]{1,4}"];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            (prop::collection::vec(inner.clone(), 0..3), "[a-z]{1,8}")
                .prop_map(|(arguments, name)| format!("{name}({})", arguments.join(" , "))),
            (inner.clone(), "[a-z]{1,8}").prop_map(|(it, key)| format!("f({it}).{key}")),
            (inner.clone(), inner).prop_map(|(it, index)| format!("f({it})[ {index} ]")),
        ]
    })
}
