//! Exports to the carrier.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use asset_export::{Lowered, could_be_export, could_be_lines, parse_lines, read};
use proptest::prelude::*;
use source_text::{FileId, Limits, Node, parse_json};

fn lowered(text: &str) -> Option<Lowered> {
    let file = FileId(0);
    let parsed = if could_be_lines(text) {
        parse_lines(file, text, &Limits::default()).ok()?
    } else {
        parse_json(file, text, &Limits::default()).ok()?
    };
    read(file, &parsed.documents)
}

fn at<'n>(lowered: &'n Lowered, id: &str, path: &[&str]) -> &'n Node {
    let resources = lowered.template.get("Resources").unwrap();
    let ids: Vec<_> = resources.as_map().unwrap().keys().collect();
    let properties = resources.at(&[id, "Properties"]);
    assert!(properties.is_some_and(|it| it.at(path).is_some()), "{id} {path:?} among {ids:?}");
    properties.unwrap().at(path).unwrap()
}

fn type_of<'n>(lowered: &'n Lowered, id: &str) -> &'n str {
    lowered.template.at(&["Resources", id, "Type"]).unwrap().as_str().unwrap()
}

const GRAPH: &str = r#"{"count": 4, "data": [
  {"id": "/subscriptions/1/resourceGroups/Shop/providers/Microsoft.Web/sites/orders",
   "type": "microsoft.web/sites", "name": "orders", "kind": "functionapp,linux", "location": "westeurope",
   "identity": {"type": "SystemAssigned, UserAssigned", "principalId": "aaaa-1",
     "userAssignedIdentities": {"/subscriptions/1/resourcegroups/shop/providers/Microsoft.ManagedIdentity/userAssignedIdentities/worker": {"clientId": "c"}}},
   "properties": {"httpsOnly": false, "siteConfig": {"minTlsVersion": null, "http20Enabled": true},
     "siteProperties": {"properties": [{"name": "LinuxFxVersion", "value": "Python|3.11"}]}}},
  {"id": "/subscriptions/1/resourceGroups/shop/providers/Microsoft.ManagedIdentity/userAssignedIdentities/worker",
   "type": "microsoft.managedidentity/userassignedidentities", "name": "worker", "properties": {"principalId": "bbbb-2"}},
  {"id": "/subscriptions/1/resourceGroups/shop/providers/Microsoft.Web/sites/orders/config/web",
   "type": "microsoft.web/sites/config", "name": "web", "properties": {"ftpsState": "AllAllowed"}},
  {"id": "/subscriptions/1/providers/Microsoft.Authorization/roleAssignments/9",
   "type": "microsoft.authorization/roleassignments", "name": "9",
   "properties": {"principalId": "AAAA-1", "scope": "/subscriptions/1", "roleDefinitionId": "/providers/Microsoft.Authorization/RoleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635"}}
]}"#;

#[test]
fn a_row_of_the_resource_graph_is_the_body_of_a_template() {
    let made = lowered(GRAPH).unwrap();
    assert!(could_be_export(GRAPH));
    assert_eq!(type_of(&made, "orders"), "Microsoft.Web/sites");
    let only = at(&made, "orders", &["properties", "httpsOnly"]);
    assert_eq!((only.as_bool(), only.place.line), (Some(false), 6));
    assert_eq!(at(&made, "orders/web", &["parent", "Ref"]).as_str(), Some("orders"));
    assert_eq!(at(&made, "orders/web", &["name"]).as_str(), Some("orders/web"));
}

#[test]
fn what_a_row_leaves_out_is_unknown() {
    let made = lowered(GRAPH).unwrap();
    let config = |key: &str| at(&made, "orders", &["properties", "siteConfig", key]);
    assert!(config("minTlsVersion").get("Fn::Unresolved").is_some());
    assert!(config("ftpsState").get("Fn::Unresolved").is_some());
    assert_eq!(config("http20Enabled").as_bool(), Some(true));
    assert_eq!(config("linuxFxVersion").as_str(), Some("Python|3.11"));
}

#[test]
fn ids_and_principals_are_references_whatever_their_case() {
    let made = lowered(GRAPH).unwrap();
    let users = at(&made, "orders", &["identity", "userAssignedIdentities"]);
    assert_eq!(users.as_map().unwrap().keys().collect::<Vec<_>>(), ["${worker}"]);
    let principal = at(&made, "9", &["properties", "principalId", "Fn::GetAtt"]);
    let words: Vec<_> = principal.as_list().unwrap().iter().filter_map(Node::as_str).collect();
    assert_eq!(words, ["orders", "identity.principalId"]);
}

