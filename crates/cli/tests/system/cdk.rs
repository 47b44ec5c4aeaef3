//! The output folder of a CDK application, and nested stacks.

use serde_json::{Value, json};

use crate::folder::Folder;

/// A function whose role may do everything to tables, as CDK writes it.
fn stack(path: &str) -> Value {
    json!({"Resources": {
        "OrderRole1A2B": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{
                    "Effect": "Allow", "Action": "sts:AssumeRole",
                    "Principal": {"Service": "lambda.amazonaws.com"}}]},
                "Policies": [{"PolicyName": "orders", "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [{"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}]}}]
            },
            "Metadata": {"aws:cdk:path": format!("{path}/Order/ServiceRole/Resource")}
        },
        "Order3C4D": {
            "Type": "AWS::Lambda::Function",
            "Properties": {"Handler": "a.b", "Runtime": "python3.13", "Code": {"S3Bucket": "b", "S3Key": "k"},
                "Role": {"Fn::GetAtt": ["OrderRole1A2B", "Arn"]}},
            "Metadata": {"aws:cdk:path": format!("{path}/Order/Resource")}
        }
    }})
}

fn assembly() -> Folder {
    let artifact = |file: &str| json!({"type": "aws:cloudformation:stack", "properties": {"templateFile": file}});
    let manifest = json!({"version": "36.0.0", "artifacts": {
        "Shop.assets": {"type": "cdk:asset-manifest", "properties": {"file": "Shop.assets.json"}},
        "Shop": artifact("Shop.template.json"),
        "Gone": artifact("Gone.template.json"),
        "Sly": artifact("../../outside.template.json"),
    }});
    Folder::new()
        .file("cdk.out/manifest.json", manifest.to_string())
        .file("cdk.out/Shop.template.json", stack("Shop").to_string())
        .file("cdk.out/ShopNested.nested.template.json", stack("Shop/Nested").to_string())
        .file(
            "cdk.out/assembly-Prod/manifest.json",
            json!({"artifacts": {"P": artifact("P.template.json")}}).to_string(),
        )
        .file("cdk.out/assembly-Prod/P.template.json", stack("Prod/P").to_string())
        .file("cdk.out/asset.1/node_modules/x/a.template.json", stack("No").to_string())
}

#[test]
fn every_stack_of_an_assembly_is_scanned_when_it_is_named() {
    let scan = assembly().scan(&["--rule", "SAS-4.1", "cdk.out"]);
    assert_eq!(
        scan.findings(),
        [
            "Shop.template.json:1 SAS-4.1",
            "ShopNested.nested.template.json:1 SAS-4.1",
            "assembly-Prod/P.template.json:1 SAS-4.1",
        ]
    );
    scan.notes("manifest.json:0 error", "`Gone.template.json` of the stack `Gone`");
    scan.notes("manifest.json:0 error", "`../../outside.template.json` of the stack `Sly`");
    assert_eq!(assembly().scan(&["."]).count("files_scanned"), 0);
}

#[test]
fn a_finding_names_the_construct_that_made_its_resource() {
    let scan = assembly().scan(&["--rule", "SAS-4.1", "cdk.out/Shop.template.json"]);
    let finding = scan.all_findings().first().unwrap();
    let notes: Vec<&str> = finding["trace"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|hop| hop["note"].as_str())
        .collect();
    assert!(notes.iter().any(|note| note.contains("CDK construct `Shop/Order/")), "{notes:?}");
}

#[test]
fn templates_of_nested_stacks_are_scanned_and_missing_ones_are_said() {
    let parent = "Transform: AWS::Serverless-2016-10-31\nResources:\n  Here:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: child/template.yaml\n  \
        Gone:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: child/gone.yaml\n  \
        Far:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: https://example.com/template.yaml\n  \
        App:\n    Type: AWS::Serverless::Application\n    Properties:\n      Location: child/missing.yaml\n";
    let folder = Folder::new()
        .file("template.yaml", parent)
        .file("child/template.yaml", crate::folder::ORDERS);
    let scan = folder.scan(&["--rule", "SAS-4.1", "."]);
    assert_eq!(scan.findings(), ["child/template.yaml:13 SAS-4.1"]);
    scan.notes("template.yaml:10 warning", "child/gone.yaml");
    scan.notes("template.yaml:18 warning", "child/missing.yaml");
    let all = scan.diagnostics().join("\n");
    assert!(!all.contains("child/template.yaml") && !all.contains("example.com"), "{all}");
}
