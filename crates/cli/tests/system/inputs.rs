//! Which files are scanned, and by which names they are shown.

use crate::folder::{Folder, ORDERS};

const RULE: [&str; 2] = ["--rule", "SAS-4.1"];

/// Findings of a scan of `paths`.
fn found(folder: &Folder, paths: &[&str]) -> Vec<String> {
    folder.scan(&[&RULE[..], paths].concat()).findings()
}

#[test]
fn a_path_that_does_not_exist_is_a_usage_error() {
    let folder = Folder::with_orders().link("dangling.yaml", "nowhere");
    for path in ["missing.yaml", "missing/", "template.yaml/x", "dangling.yaml"] {
        let run = folder.run(&["scan", ".", path]);
        run.exits(2).says(path);
        assert!(run.out.is_empty());
    }
    folder.run(&["graph", "missing"]).exits(2);
    folder.run(&["expand", "missing"]).exits(2);
}

#[test]
fn nothing_to_scan_is_said() {
    let folder = Folder::new();
    folder.run(&["scan"]).exits(0).says("nothing to scan");
    folder.run(&["scan", "--strict"]).exits(3).says("nothing to scan");
    let run = folder.run(&["scan", "--format", "json"]);
    run.exits(0).says("nothing to scan");
    assert_eq!(run.json()["summary"]["files_scanned"], 0);
}

#[test]
fn a_file_is_scanned_once_however_often_it_is_named() {
    let folder = Folder::new().file("app/template.yaml", ORDERS);
    let paths = ["app", "app/", "./app", "app/template.yaml", "app/../app/template.yaml"];
    assert_eq!(found(&folder, &paths), ["template.yaml:13 SAS-4.1"]);
}

#[test]
fn paths_are_relative_to_the_folder_that_was_named() {
    let folder = Folder::new().file("app/in/template.yaml", ORDERS);
    for path in ["app", "app/", "./app", "app/in/.."] {
        assert_eq!(found(&folder, &[path]), ["in/template.yaml:13 SAS-4.1"]);
    }
    let absolute = folder.path("app");
    assert_eq!(found(&folder, &[absolute.to_str().unwrap()]), ["in/template.yaml:13 SAS-4.1"]);
    assert_eq!(found(&folder, &["app/in/template.yaml"]), ["template.yaml:13 SAS-4.1"]);
}

#[test]
fn with_several_folders_the_paths_tell_them_apart() {
    let folder = Folder::new().file("one/template.yaml", ORDERS).file("two/template.yaml", ORDERS);
    let both = ["one/template.yaml:13 SAS-4.1", "two/template.yaml:13 SAS-4.1"];
    assert_eq!(found(&folder, &["one", "two"]), both);
    assert_eq!(found(&folder, &["two/", "one/template.yaml"]), both);
    let scan = folder.scan(&["--rule", "SAS-4.1", "one", "two"]);
    let prints: Vec<_> = scan.all_findings().iter().map(|it| it["fingerprint"].clone()).collect();
    assert_ne!(prints.first(), prints.get(1));
}

#[test]
fn a_template_of_one_folder_reads_nothing_between_the_folders() {
    let text = "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n  Fn::Transform: {Name: AWS::Include, Parameters: {Location: ../secret.txt}}\n";
    let folder = Folder::with_orders()
        .file("one/template.yaml", text)
        .file("two/template.yaml", ORDERS)
        .file("secret.txt", "Outside-Secret: 1\n");
    let run = folder.run(&["scan", "one", "two", "--format", "json"]);
    run.exits(1).says("lies outside").says_not("Outside-Secret");
}

#[test]
fn ignored_files_are_not_scanned() {
    let folder = Folder::with_orders()
        .file("built/a.yaml", ORDERS)
        .file("drafts/b.yaml", ORDERS)
        .file("kept/.faasguardignore", "c.yaml\n")
        .file("kept/c.yaml", ORDERS)
        .file(".hidden/d.yaml", ORDERS)
        .file(".gitignore", "built/\n")
        .file(".faasguardignore", "drafts\n");
    assert_eq!(found(&folder, &["."]), [".hidden/d.yaml:13 SAS-4.1", "template.yaml:13 SAS-4.1"]);
    assert_eq!(found(&folder, &["kept/c.yaml"]), ["c.yaml:13 SAS-4.1"]);
}

#[test]
fn folders_of_others_are_scanned_only_when_named() {
    let skipped = ["node_modules", ".aws-sam", "cdk.out", ".serverless", "venv"];
    let mut folder = Folder::with_orders()
        .file(".gitignore", "node_modules\n.aws-sam/\ncdk.out/**\n*.tpl.json\n");
    for name in skipped {
        folder = folder.file(&format!("{name}/inner/a.yaml"), ORDERS);
    }
    assert_eq!(found(&folder, &["."]), ["template.yaml:13 SAS-4.1"]);
    for name in skipped {
        assert_eq!(found(&folder, &[name]), ["inner/a.yaml:13 SAS-4.1"], "{name}");
    }
}

#[test]
fn only_yaml_json_and_template_files_are_opened() {
    let json = r#"{"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}"#;
    let folder = Folder::new()
        .file("a.yml", ORDERS)
        .file("b.YAML", ORDERS)
        .file("c.template", ORDERS)
        .file("d.json", json)
        .file("e.txt", ORDERS)
        .file("template", ORDERS);
    let scan = folder.scan(&["."]);
    assert_eq!(scan.count("files_scanned"), 4);
    // A file that is named is read whatever its name says.
    assert_eq!(found(&folder, &["e.txt"]), ["e.txt:13 SAS-4.1"]);
}

#[test]
fn standard_input_is_a_template() {
    let folder = Folder::new();
    let run = folder.run_with_input(&["scan", "-", "--format", "json"], ORDERS.as_bytes());
    run.exits(1).says("\"stdin\"");
    folder.run_with_input(&["scan", "-"], b"\xff").exits(3).says("stdin").says("not UTF-8");
    folder.run_with_input(&["scan", "-"], b"").exits(3).says("not a CloudFormation");
    let run = folder.run_with_input(&["expand", "-"], ORDERS.as_bytes());
    assert_eq!(run.exits(0).json()["Resources"]["CreateOrder"]["Type"], "AWS::Lambda::Function");
    let huge = vec![b' '; (16 << 20) + 1];
    folder.run_with_input(&["scan", "-"], &huge).exits(3).says("larger than 16 MiB");
}

#[test]
fn every_document_of_a_repository_that_is_no_template_is_passed_over() {
    let folder = Folder::with_orders()
        .file("package.json", r#"{"name": "x", "Resources": "AWS::"}"#)
        .file("chart/values.yaml", "Resources:\n  limits: \"AWS::\"\n")
        .file("data.json", "[1, 2, {\"Resources\": [\"AWS::S3::Bucket\"]}]");
    let scan = folder.scan(&["."]);
    // The manifest is read for its packages.
    assert_eq!((scan.count("files_scanned"), scan.count("files_not_scanned")), (2, 0));
}
