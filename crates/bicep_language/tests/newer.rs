//! Newer parts of the language: spreads, imports, derived types, indexes from the end, extensions.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use arm_template::Options;
use bicep_language::{Lowered, lower};
use source_text::{FileId, Node, ReadError, ReadFile, Sources};

struct Memory(Sources, FileId);

impl ReadFile for Memory {
    fn read(&self, _from: FileId, path: &str) -> Result<FileId, ReadError> {
        if path == "./other.bicep" {
            return Ok(self.1);
        }
        Err(ReadError::NotFound { path: path.to_owned() })
    }

    fn sources(&self) -> &Sources {
        &self.0
    }
}

fn with_other(text: &str, other: &str) -> Lowered {
    let sources = Sources::default();
    let file = sources.add("main.bicep", text);
    let other = sources.add("other.bicep", other);
    lower(file, &Options::default(), &Memory(sources, other))
}

fn lowered(text: &str) -> Lowered {
    with_other(text, "")
}

fn of<'n>(lowered: &'n Lowered, id: &str, path: &[&str]) -> &'n Node {
    let found = lowered.template.at(&["Resources", id, "Properties"]).unwrap().at(path);
    assert!(found.is_some(), "{path:?} of {:?}", lowered.template.at(&["Resources", id]));
    found.unwrap()
}

const STORE: &str = "resource s 'Microsoft.Storage/storageAccounts@2023-01-01' = {\n  name: 'orders'\n  properties: {\n    a: 1\n    ...more\n    c: 3\n  }\n}\n";

#[test]
fn what_is_spread_lies_over_what_stands_before_it_and_below_what_follows() {
    let made = lowered(&format!("var more = {{ a: 7, b: 8, c: 9 }}\n{STORE}"));
    let number = |key| of(&made, "s", &["properties", key]).as_i64();
    assert_eq!((number("a"), number("b"), number("c")), (Some(7), Some(8), Some(3)));
    assert_eq!(of(&made, "s", &["properties", "c"]).place.line, 7);
    assert!(made.diagnostics.is_empty(), "{:?}", made.diagnostics);
}

#[test]
fn a_spread_that_hangs_on_a_condition_is_there_in_one_case() {
    let made = lowered(&format!("param p bool\nvar more = p ? {{ b: 8 }} : {{}}\n{STORE}"));
    let b = of(&made, "s", &["properties", "b", "Fn::If"]).as_list().unwrap();
    assert_eq!(b.get(1).and_then(Node::as_i64), Some(8));
    assert!(b.get(2).unwrap().is_null());
}

#[test]
fn a_spread_that_is_not_known_is_told_and_hides_what_it_may_replace() {
    let made = lowered(&format!("param more object\n{STORE}"));
    assert!(of(&made, "s", &["properties", "a"]).get("Fn::Unresolved").is_some());
    assert_eq!(of(&made, "s", &["properties", "c"]).as_i64(), Some(3));
    let [told] = made.diagnostics.as_slice() else { unreachable!("{:?}", made.diagnostics) };
    assert!(told.message.contains("is not known"), "{}", told.message);
}

#[test]
fn lists_are_spread_in_lists_and_in_expressions() {
    let text = "var l = ['a', ...['b', 'c'], 'd']\nvar o = union({ x: 1, ...{ y: 2 } }, {})\nresource s 'A.B/c@1' = {\n  name: join(l, '-')\n  properties: { o: o, last: l[^1] }\n}\n";
    let made = lowered(text);
    assert_eq!(of(&made, "s", &["name"]).as_str(), Some("a-b-c-d"));
    assert_eq!(of(&made, "s", &["properties", "o", "y"]).as_i64(), Some(2));
    assert_eq!(of(&made, "s", &["properties", "last"]).as_str(), Some("d"));
}

#[test]
fn variables_and_functions_of_another_file_are_put_in() {
    let other = "@export()\nvar level = '1.${base}'\nvar base = 2\n@export()\nfunc named(a string, n int) string => '${a}-${n}-${base}'\n@export()\ntype t = 'a' | 'b'\n";
    let text = "import { level, named as call, t } from './other.bicep'\nimport * as all from './other.bicep'\nparam p t = 'a'\nvar base = 9\nresource s 'A.B/c@1' = {\n  name: call('x', base)\n  properties: { one: level, two: all.level, three: all.named('y', 2) }\n}\n";
    let made = with_other(text, other);
    assert_eq!(of(&made, "s", &["name"]).as_str(), Some("x-9-2"));
    let text = |key| of(&made, "s", &["properties", key]).as_str();
    assert_eq!(
        (text("one"), text("two"), text("three")),
        (Some("1.2"), Some("1.2"), Some("y-2-2"))
    );
    assert!(made.diagnostics.is_empty(), "{:?}", made.diagnostics);
    assert_eq!(made.modules.len(), 1);
}

#[test]
fn imports_that_turn_in_a_circle_or_lead_nowhere_end() {
    let other = "import * as self from './other.bicep'\n@export()\nvar a = self.a\n";
    let text = "import { a } from './other.bicep'\nimport { b } from './gone.bicep'\nvar x = [a, b]\nresource s 'A.B/c@1' = { name: 'n', properties: { x: x } }\n";
    let made = with_other(text, other);
    let told: Vec<_> = made.diagnostics.iter().map(|it| it.message.as_str()).collect();
    assert!(told.iter().any(|it| it.contains("call each other")), "{told:?}");
    assert!(told.iter().any(|it| it.contains("gone.bicep")), "{told:?}");
}

#[test]
fn derived_types_extensions_and_parameters_that_may_be_left_out_are_read_over() {
    let text = "extension graph\nparam p resourceInput<'A.B/c@1'>.properties.d[*]? = []\nparam q other?\nparam r string = 'x'\ntype other = resourceOutput<'A.B/c@1'>\nresource s 'A.B/c@1' = { name: r }\n";
    let made = lowered(text);
    assert_eq!(of(&made, "s", &["name", "Ref"]).as_str(), Some("r"));
    let told: Vec<_> = made.diagnostics.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(told, ["extensions are not looked at, nor what they declare"]);
}

#[test]
fn a_parameter_of_a_module_that_may_be_left_out_is_nothing() {
    let other = "param name string\nparam tls string?\nresource s 'A.B/c@1' = {\n  name: name\n  properties: { tls: tls ?? 'TLS1_0' }\n}\n";
    let text = "module m './other.bicep' = {\n  name: 'm'\n  params: { name: 'x' }\n}\n";
    let made = with_other(text, other);
    assert_eq!(of(&made, "m.s", &["properties", "tls"]).as_str(), Some("TLS1_0"));
}
