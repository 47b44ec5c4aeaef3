//! Bicep, and Azure in Terraform, through the program.

use std::path::Path;

use crate::folder::Folder;

const MAIN: &str = r"
param name string
module store 'modules/store.bicep' = { name: 'store', params: { name: 'st${name}' } }
resource app 'Microsoft.Web/sites@2023-12-01' = {
  name: name
  kind: 'functionapp,linux'
  properties: {
    siteConfig: {
      appSettings: [
        { name: 'FUNCTIONS_WORKER_RUNTIME', value: 'python' }
        { name: 'DATABASE', value: 'Server=tcp:db;User ID=sa;Password=Tr0ub4dor&3xyz;' }
        { name: 'STORE', value: store.outputs.id }
      ]
    }
  }
}
";

const STORE: &str = r"
param name string
resource account 'Microsoft.Storage/storageAccounts@2023-01-01' = {
  name: name
  kind: 'StorageV2'
  properties: { minimumTlsVersion: 'TLS1_0', allowBlobPublicAccess: true, supportsHttpsTrafficOnly: false }
}
output id string = account.id
";

const TERRAFORM: &str = r#"
resource "azurerm_linux_function_app" "app" {
  name                = "orders"
  resource_group_name = "rg"
  location            = "westeurope"
  service_plan_id     = "plan"
  site_config {
    application_stack {
      python_version = "3.11"
    }
  }
  app_settings = {
    DATABASE = "Server=tcp:db;User ID=sa;Password=Tr0ub4dor&3xyz;"
  }
}
"#;

#[test]
fn a_source_is_read_with_its_modules_each_once() {
    let scan = Folder::new()
        .file("infra/main.bicep", MAIN)
        .file("infra/modules/store.bicep", STORE)
        .scan(&[]);
    assert_eq!(scan.count("files_scanned"), 2);
    assert_eq!(scan.count("functions"), 1);
    let findings = scan.findings();
    let at = |start: &str| findings.iter().any(|it| it.starts_with(start));
    assert!(at("infra/main.bicep:"), "{findings:?}");
}

#[test]
fn a_module_of_a_registry_and_a_broken_source_are_told() {
    let text = "module far 'br/contoso:web/site:0.1.0' = { name: 'x', params: {} }\n";
    let scan = Folder::new().file("main.bicep", text).scan(&[]);
    assert_eq!(scan.count("files_in_part"), 1);
    let scan = Folder::new().file("main.bicep", "resource 'x' = = {\n").scan(&[]);
    assert_eq!(scan.count("files_in_part"), 1);
}

#[test]
fn the_same_app_in_terraform_has_its_function_and_secret() {
    let scan = Folder::new().file("main.tf", TERRAFORM).scan(&[]);
    assert_eq!(scan.count("functions"), 1);
    let findings = scan.findings();
    assert!(findings.iter().any(|it| it.starts_with("main.tf:")), "{findings:?}");
}

#[test]
fn each_rule_finds_the_flaw_in_bicep_and_is_silent_when_it_is_mended() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bicep");
    let mut count = 0;
    for case in std::fs::read_dir(folder).unwrap() {
        let case = case.unwrap().path();
        let rule = case.file_name().unwrap().to_str().unwrap();
        let findings = |kind: &str| {
            let text = std::fs::read_to_string(case.join(kind)).unwrap();
            let scan = Folder::new().file("main.bicep", text).scan(&["--rule", rule]);
            assert_eq!(scan.count("files_scanned"), 1, "{rule} {kind}");
            assert_eq!(scan.count("files_in_part"), 0, "{rule} {kind}");
            scan.findings()
        };
        let found = findings("vulnerable.bicep");
        assert!(!found.is_empty(), "{rule} says nothing");
        assert!(found.iter().all(|it| it.starts_with("main.bicep:") && !it.contains(":0 ")));
        assert_eq!(findings("fixed.bicep"), [""; 0], "{rule}");
        count += 1;
    }
    assert!(count >= 30, "{count} rules are proven on Bicep");
}

#[test]
fn a_file_of_parameters_beside_a_source_fills_what_has_no_default() {
    let text = "param tls string\nresource s 'Microsoft.Storage/storageAccounts@2023-01-01' = {\n  name: 'orders'\n  kind: 'StorageV2'\n  properties: { minimumTlsVersion: tls }\n}\n";
    let folder = Folder::new().file("main.bicep", text);
    let found = |rule: &str| folder.scan(&["--rule", rule]).findings();
    assert_eq!(found("SAS-3.3"), [""; 0]);
    folder.write("dev.bicepparam", "using './main.bicep'\nparam tls = 'TLS1_0'\n");
    folder.write("other.bicepparam", "using './gone.bicep'\nparam tls = 'TLS1_2'\n");
    let told = found("SAS-3.3");
    assert!(told.iter().all(|it| it.starts_with("main.bicep:5")) && told.len() == 1, "{told:?}");
    let azd = r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
      "parameters": {"tls": {"value": "${AZURE_TLS}"}}}"#;
    folder.write("main.parameters.json", azd);
    assert_eq!(found("SAS-3.3"), [""; 0], "the files do not agree");
}

#[test]
fn a_verified_module_of_the_registry_is_judged_by_its_arguments() {
    let text = "module app 'br/public:avm/res/web/site:0.16.0' = {\n  name: 'app'\n  params: {\n    name: 'orders'\n    kind: 'functionapp,linux'\n    httpsOnly: false\n    siteConfig: { remoteDebuggingEnabled: true }\n  }\n}\n";
    let scan = Folder::new().file("main.bicep", text).scan(&[]);
    assert_eq!((scan.count("functions"), scan.count("files_in_part")), (1, 0));
    let found = scan.findings().join("\n");
    assert!(found.contains("main.bicep:6") && found.contains("main.bicep:7"), "{found}");
}
