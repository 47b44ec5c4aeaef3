//! Templates whose code and layers are archives: what is odd in them is a finding of the function.

use crate::{
    archive::{Item, zip},
    folder::{Folder, Scan},
};

/// Anybody reaches `Orders` over HTTP; `Stock` has the same layer and no trigger.
const TEMPLATE: &str = "Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: dist/orders.zip
      Handler: app.handler
      Runtime: python3.13
      Layers: [!Ref Base]
      Events:
        Post:
          Type: HttpApi
          Properties: {Path: /orders, Method: POST}
  Stock:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: dist/stock.zip
      Handler: app.handler
      Runtime: python3.13
      Layers: [!Ref Base]
  Base:
    Type: AWS::Serverless::LayerVersion
    Properties:
      ContentUri: dist/base.zip
";

fn app() -> Item {
    Item::stored("app.py", "def handler(event, context):\n    return {}\n")
}

fn project(orders: &[Item], stock: &[Item], base: &[Item]) -> Folder {
    Folder::new()
        .file("template.yaml", TEMPLATE)
        .file("dist/orders.zip", zip(orders))
        .file("dist/stock.zip", zip(stock))
        .file("dist/base.zip", zip(base))
}

/// Rule, function and file of the findings about archives.
fn told(scan: &Scan) -> Vec<(String, String, String)> {
    let findings = scan.all_findings().iter();
    let mut told: Vec<_> = findings
        .map(|it| {
            let text = |pointer| it.pointer(pointer).and_then(|it| it.as_str()).unwrap_or_default();
            (text("/rule"), text("/function"), text("/place/file"))
        })
        .filter(|(.., path)| path.starts_with("dist/"))
        .map(|(rule, function, path)| (rule.to_owned(), function.to_owned(), path.to_owned()))
        .collect();
    told.sort();
    told
}

fn row(rule: &str, function: &str, path: &str) -> (String, String, String) {
    (rule.to_owned(), function.to_owned(), path.to_owned())
}

#[test]
fn archives_in_order_are_silent_in_every_profile() {
    let layer = Item::stored("python/orders_http.py", "pass\n");
    let folder = project(&[app()], &[app()], &[layer]);
    assert_eq!(told(&folder.scan(&["."])), []);
    assert_eq!(told(&folder.scan(&["--profile", "strict", "."])), []);
}

#[test]
fn what_is_odd_in_code_and_layers_is_told_of_their_functions() {
    let loose = Item::stored("data.json", "{}").mode(0o100_666);
    let folder = project(
        &[app(), Item::stored("../../x", "a"), Item::stored("/etc/x", "a"), loose],
        &[app(), Item::stored("app.py", "other")],
        &[Item::stored("python/a.py", "a").mode(0o100_000)],
    );
    let scan = folder.scan(&["."]);
    let expected = [
        // Of names up and names from the root one each.
        row("SAS-3.34", "Orders", "dist/orders.zip"),
        row("SAS-3.34", "Orders", "dist/orders.zip"),
        row("SAS-3.35", "Stock", "dist/stock.zip"),
        // The layer of both is told once, of the one that is easier to reach.
        row("SAS-3.40", "Orders", "dist/base.zip"),
    ];
    assert_eq!(told(&scan), expected);
    let strict = told(&folder.scan(&["--profile", "strict", "."]));
    assert!(strict.contains(&row("SAS-3.42", "Orders", "dist/orders.zip")), "{strict:?}");
    let one = folder.scan(&["--rule", "ambiguous-archive", "."]);
    assert_eq!(told(&one), [row("SAS-3.35", "Stock", "dist/stock.zip")]);
}

#[test]
fn a_package_that_was_changed_after_it_was_attested_is_told() {
    let keys = concat!(env!("CARGO_MANIFEST_DIR"), "/../attestation/tests/keys/ed25519.pem");
    let folder =
        project(&[app()], &[app()], &[app()]).file("key.pem", std::fs::read(keys).unwrap());
    let attest = |package: &str, layer: &str, out: &str| {
        let words = ["package", "attest", package, "--layer", layer, "--key", "key.pem", "-o", out];
        folder.run(&words).exits(0);
    };
    attest("dist/orders.zip", "dist/base.zip", "dist/orders.zip.intoto.json");
    attest("dist/stock.zip", "dist/base.zip", "dist/stock.attestation.json");
    assert_eq!(told(&folder.scan(&["."])), []);
    folder.write("dist/stock.zip", zip(&[app(), Item::stored("b.py", "b")]));
    assert_eq!(told(&folder.scan(&["."])), [row("SAS-3.43", "Stock", "dist/stock.zip")]);
    // One that names another file, or is none, says nothing.
    folder.write("dist/orders.zip.intoto.json", folder.read("dist/stock.attestation.json"));
    folder.write("dist/base.zip.intoto.json", "{}");
    assert_eq!(told(&folder.scan(&["."])), [row("SAS-3.43", "Stock", "dist/stock.zip")]);
    attest("dist/stock.zip", "dist/base.zip", "dist/stock.attestation.json");
    assert_eq!(told(&folder.scan(&["."])), []);
}
