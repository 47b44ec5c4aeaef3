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

/// What a file of parameters gives.
fn parameters(values: &str) -> String {
    format!(
        r#"{{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
 "contentVersion": "1.0.0.0", "parameters": {{{values}}}}}"#
    )
}

#[test]
fn a_file_of_parameters_fills_what_has_no_default_and_several_where_they_agree() {
    let template = TEMPLATE.replace(r#", "defaultValue": false"#, "");
    let folder = Folder::new().file("azuredeploy.json", &template);
    let is_found = || {
        let found = folder.scan(&[]).findings();
        found.iter().any(|it| it.starts_with("azuredeploy.json:15"))
    };
    assert!(!is_found());
    let off = parameters(r#""https": {"value": false}"#);
    folder.write("azuredeploy.parameters.json", &off);
    assert!(is_found());
    folder.write("azuredeploy.prod.parameters.json", parameters(r#""https": {"value": true}"#));
    assert!(!is_found());
    folder.write("azuredeploy.prod.parameters.json", &off);
    assert!(is_found());
}

#[test]
fn a_linked_template_is_read_where_it_is_linked_to_and_nothing_outside() {
    let link = |path: &str| {
        format!(
            r#"{{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
 "contentVersion": "1.0.0.0", "resources": [{{"type": "Microsoft.Resources/deployments",
  "apiVersion": "2022-09-01", "name": "app", "properties": {{"mode": "Incremental",
   "templateLink": {{"relativePath": "{path}"}},
   "parameters": {{"siteName": {{"value": "orders"}}, "https": {{"value": true}}}}}}}}]}}"#
        )
    };
    let folder =
        Folder::new().file("main.json", link("parts/app.json")).file("parts/app.json", TEMPLATE);
    let scan = folder.scan(&[]);
    assert_eq!((scan.count("files_scanned"), scan.count("functions")), (2, 1));
    let found = scan.findings().join("\n");
    assert!(found.contains("parts/app.json:16"), "{found}");
    assert!(!found.contains("parts/app.json:15"), "{found}");
    let outside =
        Folder::new().file("in/main.json", link("../app.json")).file("app.json", TEMPLATE);
    let run = outside.run(&["scan", "in", "--format", "json"]);
    run.says("outside the scanned folder").says_not("remoteDebugging");
}
