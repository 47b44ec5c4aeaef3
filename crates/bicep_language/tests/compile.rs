//! Sources to documents and to the carrier.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;

use arm_template::Options;
use bicep_language::{Lowered, document, lower};
use proptest::prelude::*;
use source_text::{FileId, Kind, Node, ReadError, ReadFile, Sources};

#[derive(Default)]
struct Memory {
    sources: Sources,
    files: Vec<(String, FileId)>,
}

impl Memory {
    fn add(&mut self, path: &str, text: &str) -> FileId {
        let file = self.sources.add(path, text);
        self.files.push((path.to_owned(), file));
        file
    }
}

impl ReadFile for Memory {
    fn read(&self, _from: FileId, path: &str) -> Result<FileId, ReadError> {
        let path = path.trim_start_matches("./");
        let found = self.files.iter().find(|(known, _)| known == path).map(|(_, file)| *file);
        found.ok_or_else(|| ReadError::NotFound { path: path.to_owned() })
    }

    fn sources(&self) -> &Sources {
        &self.sources
    }
}

fn compiled(text: &str) -> Node {
    let mut memory = Memory::default();
    let file = memory.add("main.bicep", text);
    document(file, &memory).tree
}

fn lowered(text: &str) -> Lowered {
    let mut memory = Memory::default();
    let file = memory.add("main.bicep", text);
    lower(file, &Options::default(), &memory)
}

fn json(node: &Node) -> String {
    match &node.kind {
        Kind::List(items) => {
            format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(","))
        }
        Kind::Map(map) => {
            let entries = map.iter().map(|(key, value)| format!("{key}:{}", json(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
        }
        Kind::Null => "null".to_owned(),
        _ => node.scalar_text().unwrap().to_string(),
    }
}

#[track_caller]
fn variable(expression: &str, expected: &str) {
    let text = format!("param p string\nparam l array\nvar w = 'w'\nvar v = {expression}\n");
    assert_eq!(json(compiled(&text).at(&["variables", "v"]).unwrap()), expected);
}

#[test]
fn expressions_are_those_of_the_template_language() {
    variable("'plain'", "plain");
    variable("'[x]'", "[[x]");
    variable("'it\\'s ${p}{0}'", "[format('it''s {0}{{0}}', parameters('p'))]");
    variable("p == w ? 1 : -2", "[if(equals(parameters('p'), variables('w')), 1, -2)]");
    variable(
        "!empty(p) && p != 'x'",
        "[and(not(empty(parameters('p'))), not(equals(parameters('p'), 'x')))]",
    );
    variable(
        "p ?? resourceGroup().location",
        "[coalesce(parameters('p'), resourceGroup().location)]",
    );
    variable("w == l[0].name", "[equals(variables('w'), parameters('l')[0].name)]");
    variable(
        "p == 'a' && l[0].b.c == 'd' || false",
        "[or(and(equals(parameters('p'), 'a'), equals(parameters('l')[0].b.c, 'd')), false())]",
    );
    variable("1 + 2 * 3", "[add(1, mul(2, 3))]");
    variable(
        "map(l, x => x.name)",
        "[map(parameters('l'), lambda('x', lambdaVariables('x').name))]",
    );
    variable("{ a: p, 'b-c': [1, true] }", "{a:[parameters('p')],b-c:[1,true]}");
    variable("toLower('A${w}')", "[toLower(format('A{0}', variables('w')))]");
    variable("l[?0].?name", "[tryGet(tryGet(parameters('l'), 0), 'name')]");
    variable(
        "[subscription().id, 'x'\n  resourceGroup().location\n]",
        "[[subscription().id],x,[resourceGroup().location]]",
    );
    variable(
        "union([subscription().id], l)",
        "[union(createArray(subscription().id), parameters('l'))]",
    );
    variable("az.subscription().id", "[subscription().id]");
    variable("'''\nraw ${p} '''", "raw ${p} ");
}

const APP: &str = r"
param name string
@secure()
param key string
@allowed(['a', 'b'])
param stage string = 'a'
resource store 'Microsoft.Storage/storageAccounts@2023-01-01' = {
  name: 'st${name}'
  kind: 'StorageV2'
  properties: { minimumTlsVersion: 'TLS1_0' }
  resource blobs 'blobServices' = {
    name: 'default'
    resource inbox 'containers' = {
      name: 'inbox'
      properties: { publicAccess: 'Blob' }
    }
  }
}
resource site 'Microsoft.Web/sites@2023-12-01' = if (stage == 'a') {
  name: name
  kind: 'functionapp'
  identity: { type: 'SystemAssigned' }
  properties: {
    siteConfig: {
      appSettings: [
        { name: 'STORE', value: store.properties.primaryEndpoints.blob }
        { name: 'KEY', value: 'AccountKey=${store.listKeys().keys[0].value}' }
      ]
    }
  }
}
resource web 'Microsoft.Web/sites/config@2023-12-01' = {
  parent: site
  name: 'web'
  properties: { ftpsState: 'AllAllowed' }
}
resource grant 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(store.id, 'x')
  scope: store
  properties: {
    principalId: site.identity.principalId
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'ba92f5b4')
  }
}
output host string = site.properties.defaultHostName
";

