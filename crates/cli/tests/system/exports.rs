//! Exports of live accounts, through the program: they are judged as the templates are.

use std::collections::BTreeSet;

use crate::folder::{Folder, Scan};

const TEMPLATE: &str = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "resources": [
    {"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "orders",
     "kind": "StorageV2", "sku": {"name": "Standard_LRS"},
     "properties": {"minimumTlsVersion": "TLS1_0", "supportsHttpsTrafficOnly": false,
       "allowBlobPublicAccess": true, "networkAcls": {"defaultAction": "Allow"}}},
    {"type": "Microsoft.Web/sites", "apiVersion": "2023-12-01", "name": "shop", "kind": "functionapp,linux",
     "identity": {"type": "SystemAssigned"},
     "properties": {"httpsOnly": false, "siteConfig": {"remoteDebuggingEnabled": true,
       "minTlsVersion": "1.2", "ftpsState": "Disabled", "http20Enabled": true,
       "linuxFxVersion": "Python|3.12"}}},
    {"type": "Microsoft.Authorization/roleAssignments", "apiVersion": "2022-04-01", "name": "1",
     "properties": {"roleDefinitionId": "/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
       "principalId": "[reference(resourceId('Microsoft.Web/sites', 'shop'), '2023-12-01', 'full').identity.principalId]"}}
  ]
}"#;

const GRAPH: &str = r#"{"count": 3, "data": [
    {"id": "/subscriptions/1/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/orders",
     "type": "microsoft.storage/storageaccounts", "name": "orders", "location": "westeurope",
     "kind": "StorageV2", "sku": {"name": "Standard_LRS"},
     "properties": {"minimumTlsVersion": "TLS1_0", "supportsHttpsTrafficOnly": false,
       "allowBlobPublicAccess": true, "networkAcls": {"defaultAction": "Allow"}}},
    {"id": "/subscriptions/1/resourceGroups/g/providers/Microsoft.Web/sites/shop",
     "type": "microsoft.web/sites", "name": "shop", "kind": "functionapp,linux",
     "identity": {"type": "SystemAssigned", "principalId": "aaaa"},
     "properties": {"httpsOnly": false, "siteConfig": {"remoteDebuggingEnabled": true,
       "minTlsVersion": "1.2", "ftpsState": "Disabled", "http20Enabled": true,
       "linuxFxVersion": "Python|3.12"}}},
    {"id": "/subscriptions/1/resourceGroups/g/providers/Microsoft.Authorization/roleAssignments/1",
     "type": "microsoft.authorization/roleassignments", "name": "1",
     "properties": {"roleDefinitionId": "/subscriptions/1/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
       "principalId": "aaaa", "scope": "/subscriptions/1/resourceGroups/g"}}
]}"#;

const TERRAFORM: &str = r#"
resource "google_service_account" "worker" { account_id = "worker" }
resource "google_cloudfunctions_function" "orders" {
  name                  = "orders"
  runtime               = "python37"
  entry_point           = "main"
  trigger_http          = true
  service_account_email = google_service_account.worker.email
  ingress_settings      = "ALLOW_ALL"
}
resource "google_cloudfunctions_function_iam_member" "all" {
  cloud_function = google_cloudfunctions_function.orders.name
  role           = "roles/cloudfunctions.invoker"
  member         = "allUsers"
}
"#;

const ASSETS: &str = r#"{"name": "//cloudfunctions.googleapis.com/projects/p/locations/l/functions/orders", "asset_type": "cloudfunctions.googleapis.com/CloudFunction", "resource": {"data": {"name": "orders", "runtime": "python37", "entryPoint": "main", "httpsTrigger": {}, "serviceAccountEmail": "worker@p.iam.gserviceaccount.com", "ingressSettings": "ALLOW_ALL"}}}
{"name": "//cloudfunctions.googleapis.com/projects/p/locations/l/functions/orders", "asset_type": "cloudfunctions.googleapis.com/CloudFunction", "iam_policy": {"bindings": [{"role": "roles/cloudfunctions.invoker", "members": ["allUsers"]}]}}
{"name": "//iam.googleapis.com/projects/p/serviceAccounts/123", "asset_type": "iam.googleapis.com/ServiceAccount", "resource": {"data": {"email": "worker@p.iam.gserviceaccount.com"}}}
"#;

/// The rules that speak, each once.
fn rules(scan: &Scan) -> BTreeSet<String> {
    scan.all_findings().iter().map(|it| it["rule"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_template_and_the_export_of_what_it_made_have_the_same_findings() {
    let strict = ["--profile", "strict"];
    let template = Folder::new().file("azuredeploy.json", TEMPLATE).scan(&strict);
    let export = Folder::new().file("export.json", GRAPH).scan(&strict);
    assert_eq!(export.count("functions"), 1);
    assert_eq!(rules(&export), rules(&template));
    assert!(rules(&export).len() > 4);
}

#[test]
fn an_export_of_cloud_assets_is_judged_as_terraform_is() {
    let terraform = Folder::new().file("main.tf", TERRAFORM).scan(&[]);
    let export = Folder::new().file("assets.json", ASSETS).scan(&[]);
    assert_eq!(export.count("functions"), 1);
    assert_eq!(rules(&export), rules(&terraform));
    assert!(!rules(&export).is_empty());
}

#[test]
fn a_broken_line_of_an_export_is_told() {
    let text = format!("{ASSETS}{{\"name\": \n");
    let scan = Folder::new().file("assets.json", text).scan(&[]);
    assert_eq!(scan.count("files_not_scanned"), 1);
}
