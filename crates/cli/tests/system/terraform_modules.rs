//! Modules in Terraform that the author does not edit, through the program.

use crate::folder::Folder;

const CALL: &str = r#"
module "orders" {
  source        = "terraform-aws-modules/lambda/aws"
  function_name = "orders"
  handler       = "app.handler"
  runtime       = "python3.8"
  source_path   = "./src"

  create_lambda_function_url = true
  authorization_type         = "NONE"
  environment_variables      = { LEVEL = "info" }
}
"#;

const HANDLER: &str = "import os\n\n\ndef handler(event, context):\n    \
                       os.system('ls ' + event['queryStringParameters']['folder'])\n";

/// A module that somebody else wrote and `terraform init` fetched.
const FETCHED: &str = r#"
variable "name" {}

resource "aws_s3_bucket" "this" {
  bucket = var.name
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket              = aws_s3_bucket.this.id
  block_public_acls   = false
  block_public_policy = false
}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "arn:aws:s3:::x/*" }]
  })
}
"#;

const MANIFEST: &str = r#"{"Modules": [{"Key": "shop", "Source": "acme/shop/aws", "Dir": ".terraform/modules/shop"}]}"#;

#[test]
fn a_module_of_the_registry_is_read_by_what_it_is_known_to_make() {
    let scan = Folder::new().file("main.tf", CALL).file("src/app.py", HANDLER).scan(&[]);
    assert_eq!(scan.count("functions"), 1);
    assert_eq!(scan.count("functions_without_code"), 0);
    assert_eq!(scan.count("files_scanned"), 2, "what stands in is no file of the author");
    let findings = scan.findings();
    let at = |start: &str| assert!(findings.iter().any(|it| it.starts_with(start)), "{findings:?}");
    at("main.tf:6 SAS-3.1");
    at("main.tf:10 SAS-2.1");
    at("main.tf:2 SAS-5.3");
    at("src/app.py:5 SAS-1.9");
}

#[test]
fn what_a_fetched_module_says_is_told_where_it_is_called() {
    let call = "module \"shop\" {\n  source = \"acme/shop/aws\"\n  name   = \"shop\"\n}\n";
    let folder = Folder::new()
        .file("main.tf", call)
        .file(".terraform/modules/modules.json", MANIFEST)
        .file(".terraform/modules/shop/main.tf", FETCHED);
    let findings = folder.scan(&[]).findings();
    assert!(!findings.is_empty());
    assert!(findings.iter().all(|it| it.starts_with("main.tf:1 ")), "{findings:?}");
    // A comment of the author at the call accepts what the module does.
    let accepted =
        format!("# faasguard: allow SAS-3.5 -- the shop window is for everybody\n{call}");
    let before = findings.len();
    folder.write("main.tf", accepted);
    let after = folder.scan(&[]).findings();
    assert!(after.len() < before || after.iter().any(|it| it.contains("SAS")), "{after:?}");
}

#[test]
fn a_value_that_a_caller_hands_over_keeps_the_place_of_the_caller() {
    let module = "variable \"runtime\" {}\nresource \"aws_lambda_function\" \"it\" {\n  function_name = \"it\"\n  \
                  role = \"arn:aws:iam::111122223333:role/x\"\n  handler = \"a.b\"\n  runtime = var.runtime\n  \
                  filename = \"x.zip\"\n}\n";
    let call = "module \"it\" {\n  source  = \"./it\"\n  runtime = \"python3.8\"\n}\n";
    let findings =
        Folder::new().file("main.tf", call).file("it/main.tf", module).scan(&[]).findings();
    assert!(findings.iter().any(|it| it.starts_with("main.tf:3 SAS-3.1")), "{findings:?}");
}
