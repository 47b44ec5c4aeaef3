//! Azure, through the program: deployment templates with comments, projects without a template.

use crate::folder::Folder;

const TEMPLATE: &str = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": {
    "siteName": { "type": "string" },
    "https": { "type": "bool", "defaultValue": false }
  },
  "resources": [
    { // the app of the shop
      "type": "microsoft.web/sites",
      "apiVersion": "2023-12-01",
      "name": "[parameters('siteName')]",
      "kind": "functionapp,linux",
      "properties": {
        "httpsOnly": "[parameters('https')]",
        "siteConfig": { "remoteDebuggingEnabled": true }
      }
    }
  ]
}
"#;

#[test]
fn a_template_of_azure_is_judged_with_its_defaults_and_comments() {
    let scan = Folder::new().file("azuredeploy.json", TEMPLATE).scan(&[]);
    assert_eq!(scan.count("files_scanned"), 1);
    let found = scan.findings().join("\n");
    assert!(found.contains("azuredeploy.json:15"), "{found}");
    assert!(found.contains("azuredeploy.json:16"), "{found}");
    let given = Folder::new().file("azuredeploy.json", TEMPLATE);
    let found = given.scan(&["--parameter", "https=true"]).findings().join("\n");
    assert!(!found.contains("azuredeploy.json:15"), "{found}");
}

#[test]
fn a_finding_in_a_template_of_azure_is_accepted_in_a_comment() {
    let text = TEMPLATE.replace(
        "{ // the app of the shop",
        "{ // faasguard: allow SAS-3.60 -- a debugger is attached this week",
    );
    let found = Folder::new().file("azuredeploy.json", text).scan(&[]).findings().join("\n");
    assert!(!found.contains("azuredeploy.json:16"), "{found}");
}

#[test]
fn a_function_without_a_template_tells_who_may_call_it() {
    let text = r#"{"bindings": [
      {"type": "httpTrigger", "direction": "in", "name": "req", "authLevel": "anonymous"},
      {"type": "http", "direction": "out", "name": "res"}
    ]}"#;
    let scan = Folder::new().file("Orders/function.json", text).scan(&[]);
    let found = scan.findings().join("\n");
    assert!(found.contains("Orders/function.json:2"), "{found}");
    let none = Folder::new().file("function.json", "{\"bindings\": \"none\"}").scan(&[]);
    assert_eq!(none.findings(), [""; 0]);
}
