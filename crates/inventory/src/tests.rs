use component::{EvidenceKind, Inventory};

use super::{Drift, FunctionInventory, Mount, Part, Runtime, TamperingKind, take};

type Tree = Vec<(String, Vec<u8>)>;

fn tree(files: &[(&str, &str)]) -> Tree {
    files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
}

fn taken(runtime: &str, code: &Tree, layers: &[&Tree]) -> FunctionInventory {
    let part = |prefix, mount, files| Part { prefix, mount, files };
    let names = ["one", "two", "three"];
    let layers = layers.iter().zip(names);
    let layers = layers.map(|(files, prefix)| part(prefix, Mount::Opt, *files as _));
    let parts: Vec<Part<'_>> =
        std::iter::once(part("src", Mount::Task, code as _)).chain(layers).collect();
    take(&Runtime::of(runtime), &parts)
}

fn shown(inventory: &Inventory, id: usize) -> String {
    let component = &inventory.components[id];
    format!("{}@{}", component.name, component.version.as_deref().unwrap_or("?"))
}

#[test]
fn a_layer_is_hidden_by_the_function_and_the_runtime_by_both() {
    let code = tree(&[
        (
            "a-2.dist-info/METADATA",
            "Name: a\nVersion: 2\nRequires-Dist: boto3\nRequires-Dist: six\n",
        ),
        ("requirements.txt", "a==2\n"),
    ]);
    let first = tree(&[
        ("python/a-1.dist-info/METADATA", "Name: a\nVersion: 1\nRequires-Dist: boto3\n"),
        ("python/boto3-1.0.dist-info/METADATA", "Name: boto3\nVersion: 1.0\n"),
    ]);
    let second = tree(&[(
        "python/lib/python3.12/site-packages/boto3-1.1.dist-info/METADATA",
        "Name: boto3\nVersion: 1.1\n",
    )]);
    let found = taken("python3.12", &code, &[&first, &second]);
    let list: Vec<String> = found
        .shadowed
        .iter()
        .map(|s| {
            let hidden = s.hidden.map_or("runtime".to_owned(), |id| shown(&found.inventory, id));
            format!("{} hides {hidden}", shown(&found.inventory, s.winner))
        })
        .collect();
    assert_eq!(list, ["a@2 hides a@1", "boto3@1.1 hides boto3@1.0", "boto3@1.1 hides runtime"]);
    let edges: Vec<String> = found
        .inventory
        .edges()
        .into_iter()
        .map(|(a, b)| format!("{}>{}", shown(&found.inventory, a), shown(&found.inventory, b)))
        .collect();
    assert_eq!(edges, ["a@1>boto3@1.1", "a@2>boto3@1.1", "a@2>six@?"]);
}