#[test]
fn an_application_becomes_the_carrier() {
    let made = lowered(APP);
    assert_eq!(made.diagnostics, []);
    let at = |id: &str, path: &[&str]| {
        let properties = made.template.at(&["Resources", id, "Properties"]).unwrap();
        json(properties.at(path).unwrap())
    };
    assert_eq!(at("web", &["parent"]), "{Ref:site}");
    assert_eq!(at("store::blobs::inbox", &["parent"]), "{Ref:store::blobs}");
    assert_eq!(at("grant", &["scope"]), "{Ref:store}");
    assert_eq!(
        at("grant", &["properties", "principalId"]),
        "{Fn::GetAtt:[site,identity.principalId]}"
    );
    let settings = at("site", &["properties", "siteConfig", "appSettings"]);
    assert!(settings.contains("{Fn::GetAtt:[store,primaryEndpoints.blob]}"), "{settings}");
    assert!(settings.contains("listKeys("), "{settings}");
    let type_ = made.template.at(&["Resources", "store::blobs::inbox", "Type"]).unwrap();
    assert_eq!(type_.as_str(), Some("Microsoft.Storage/storageAccounts/blobServices/containers"));
    assert!(made.template.at(&["Resources", "site", "Condition"]).is_some());
    let secret = made.template.at(&["Parameters", "key", "NoEcho"]).unwrap();
    assert_eq!(secret.as_bool(), Some(true));
    // The line of the author.
    let place = made.template.at(&["Resources", "store"]).unwrap().place;
    assert_eq!((place.line, place.column), (7, 1));
    let tls = ["Resources", "store", "Properties", "properties", "minimumTlsVersion"];
    assert_eq!(made.template.at(&tls).unwrap().place.line, 10);
}

#[test]
fn modules_are_read_and_their_outputs_followed() {
    let mut memory = Memory::default();
    let main = "
module store 'store.bicep' = { name: 's', params: { name: 'orders' } }
module far 'br/contoso:web/site:0.1.0' = { name: 'f', params: {} }
module gone './gone.bicep' = { name: 'g' }
resource site 'Microsoft.Web/sites@2023-12-01' = {
  name: 'app'
  properties: { a: store.outputs.id, b: store.outputs.?name }
}
";
    let file = memory.add("main.bicep", main);
    memory.add(
        "store.bicep",
        "param name string
resource s 'Microsoft.Storage/storageAccounts@2023-01-01' = { name: name }
output id string = s.id
output name string = s.name
module self 'store.bicep' = { name: 'again' }
",
    );
    let made = lower(file, &Options::default(), &memory);
    let a = made.template.at(&["Resources", "site", "Properties", "properties", "a"]).unwrap();
    assert_eq!(json(a), "{Ref:store.s}");
    let store = made.template.at(&["Resources", "store.s"]).unwrap();
    assert_eq!((store.place.file, store.place.line), (FileId(1), 2));
    assert_eq!(made.modules, [FileId(1)]);
    let told: Vec<&str> = made.diagnostics.iter().map(|it| it.message.as_str()).collect();
    assert!(told.iter().any(|it| it.contains("lies in a registry")), "{told:?}");
    assert!(told.iter().any(|it| it.contains("there is no file `gone.bicep`")), "{told:?}");
    assert!(told.iter().any(|it| it.contains("modules call each other")), "{told:?}");
}