const LINES: &str = r#"{"name": "//cloudfunctions.googleapis.com/projects/p/locations/l/functions/orders", "asset_type": "cloudfunctions.googleapis.com/CloudFunction", "resource": {"version": "v1", "data": {"name": "projects/p/locations/l/functions/orders", "runtime": "python39", "serviceAccountEmail": "worker@p.iam.gserviceaccount.com", "eventTrigger": {"resource": "projects/p/topics/made"}}}}
{"name": "//iam.googleapis.com/projects/p/serviceAccounts/123", "asset_type": "iam.googleapis.com/ServiceAccount", "resource": {"data": {"email": "worker@p.iam.gserviceaccount.com"}}}

{"name": "//pubsub.googleapis.com/projects/p/topics/made", "asset_type": "pubsub.googleapis.com/Topic", "resource": {"data": {"name": "projects/p/topics/made"}}}
{"name": "//cloudfunctions.googleapis.com/projects/p/locations/l/functions/orders", "asset_type": "cloudfunctions.googleapis.com/CloudFunction", "iam_policy": {"bindings": [{"role": "roles/cloudfunctions.invoker", "members": ["allUsers"]}]}}
{"name": "//cloudresourcemanager.googleapis.com/projects/7", "asset_type": "cloudresourcemanager.googleapis.com/Project", "iam_policy": {"bindings": [{"role": "roles/editor", "members": ["serviceAccount:worker@p.iam.gserviceaccount.com"]}]}}
"#;

#[test]
fn assets_in_lines_are_resources_with_their_policies() {
    assert!(could_be_export(LINES) && could_be_lines(LINES));
    let made = lowered(LINES).unwrap();
    let account = at(&made, "orders", &["serviceAccountEmail", "Fn::GetAtt"]);
    let words: Vec<_> = account.as_list().unwrap().iter().filter_map(Node::as_str).collect();
    assert_eq!(words, ["worker", "email"]);
    assert!(at(&made, "orders", &["eventTrigger", "resource"]).get("Fn::GetAtt").is_some());
    let binding =
        at(&made, "orders", &["iamPolicy", "bindings"]).as_list().unwrap().first().unwrap();
    let role = binding.get("role").unwrap();
    assert_eq!((role.as_str(), role.place.line), (Some("roles/cloudfunctions.invoker"), 5));
    assert_eq!(type_of(&made, "7"), "iam.googleapis.com/Policy");
    let project = "cloudresourcemanager.googleapis.com/Project";
    assert_eq!(at(&made, "7", &["resourceType"]).as_str(), Some(project));
}

#[test]
fn a_list_of_assets_is_the_same_as_their_lines() {
    let lines: Vec<_> = LINES.lines().filter(|line| !line.is_empty()).collect();
    let list = format!("[{}]", lines.join(",\n"));
    let (list, lines) = (lowered(&list).unwrap(), lowered(LINES).unwrap());
    assert!(list.template.same(&lines.template));
}

#[test]
fn other_documents_are_left_alone_and_odd_rows_are_told() {
    for text in ["{}", "[]", "[1]", r#"{"Resources": {}}"#, r#"[{"id": "x", "type": "a/b"}]"#] {
        assert!(lowered(text).is_none(), "{text}");
    }
    let text = r#"[{"id": "/subscriptions/1/resourceGroups/g", "type": "microsoft.resources/x", "name": "g"}, 7, {"id": 8}]"#;
    let made = lowered(text).unwrap();
    let [told] = made.diagnostics.as_slice() else { unreachable!("{:?}", made.diagnostics) };
    assert!(told.message.starts_with("2 entries"), "{}", told.message);
}

proptest! {
    #[test]
    fn no_row_is_fatal(
        ids in proptest::collection::vec("(/subscriptions/1|/providers)(/[a-zA-Z.]{0,9}){0,8}", 0..6),
        key in "[a-zA-Z:]{0,12}",
    ) {
        let rows: Vec<_> = ids
            .iter()
            .map(|id| format!(r#"{{"id": "{id}", "type": "a/b", "{key}": ["{id}", {{"{id}": null}}]}}"#))
            .collect();
        let text = format!("[{}]", rows.join(","));
        if let Some(made) = lowered(&text) {
            prop_assert!(made.template.get("Resources").unwrap().as_map().unwrap().len() <= ids.len());
        }
    }
}
