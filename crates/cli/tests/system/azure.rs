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

const SITE: &str = "resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: 'shop'
  kind: 'functionapp,linux'
  properties: { httpsOnly: true }
}
";

const PYTHON: &str = "import os
import azure.functions as func
from orders import bp

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
app.register_functions(bp)

@app.route(route='hello', methods=['GET'])
def hello(req: func.HttpRequest) -> func.HttpResponse:
    os.system(req.params.get('q'))
    return func.HttpResponse('')
";

const BLUEPRINT: &str = "import os
import azure.functions as func

bp = func.Blueprint()

@bp.route(route='orders')  # faasguard: allow SAS-2.60 -- the list is public
def orders(req: func.HttpRequest) -> func.HttpResponse:
    os.system(req.get_body().decode())
    return func.HttpResponse('')
";

/// The triggers of the only function, as `kind route auth`.
fn triggers(scan: &crate::folder::Scan) -> Vec<String> {
    let functions = scan.json["functions"].as_array().unwrap();
    assert_eq!(functions.len(), 1, "{functions:?}");
    let shown = |it: &serde_json::Value| {
        let text = |key: &str| it[key].as_str().unwrap_or_default().to_owned();
        format!("{} {} {}", text("kind"), text("route"), text("auth"))
    };
    functions[0]["triggers"].as_array().unwrap().iter().map(shown).collect()
}

#[test]
fn an_app_of_a_template_is_judged_with_what_its_code_declares() {
    let host = r#"{"version": "2.0", "extensions": {"http": {"routePrefix": "v1"}}}"#;
    let folder = || {
        Folder::new()
            .file("infra/main.bicep", SITE)
            .file("src/api/host.json", host)
            .file("src/api/function_app.py", PYTHON)
            .file("src/api/orders.py", BLUEPRINT)
    };
    let scan = folder().scan(&[]);
    assert_eq!(triggers(&scan), ["http GET /v1/hello none", "http ANY /v1/orders none"]);
    let expect = [
        "src/api/function_app.py:10 SAS-1.9",
        "src/api/function_app.py:8 SAS-2.60",
        "src/api/orders.py:8 SAS-1.9",
    ];
    let mut found = scan.findings();
    found.sort();
    assert_eq!(found, expect, "{:#?}", scan.diagnostics());
    assert_eq!(scan.suppressed(), ["src/api/orders.py:6 SAS-2.60 inline"]);
    assert_eq!(scan.unused(), [""; 0]);
    assert!(scan.all_findings().iter().all(|it| it["function"] == "app"));
    assert_eq!(scan.count("functions_without_code"), 0);
    scan.notes("infra/main.bicep:1 note", "is taken to be in `src/api`");
    // Two projects: nothing tells which one is meant, and both stand for themselves.
    let two = folder()
        .file("src/web/host.json", "{}")
        .file(
            "src/web/index.js",
            "const { app } = require('@azure/functions');\napp.get('a', f);\n",
        )
        .scan(&[]);
    assert_eq!(two.json["functions"].as_array().unwrap().len(), 3);
    assert_eq!(two.count("functions_without_code"), 1);
    let named = "services:\n  api: {project: src/api, host: function}\n";
    let scan = folder().file("azure.yaml", named).scan(&[]);
    assert!(!scan.diagnostics().iter().any(|it| it.contains("taken to be")));
    assert_eq!(triggers(&scan).len(), 2);
}

#[test]
fn functions_that_files_describe_belong_to_the_app_that_runs_them() {
    let text = r#"{"bindings": [{"type": "httpTrigger", "authLevel": "anonymous", "route": "a"}]}"#;
    let code = "import os\n\ndef main(req):\n    os.system(req.params['q'])\n";
    let scan = Folder::new()
        .file("main.bicep", SITE)
        .file("host.json", r#"{"extensions": {"http": {"routePrefix": ""}}}"#)
        .file("orders/function.json", text)
        .file("orders/__init__.py", code)
        .scan(&[]);
    assert_eq!(triggers(&scan), ["http ANY /a none"]);
    let mut found = scan.findings();
    found.sort();
    assert_eq!(found, ["orders/__init__.py:4 SAS-1.9", "orders/function.json:1 SAS-2.60"]);
}

#[test]
fn a_project_without_a_template_is_judged_as_an_app() {
    let scan = Folder::new()
        .file("shop/host.json", "{}")
        .file("shop/function_app.py", PYTHON)
        .file("shop/orders.py", BLUEPRINT)
        .scan(&["--rule", "SAS-2.60"]);
    assert_eq!(triggers(&scan), ["http GET /api/hello none", "http ANY /api/orders none"]);
    assert_eq!(scan.findings(), ["shop/function_app.py:8 SAS-2.60"]);
    assert_eq!(scan.suppressed(), ["shop/orders.py:6 SAS-2.60 inline"]);
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
