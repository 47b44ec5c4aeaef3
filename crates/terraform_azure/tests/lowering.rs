//! Resources in, template out: what the tables and their completions make.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use source_text::{FileId, Limits, Node, parse_yaml, to_json_compact};
use terraform_azure::AZURE;
use terraform_language::{Block, Evaluated};
use terraform_tables::{Lowered, lower};

fn parsed(text: &str) -> Node {
    let limits = Limits::of_part(text);
    let parsed = parse_yaml(FileId(0), text, &limits).unwrap();
    parsed.documents.into_iter().next().unwrap()
}

/// Blocks of a mapping from addresses to bodies.
fn evaluated(text: &str) -> Evaluated {
    let mut evaluated = Evaluated::default();
    for (address, entry) in parsed(text).as_map().unwrap().entries() {
        let bare = address.strip_prefix("data.").unwrap_or(address);
        let (kind, name) = bare.split_once('.').unwrap();
        let block = Block {
            kind: kind.into(),
            name: name.split('[').next().unwrap().into(),
            address: address.clone(),
            folder: "".into(),
            place: entry.key_place,
            body: entry.value.clone(),
            condition: None,
        };
        if bare == address.as_str() {
            evaluated.resources.push(block);
        } else {
            evaluated.data.push(block);
        }
    }
    evaluated
}

fn lowered(text: &str) -> Lowered {
    lower(&evaluated(text), FileId(0), &[AZURE])
}

#[track_caller]
fn check(text: &str, address: &str, type_: &str, properties: &str) {
    let lowered = lowered(text);
    let found = lowered.template.at(&["Resources", address, "Properties"]).unwrap();
    assert!(found.same(&parsed(properties)), "{}", to_json_compact(found));
    let found = lowered.template.at(&["Resources", address, "Type"]).unwrap();
    assert_eq!(found.as_str(), Some(type_));
}

#[test]
fn a_function_app_is_a_site_with_the_settings_that_the_provider_writes() {
    check(
        r#"
azurerm_linux_function_app.f:
  name: orders
  resource_group_name: rg
  location: westeurope
  service_plan_id: {"Fn::GetAtt": [azurerm_service_plan.p, id]}
  storage_account_name: {"Fn::GetAtt": [azurerm_storage_account.s, name]}
  storage_account_access_key: {"Fn::GetAtt": [azurerm_storage_account.s, primary_access_key]}
  https_only: true
  public_network_access_enabled: false
  identity: [{type: "SystemAssigned, UserAssigned", identity_ids: [{"Fn::GetAtt": [azurerm_user_assigned_identity.i, id]}]}]
  app_settings: {TABLE: orders}
  site_config:
    - minimum_tls_version: "1.1"
      cors: [{allowed_origins: ["*"]}]
      application_stack: [{python_version: "3.11"}]
azurerm_storage_account.s: {name: store}
azurerm_service_plan.p: {name: plan}
azurerm_user_assigned_identity.i: {name: who}
"#,
        "azurerm_linux_function_app.f",
        "Microsoft.Web/sites",
        r#"{
          name: orders, location: westeurope, kind: "functionapp,linux",
          identity: {type: "SystemAssigned, UserAssigned",
            userAssignedIdentities: {"${azurerm_user_assigned_identity.i}": {}}},
          properties: {
            serverFarmId: {Ref: azurerm_service_plan.p}, httpsOnly: true, publicNetworkAccess: Disabled,
            siteConfig: {
              appSettings: [
                {name: TABLE, value: orders},
                {name: AzureWebJobsStorage, value: {"Fn::Join": ["", [
                  "DefaultEndpointsProtocol=https;AccountName=store;AccountKey=",
                  {"Fn::Unresolved": ["${listKeys('azurerm_storage_account.s').primary_access_key}",
                    {Ref: azurerm_storage_account.s}]}]]}},
                {name: FUNCTIONS_WORKER_RUNTIME, value: python}],
              minTlsVersion: "1.1", cors: {allowedOrigins: ["*"]}, linuxFxVersion: "PYTHON|3.11", ftpsState: Disabled}}}"#,
    );
}

#[test]
fn an_account_has_the_defaults_of_the_provider_and_the_rules_of_its_parts() {
    check(
        r#"
azurerm_storage_account.s:
  name: store
  account_tier: Standard
  account_replication_type: GRS
  allow_nested_items_to_be_public: false
azurerm_storage_account_network_rules.r:
  storage_account_id: {"Fn::GetAtt": [azurerm_storage_account.s, id]}
  default_action: Deny
  bypass: [AzureServices, Logging]
  ip_rules: [10.0.0.1]
"#,
        "azurerm_storage_account.s",
        "Microsoft.Storage/storageAccounts",
        r#"{name: store, sku: {name: Standard_GRS}, kind: StorageV2, properties: {
            allowBlobPublicAccess: false, minimumTlsVersion: TLS1_2, supportsHttpsTrafficOnly: true, allowSharedKeyAccess: true,
            networkAcls: {defaultAction: Deny, bypass: "AzureServices, Logging", ipRules: [{value: 10.0.0.1, action: Allow}]}}}"#,
    );
}