#[test]
fn a_role_is_given_on_what_the_source_says() {
    let role = |head: &str, scope: &str| {
        let text = format!(
            "{head}\nresource r 'Microsoft.Authorization/roleAssignments@2022-04-01' = {{\n  name: 'x'\n{scope}}}\n"
        );
        let tree = compiled(&text);
        tree.at(&["resources", "r", "scope"]).map(json)
    };
    assert_eq!(role("", ""), None);
    assert_eq!(role("", "  scope: subscription()\n").as_deref(), Some("[subscription().id]"));
    assert_eq!(role("targetScope = 'subscription'", "").as_deref(), Some("[subscription().id]"));
    assert_eq!(
        role("", "  scope: resourceGroup('other')\n").as_deref(),
        Some("[resourceGroup('other').id]")
    );
    assert_eq!(role("", "  scope: tenant()\n").as_deref(), Some("/"));
}

#[test]
fn loops_run() {
    let made = lowered(
        "
param names array = ['a', 'b']
resource q 'Microsoft.Storage/storageAccounts@2023-01-01' = [for (name, i) in names: {
  name: '${name}${i}'
  properties: { rules: [for r in range(0, 2): { at: r }] }
}]
resource site 'Microsoft.Web/sites@2023-12-01' = { name: 'app', properties: { a: q[1].id } }
",
    );
    assert_eq!(made.diagnostics, []);
    let at = |id: &str, path: &[&str]| {
        json(made.template.at(&["Resources", id, "Properties"]).unwrap().at(path).unwrap())
    };
    assert_eq!(at("q[1]", &["name"]), "b1");
    assert_eq!(at("q[0]", &["properties", "rules"]), "[{at:0},{at:1}]");
    assert_eq!(at("site", &["properties", "a"]), "{Ref:q[1]}");
}

#[test]
fn functions_of_the_author_and_files_are_put_in() {
    let mut memory = Memory::default();
    let main = "
func named(stage string) string => 'app-${stage}'
var names = loadJsonContent('names.json')
resource site 'Microsoft.Web/sites@2023-12-01' = { name: named('x'), properties: { a: names.sites } }
";
    let file = memory.add("main.bicep", main);
    memory.add("names.json", "{\"sites\": \"func-\"}");
    let made = lower(file, &Options::default(), &memory);
    assert_eq!(made.diagnostics, []);
    let properties = made.template.at(&["Resources", "site", "Properties"]).unwrap();
    assert_eq!(json(properties.get("name").unwrap()), "app-x");
    assert_eq!(json(properties.at(&["properties", "a"]).unwrap()), "func-");
}

#[test]
fn hostile_sources_end() {
    let mut doubled = String::new();
    for n in 1..60 {
        let before = n - 1;
        let name = format!("${{r{before}.name}}");
        let _ = writeln!(doubled, "resource r{n} 'A.B/c@1' = {{ name: '{name}{name}' }}");
    }
    let made = lowered(&format!("resource r0 'A.B/c@1' = {{ name: 'x' }}\n{doubled}"));
    assert!(made.template.at(&["Resources", "r59"]).is_some());
    let looped = "resource a 'A.B/c@1' = { parent: b, name: b.name }\nresource b 'A.B/c@1' = { parent: a, name: a.name }\n";
    let _ = lowered(looped);
    let _ = lowered(
        "func f(x string) string => f(f(x))\nvar v = f('x')\nresource r 'A.B/c@1' = { name: f('y') }\n",
    );
    let deep = format!("var v = {}1{}\n", "(".repeat(5_000), ")".repeat(5_000));
    assert!(lowered(&deep).diagnostics.iter().any(|it| it.message.contains("nested more than")));
}

proptest! {
    #[test]
    fn no_text_is_fatal(text in "[ -~\\n]{0,120}") {
        let _ = lowered(&text);
        let _ = lowered(&format!("param p string\nvar v = {text}\n"));
        let _ = lowered(&format!("resource r 'A.B/c@1' = {{\n  name: 'x'\n  properties: {text}\n}}\n"));
        let _ = bicep_language::comments(FileId(0), &text);
        let _ = bicep_language::given(FileId(0), &text);
    }
}