#[test]
fn node_finds_packages_of_layers_after_its_own() {
    let code = tree(&[
        ("package.json", r#"{"name": "f", "dependencies": {"x": "1", "@aws-sdk/client-s3": "3"}}"#),
        (
            "node_modules/x/package.json",
            r#"{"name": "x", "version": "1.0.0", "dependencies": {"y": "1"}}"#,
        ),
    ]);
    let layer = tree(&[
        ("nodejs/node_modules/y/package.json", r#"{"name": "y", "version": "1.0.0"}"#),
        ("nodejs/node20/node_modules/y/package.json", r#"{"name": "y", "version": "1.5.0"}"#),
        ("nodejs/node_modules/x/package.json", r#"{"name": "x", "version": "9.0.0"}"#),
    ]);
    let found = taken("nodejs20.x", &code, &[&layer]);
    let merged = found.inventory.clone().merged();
    let mut edges: Vec<String> = merged
        .edges()
        .into_iter()
        .map(|(a, b)| format!("{}>{}", shown(&merged, a), shown(&merged, b)))
        .collect();
    edges.sort();
    assert_eq!(edges, ["f@?>@aws-sdk/client-s3@?", "f@?>x@1.0.0", "x@1.0.0>y@1.5.0"]);
    assert_eq!(found.shadowed.len(), 2);
    let sdk = merged.components.iter().find(|c| c.name.starts_with('@')).unwrap();
    assert!(sdk.seen_as(EvidenceKind::Installed));
}

#[test]
fn drift_between_lock_and_installed_is_told() {
    let code = tree(&[
        (
            "poetry.lock",
            "[[package]]\nname = \"a\"\nversion = \"1.0\"\ncategory = \"main\"\n[[package]]\nname = \"gone\"\nversion = \"1\"\ncategory = \"main\"\n[[package]]\nname = \"dev\"\nversion = \"1\"\ncategory = \"dev\"\n[[package]]\nname = \"same\"\nversion = \"1.0\"\ncategory = \"main\"\n",
        ),
        ("a-1.1.dist-info/METADATA", "Name: a\nVersion: 1.1\n"),
        ("new-3.dist-info/METADATA", "Name: new\nVersion: 3\n"),
        ("same-1.dist-info/METADATA", "Name: same\nVersion: 1\n"),
    ]);
    let found = taken("python3.12", &code, &[]);
    let list: Vec<String> = found
        .drift
        .iter()
        .map(|drift| match drift {
            Drift::OtherVersion { promised, installed } => {
                format!(
                    "{} not {}",
                    shown(&found.inventory, *installed),
                    shown(&found.inventory, *promised)
                )
            }
            Drift::NotLocked { installed } => {
                format!("new {}", shown(&found.inventory, *installed))
            }
            Drift::NotInstalled { promised } => {
                format!("no {}", shown(&found.inventory, *promised))
            }
        })
        .collect();
    assert_eq!(list, ["a@1.1 not a@1.0", "new new@3", "no gone@1"]);
}

#[test]
fn a_wheel_that_was_changed_is_told() {
    let empty = "sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0";
    let record = format!(
        "p/__init__.py,{empty}\np/b.py,{empty}\np/gone.py,{empty}\np-1.dist-info/RECORD,,\n"
    );
    let code = tree(&[
        ("p-1.dist-info/METADATA", "Name: p\nVersion: 1\n"),
        ("p-1.dist-info/RECORD", &record),
        ("p/__init__.py", ""),
        ("p/b.py", "import os"),
        ("p/evil.py", "1"),
        ("p/__pycache__/b.cpython-312.pyc", "1"),
        ("main.py", "1"),
    ]);
    let found = taken("python3.12", &code, &[]);
    let list: Vec<_> = found.tampering.iter().map(|t| (t.kind, t.path.as_str())).collect();
    let expected = [
        (TamperingKind::Altered, "src/p/b.py"),
        (TamperingKind::Missing, "src/p/gone.py"),
        (TamperingKind::Added, "src/p/evil.py"),
        (TamperingKind::Added, "src/p-1.dist-info/METADATA"),
    ];
    assert_eq!(list, expected);
}

#[test]
fn later_layers_replace_files_and_a_path_twice_is_read_twice() {
    let code = tree(&[
        ("a-1.dist-info/METADATA", "Name: a\nVersion: 1\n"),
        ("a-1.dist-info/METADATA", "Name: a\nVersion: 2\n"),
        ("../requirements.txt", "b==1\n-r other.in\n"),
        ("other.in", "c==1\n-r gone.txt\n"),
    ]);
    let one = tree(&[("python/x.py", "1"), ("python/same.py", "1")]);
    let two = tree(&[("python/x.py", "2"), ("python/same.py", "1")]);
    let found = taken("python3.12", &code, &[&one, &two]);
    assert_eq!(found.overridden.len(), 1);
    assert_eq!((found.overridden[0].hidden, found.overridden[0].by), (1, 2));
    let names: Vec<String> =
        (0..found.inventory.components.len()).map(|id| shown(&found.inventory, id)).collect();
    assert_eq!(names, ["b@1", "c@1", "a@1", "a@2"]);
    assert_eq!(found.inventory.remarks.len(), 1);
}

#[test]
fn many_promises_about_one_file_cost_a_few_looks() {
    let line = "p.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\n";
    let code = tree(&[("p-1.dist-info/RECORD", &line.repeat(5)), ("p.py", "x")]);
    let found = taken("python3.12", &code, &[]);
    let count = |kind| found.tampering.iter().filter(|t| t.kind == kind).count();
    assert_eq!((count(TamperingKind::Altered), count(TamperingKind::Unchecked)), (3, 2));
}

#[test]
fn what_a_later_layer_replaces_is_there_but_hidden() {
    let package = |version: &str| format!(r#"{{"name": "x", "version": "{version}"}}"#);
    let asks = r#"{"name": "y", "version": "1.0.0", "dependencies": {"x": "*"}}"#;
    let (one, two) = (package("1.0.0"), package("2.0.0"));
    let first = tree(&[
        ("nodejs/node_modules/x/package.json", &one),
        ("nodejs/node_modules/y/package.json", asks),
        ("python/a-2.dist-info/METADATA", "Name: a\nVersion: 2\n"),
    ]);
    let second = tree(&[
        ("nodejs/node_modules/x/package.json", &two),
        ("python/a-1.dist-info/METADATA", "Name: a\nVersion: 1\n"),
    ]);
    let found = taken("nodejs20.x", &tree(&[]), &[&first, &second]);
    let list: Vec<String> = found
        .shadowed
        .iter()
        .map(|it| {
            let hidden = shown(&found.inventory, it.hidden.unwrap());
            format!("{} hides {hidden}", shown(&found.inventory, it.winner))
        })
        .collect();
    assert_eq!(list, ["x@2.0.0 hides x@1.0.0", "a@1 hides a@2"]);
    let edges: Vec<String> = found
        .inventory
        .edges()
        .into_iter()
        .map(|(a, b)| format!("{}>{}", shown(&found.inventory, a), shown(&found.inventory, b)))
        .collect();
    assert_eq!(edges, ["y@1.0.0>x@2.0.0"]);
    let hidden =
        found.inventory.components.iter().find(|it| it.version.as_deref() == Some("1.0.0"));
    assert!(hidden.is_some_and(|it| it.evidence[0].path.starts_with("one/nodejs/")));
}
