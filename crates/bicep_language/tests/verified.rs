//! Modules of the public registry to the carrier.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use arm_template::Options;
use bicep_language::{Lowered, lower};
use source_text::{FileId, Level, Node, ReadError, ReadFile, Sources};

#[derive(Default)]
struct Alone(Sources);

impl ReadFile for Alone {
    fn read(&self, _from: FileId, path: &str) -> Result<FileId, ReadError> {
        Err(ReadError::NotFound { path: path.to_owned() })
    }

    fn sources(&self) -> &Sources {
        &self.0
    }
}

fn lowered(text: &str) -> Lowered {
    let alone = Alone::default();
    let file = alone.0.add("main.bicep", text);
    lower(file, &Options::default(), &alone)
}

fn resource<'n>(lowered: &'n Lowered, id: &str) -> &'n Node {
    let resources = lowered.template.get("Resources").unwrap();
    let ids: Vec<_> = resources.as_map().unwrap().keys().collect();
    assert!(resources.get(id).is_some(), "no `{id}` among {ids:?}");
    resources.get(id).unwrap()
}

fn of<'n>(lowered: &'n Lowered, id: &str, path: &[&str]) -> &'n Node {
    let properties = resource(lowered, id).get("Properties").unwrap();
    assert!(properties.at(path).is_some(), "nothing at {path:?} of `{id}`: {properties:?}");
    properties.at(path).unwrap()
}

const APP: &str = "\
param level string = '1.2'
module identity 'br/public:avm/res/managed-identity/user-assigned-identity:0.4.1' = {
  name: 'identity'
  params: { name: 'orders-identity' }
}
module app 'br/public:avm/res/web/site:0.16.0' = {
  name: 'app'
  params: {
    name: 'orders'
    kind: 'functionapp,linux'
    httpsOnly: false
    managedIdentities: {
      systemAssigned: true
      userAssignedResourceIds: [identity.outputs.resourceId]
    }
    siteConfig: { minTlsVersion: level }
    configs: [
      { name: 'appsettings', properties: { STAGE: 'prod' } }
    ]
    basicPublishingCredentialsPolicies: [{ name: 'ftp', allow: false }]
    roleAssignments: [
      { principalId: 'p1', roleDefinitionIdOrName: 'Contributor' }
    ]
    lock: { kind: 'CanNotDelete' }
    slots: []
  }
}
module keys 'br:mcr.microsoft.com/bicep/avm/res/key-vault/vault:0.9.0' = {
  name: 'keys'
  params: {
    name: 'orders-keys'
    enablePurgeProtection: false
    diagnosticSettings: [{ workspaceResourceId: 'w' }]
  }
}
";

#[test]
fn a_module_is_the_resource_that_it_makes() {
    let made = lowered(APP);
    assert_eq!(
        resource(&made, "app.site").get("Type").unwrap().as_str(),
        Some("Microsoft.Web/sites")
    );
    assert_eq!(of(&made, "app.site", &["kind"]).as_str(), Some("functionapp,linux"));
    let only = of(&made, "app.site", &["properties", "httpsOnly"]);
    assert_eq!((only.as_bool(), only.place.line), (Some(false), 11));
    let level = of(&made, "app.site", &["properties", "siteConfig", "minTlsVersion"]);
    assert_eq!(level.get("Ref").and_then(Node::as_str), Some("level"));
    let settings = "app.config(configs)[0]";
    assert_eq!(of(&made, settings, &["name"]).as_str(), Some("orders/appsettings"));
    let stage = of(&made, settings, &["properties", "STAGE"]);
    assert_eq!((stage.as_str(), stage.place.line), (Some("prod"), 18));
    assert_eq!(of(&made, settings, &["parent", "Ref"]).as_str(), Some("app.site"));
    let policy = "app.basicPublishingCredentialsPolicies(basicPublishingCredentialsPolicies)[0]";
    assert_eq!(of(&made, policy, &["properties", "allow"]).as_bool(), Some(false));
    let role = "app.roleAssignments[0]";
    assert_eq!(of(&made, role, &["properties", "roleDefinitionId"]).as_str(), Some("Contributor"));
    assert_eq!(of(&made, role, &["scope", "Ref"]).as_str(), Some("app.site"));
}

