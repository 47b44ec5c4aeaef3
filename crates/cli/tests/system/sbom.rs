//! `faasguard sbom`.

use std::io::Write as _;

use crate::folder::Folder;

const LOCK: &str = r#"{"name": "orders", "version": "1.0.0", "lockfileVersion": 3, "packages": {
  "": {"name": "orders", "version": "1.0.0", "dependencies": {"a": "^1.0.0"}},
  "node_modules/a": {"version": "1.2.0", "resolved": "https://registry.npmjs.org/a/-/a-1.2.0.tgz", "license": "MIT", "dependencies": {"b": "^2.0.0"}},
  "node_modules/b": {"version": "2.0.0", "resolved": "https://registry.npmjs.org/b/-/b-2.0.0.tgz", "license": "MIT"}}}"#;

const TEMPLATE: &str = r#"Resources:
  Shared:
    Type: AWS::Lambda::LayerVersion
    Properties: {Content: layers/shared}
  Orders:
    Type: AWS::Lambda::Function
    Properties:
      Handler: app.handler
      Runtime: python3.13
      Code: src
      Layers: [!Ref Shared, "arn:aws:lambda:eu-west-1:111122223333:layer:other:3"]
"#;

fn metadata(name: &str, requires: &str) -> String {
    format!("Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{requires}\n")
}

#[test]
fn a_folder_becomes_a_valid_bill_with_its_whole_graph() {
    let folder = Folder::new().file("app/package-lock.json", LOCK);
    for spec in ["1.6", "1.7"] {
        folder.run(&["sbom", "app", "--spec", spec, "-o", "bom.json"]).exits(0);
        let text = folder.read("bom.json");
        assert_eq!(sbom::judge(text.as_bytes()).map(sbom::Spec::as_str), Ok(spec));
        let bill = sbom::read_json(text.as_bytes()).unwrap();
        let of = |name: &str| bill.depends[name].iter().cloned().collect::<Vec<_>>();
        assert_eq!(of("pkg:npm/a@1.2.0"), ["pkg:npm/b@2.0.0"]);
        assert_eq!(of("pkg:npm/b@2.0.0"), Vec::<String>::new());
    }
    folder.run(&["sbom", "app", "--format", "cyclonedx-xml", "-o", "bom.xml"]).exits(0);
    assert!(folder.read("bom.xml").contains("<purl>pkg:npm/a@1.2.0</purl>"));
    folder.run(&["sbom", "app", "--format", "spdx-json", "-o", "spdx.json"]).exits(0);
    assert!(folder.read("spdx.json").contains("\"referenceLocator\": \"pkg:npm/b@2.0.0\""));
    folder.run(&["sbom", "app", "--spec", "1.5"]).exits(2);
    let run = folder.run(&["sbom", "app", "-o", "-"]);
    run.exits(0);
    assert_eq!(sbom::judge(run.out.as_bytes()).map(sbom::Spec::as_str), Ok("1.6"));
}

#[test]
fn a_function_is_its_code_and_its_layers() {
    let folder = Folder::new()
        .file("template.yaml", TEMPLATE)
        .file("src/orders-1.0.dist-info/METADATA", metadata("orders", "Requires-Dist: boto3"))
        .file("layers/shared/python/boto3-1.0.dist-info/METADATA", metadata("boto3", ""))
        .file("elsewhere/other-1.0.dist-info/METADATA", metadata("other", ""));
    let run = folder.run(&["sbom", ".", "--function", "Orders"]);
    run.exits(0).says("layer:other:3: the content of this layer is not here");
    let bill = sbom::read_json(run.out.as_bytes()).unwrap();
    assert_eq!(bill.root.name, "Orders");
    let purls: Vec<&str> = bill.parts.iter().filter_map(|it| it.purl.as_deref()).collect();
    assert_eq!(purls, ["pkg:pypi/boto3@1.0", "pkg:pypi/orders@1.0"]);
    assert!(bill.depends["pkg:pypi/orders@1.0"].contains("pkg:pypi/boto3@1.0"));
    assert!(bill.depends["layer:0:Shared"].contains("pkg:pypi/boto3@1.0"));
    let incomplete = sbom::Completeness::Incomplete;
    assert!(
        bill.compositions.iter().any(|it| it.completeness == incomplete
            && it.assemblies.contains(&"function:Orders".to_owned()))
    );
    folder.run(&["sbom", ".", "--function", "Orders", "--strict"]).exits(3);
    folder
        .run(&["sbom", ".", "--function", "Ordres"])
        .exits(2)
        .says("there is no function `Ordres`");
}