#[test]
fn a_resource_of_arm_passes_through() {
    check(
        r#"
azapi_resource.f:
  type: microsoft.web/Sites@2024-04-01
  name: orders
  parent_id: {"Fn::GetAtt": [azurerm_resource_group.g, id]}
  body: {kind: "functionapp,linux", properties: {httpsOnly: true}}
azurerm_resource_group.g: {name: g}
"#,
        "azapi_resource.f",
        "Microsoft.Web/sites",
        r#"{name: orders, kind: "functionapp,linux", properties: {httpsOnly: true}}"#,
    );
}

#[test]
fn a_role_leads_to_the_identity_of_the_app_also_over_a_data_source() {
    let text = r#"
azapi_resource.f: {type: "Microsoft.Web/sites@2024-04-01", name: orders, body: {kind: functionapp}}
data.azurerm_linux_function_app.d: {name: {"Fn::GetAtt": [azapi_resource.f, name]}}
azurerm_storage_account.s: {name: store}
azurerm_role_assignment.r:
  scope: {"Fn::GetAtt": [azurerm_storage_account.s, id]}
  role_definition_name: Owner
  principal_id: {"Fn::GetAtt": [data.azurerm_linux_function_app.d, identity.0.principal_id]}
"#;
    check(
        text,
        "azurerm_role_assignment.r",
        "Microsoft.Authorization/roleAssignments",
        r#"{scope: {Ref: azurerm_storage_account.s}, properties: {roleDefinitionName: Owner,
            principalId: {"Fn::GetAtt": [azapi_resource.f, identity.principalId]}}}"#,
    );
}

#[test]
fn settings_of_an_app_are_resources_of_their_own() {
    check(
        r"
azurerm_windows_web_app.w:
  name: shop
  auth_settings_v2: [{auth_enabled: true, require_authentication: false, login: [{}]}]
",
        "azurerm_windows_web_app.w.auth_settings_v2",
        "Microsoft.Web/sites/config",
        r"{name: authsettingsV2, parent: {Ref: azurerm_windows_web_app.w}, properties: {
            platform: {enabled: true}, globalValidation: {requireAuthentication: false}, login: {}}}",
    );
}

#[test]
fn words_are_turned_in_both_cases_of_a_choice() {
    check(
        r#"
azurerm_key_vault.v: {name: v, public_network_access_enabled: {"Fn::If": [c, true, false]}}
"#,
        "azurerm_key_vault.v",
        "Microsoft.KeyVault/vaults",
        r#"{name: v, properties: {publicNetworkAccess: {"Fn::If": [c, Enabled, Disabled]}}}"#,
    );
}

#[test]
fn a_subscription_to_events_has_one_destination() {
    check(
        r#"
azurerm_eventgrid_event_subscription.e:
  name: e
  scope: /x
  azure_function_endpoint: [{function_id: {"Fn::Join": ["", [{"Fn::GetAtt": [azurerm_linux_function_app.f, id]}, /functions/go]]}}]
azurerm_linux_function_app.f: {name: f}
"#,
        "azurerm_eventgrid_event_subscription.e",
        "Microsoft.EventGrid/eventSubscriptions",
        r#"{name: e, scope: /x, properties: {destination: {endpointType: AzureFunction, properties: {
            resourceId: {"Fn::Join": ["", [{Ref: azurerm_linux_function_app.f}, /functions/go]]}}}}}"#,
    );
}

fn value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "[a-z_]{0,6}".prop_map(|text| format!("\"{text}\"")),
        Just("true".to_owned()),
        Just("7".to_owned()),
        Just(r#"{"Fn::GetAtt": [azurerm_storage_account.x, name]}"#.to_owned()),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3)
                .prop_map(|items| format!("[{}]", items.join(", "))),
            prop::collection::vec(inner, 0..3).prop_map(|items| {
                let items = items.iter().enumerate().map(|(at, it)| format!("k{at}: {it}"));
                format!("{{{}}}", items.collect::<Vec<_>>().join(", "))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn no_value_is_fatal(value in value(), kind in 0..12_usize, argument in 0..16_usize) {
        let kinds = ["azurerm_linux_function_app", "azurerm_storage_account", "azurerm_key_vault",
            "azapi_resource", "azurerm_eventgrid_event_subscription", "azurerm_api_management",
            "azurerm_cosmosdb_account", "azurerm_network_security_group", "azurerm_redis_cache",
            "azurerm_servicebus_namespace", "azurerm_monitor_diagnostic_setting", "azurerm_x"];
        let arguments = ["site_config", "app_settings", "identity", "network_rules", "name", "body",
            "type", "security", "ip_range_filter", "security_rule", "sku", "enabled_log",
            "webhook_endpoint", "blob_properties", "auth_settings_v2", "customer_managed_key"];
        let made = lowered(&format!("{}.x: {{name: n, {}: {value}}}", kinds[kind], arguments[argument]));
        let resource = made.template.at(&["Resources"]).unwrap().get(&format!("{}.x", kinds[kind]));
        prop_assert!(resource.is_some());
    }
}