#[test]
fn identities_are_those_that_are_named() {
    let made = lowered(APP);
    let identity = of(&made, "app.site", &["identity"]);
    assert_eq!(identity.get("type").unwrap().as_str(), Some("SystemAssigned, UserAssigned"));
    let users = identity.get("userAssignedIdentities").unwrap().as_map().unwrap();
    assert_eq!(users.keys().collect::<Vec<_>>(), ["${identity.user-assigned-identity}"]);
}

#[test]
fn what_the_module_writes_by_itself_is_there_and_what_differs_is_unknown() {
    let made = lowered(APP);
    let vault = |path: &[&str]| of(&made, "keys.vault", path).clone();
    assert_eq!(vault(&["properties", "enablePurgeProtection"]).as_bool(), Some(false));
    assert_eq!(vault(&["properties", "enableSoftDelete"]).as_bool(), Some(true));
    assert!(vault(&["properties", "enableRbacAuthorization"]).get("Fn::Unresolved").is_some());
    let logs = of(&made, "keys.diagnosticSettings()[0]", &["properties", "logs"]);
    let first = logs.as_list().unwrap().first().unwrap();
    assert_eq!(first.get("categoryGroup").unwrap().as_str(), Some("allLogs"));
    assert_eq!(first.get("enabled").unwrap().as_bool(), Some(true));
}

#[test]
fn what_is_not_read_is_told() {
    let made = lowered(APP);
    let told: Vec<_> = made.diagnostics.iter().map(|it| it.message.as_str()).collect();
    let [slots] = told.as_slice() else { panic!("{told:?}") };
    assert!(slots.contains("`slots`"), "{slots}");
    let other =
        lowered("module m 'br/public:avm/res/batch/batch-account:0.1.0' = {\n  name: 'm'\n}\n");
    let [only] = other.diagnostics.as_slice() else { panic!("{:?}", other.diagnostics) };
    assert_eq!(only.level, Level::Error);
    assert!(only.message.contains("avm/res/batch/batch-account"), "{}", only.message);
}

#[test]
fn properties_of_a_module_that_is_given_a_value_are_unknown() {
    let text = "param all object\nmodule s 'br/public:avm/res/storage/storage-account:0.25.0' = {\n  name: 's'\n  params: all\n}\n";
    let made = lowered(text);
    let access = of(&made, "s.storage-account", &["properties", "allowBlobPublicAccess"]);
    assert!(access.get("Fn::Unresolved").is_some(), "{access:?}");
    assert!(made.diagnostics.iter().any(|it| it.message.contains("taken as unknown")));
}

#[test]
fn a_module_in_a_loop_is_made_as_often() {
    let text = "module s 'br/public:avm/res/storage/storage-account:0.25.0' = [for name in ['a', 'b']: {\n  name: 's-${name}'\n  params: {\n    name: name\n    blobServices: { containers: [{ name: 'in', publicAccess: 'Blob' }] }\n  }\n}]\n";
    let made = lowered(text);
    assert_eq!(of(&made, "s[0].storage-account", &["name"]).as_str(), Some("a"));
    assert_eq!(of(&made, "s[1].storage-account", &["name"]).as_str(), Some("b"));
    let container = "s[1].containers(blobServices)[0]";
    assert_eq!(of(&made, container, &["name"]).as_str(), Some("b/default/in"));
    assert_eq!(of(&made, container, &["properties", "publicAccess"]).as_str(), Some("Blob"));
}

#[test]
fn a_role_on_a_resource_of_another_module_is_known() {
    let text = "module s 'br/public:avm/res/storage/storage-account:0.25.0' = {\n  name: 's'\n  params: { name: 'orders' }\n}\nmodule app 'br/public:avm/res/web/site:0.16.0' = {\n  name: 'app'\n  params: { name: 'a', kind: 'functionapp', managedIdentities: { systemAssigned: true } }\n}\nmodule r 'br/public:avm/ptn/authorization/resource-role-assignment:0.1.2' = {\n  name: 'r'\n  params: {\n    resourceId: s.outputs.resourceId\n    principalId: app.outputs.?systemAssignedMIPrincipalId ?? ''\n    roleDefinitionId: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'\n  }\n}\n";
    let made = lowered(text);
    let id = "r.resource-role-assignment";
    assert_eq!(of(&made, id, &["scope", "Ref"]).as_str(), Some("s.storage-account"));
    let principal = format!("{:?}", of(&made, id, &["properties", "principalId"]));
    assert!(principal.contains("app.site"), "{principal}");
}