#[test]
fn a_template_is_all_its_functions_and_tells_what_is_hidden_or_differs() {
    let template = TEMPLATE
        .replace(", \"arn:aws:lambda:eu-west-1:111122223333:layer:other:3\"", "")
        + "  Refunds:\n    Type: AWS::Lambda::Function\n    Properties: {Handler: app.handler, Runtime: nodejs22.x, Code: refunds}\n";
    let folder = Folder::new()
        .file("template.yaml", template)
        .file("src/a-2.0.dist-info/METADATA", "Name: a\nVersion: 2.0\nLicense: MIT License\n")
        .file("src/a-2.0.dist-info/RECORD", "a/x.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\na-2.0.dist-info/METADATA,,\n")
        .file("src/a/x.py", "import os")
        .file("src/pylock.toml", "[[packages]]\nname = \"a\"\nversion = \"1.5\"\n")
        .file("layers/shared/python/a-1.0.dist-info/METADATA", "Name: a\nVersion: 1.0\n")
        .file("refunds/package-lock.json", LOCK);
    for form in [
        ["--spec", "1.6"],
        ["--spec", "1.7"],
        ["--format", "spdx-json"],
        ["--format", "cyclonedx-xml"],
    ] {
        folder.run(&["sbom", "template.yaml", form[0], form[1], "-o", "bom"]).exits(0);
        if form[0] == "--format" {
            continue;
        }
        let bill = sbom::read_json(folder.read("bom").as_bytes()).unwrap();
        assert!(sbom::judge(folder.read("bom").as_bytes()).is_ok());
        let of_root: Vec<&str> =
            bill.depends["application:template"].iter().map(|it| &**it).collect();
        assert_eq!(of_root, ["function:Orders", "function:Refunds"]);
        assert!(bill.depends["pkg:npm/orders@1.0.0"].contains("pkg:npm/a@1.2.0"));
        let of = |reference: &str, name: &str| {
            let part = bill.parts.iter().find(|it| it.reference == reference).unwrap();
            part.property(&format!("faasguard:{name}")).map(str::to_owned)
        };
        let hidden = of("pkg:pypi/a@1.0", "hidden-by").unwrap();
        assert_eq!(hidden, "pkg:pypi/a@2.0 in src/a-2.0.dist-info/METADATA");
        assert_eq!(of("pkg:pypi/a@1.0", "layer").as_deref(), Some("layer:0:Shared"));
        assert_eq!(of("pkg:pypi/a@2.0", "drift").as_deref(), Some("src/pylock.toml promises 1.5"));
        assert_eq!(of("pkg:pypi/a@2.0", "altered-file").as_deref(), Some("src/a/x.py"));
        assert!(of("pkg:pypi/a@1.5", "drift").unwrap().contains("2.0 is installed"));
        let licence = bill.parts.iter().find(|it| it.reference == "pkg:pypi/a@2.0").unwrap();
        assert_eq!(licence.licences, [sbom::Licence::Id("MIT".to_owned())]);
    }
    folder.file("empty.yaml", "Resources: {}\n").run(&["sbom", "empty.yaml"]).exits(2);
}

#[test]
fn of_two_entries_of_one_name_both_are_told() {
    let mut bytes = Vec::new();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(&mut bytes));
    for (path, name) in
        [("a-1.0.dist-info/METADATA", "first"), ("b-1.0.dist-info/METADATA", "later")]
    {
        zip.start_file(path, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(metadata(name, "").as_bytes()).unwrap();
    }
    zip.finish().unwrap();
    for place in 0..bytes.len() {
        if bytes[place..].starts_with(b"b-1.0.dist-info") {
            bytes[place] = b'a';
        }
    }
    let folder = Folder::new().file("f.zip", bytes);
    let run = folder.run(&["sbom", "f.zip"]);
    run.exits(0).says("duplicate-entry");
    let bill = sbom::read_json(run.out.as_bytes()).unwrap();
    let purls: Vec<&str> = bill.parts.iter().filter_map(|it| it.purl.as_deref()).collect();
    assert_eq!(purls, ["pkg:pypi/first@1.0", "pkg:pypi/later@1.0"]);
}

#[test]
fn what_cannot_be_read_is_told_and_never_clean() {
    let folder =
        Folder::new().file("app/package-lock.json", "{").file("outside/package.json", "{}");
    let folder = folder.link("app/package.json", "../outside/package.json");
    let run = folder.run(&["sbom", "app"]);
    run.exits(3).says("package-lock.json").says("this link leads outside the folder");
    assert!(run.out.contains("\"aggregate\": \"incomplete\""));
}
