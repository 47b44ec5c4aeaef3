//! Terraform, through the program: rules on it, the example application, folders and comments.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::folder::Folder;

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name)
}

/// Pairs of the flaw and the function that has it, the function by what both formats call it alike.
fn of_functions(findings: &[Value]) -> BTreeSet<(String, String)> {
    let open = findings.iter().filter(|finding| finding["suppressed"].is_null());
    let pair = |finding: &Value| {
        let function = finding["function"].as_str()?;
        let bare = function.rsplit('.').next()?.replace('_', "").to_lowercase();
        Some((finding["rule"].as_str()?.to_owned(), bare))
    };
    open.filter_map(pair).collect()
}

/// The example without its template: the code that both formats name.
fn example_code() -> Folder {
    let source = example("orders/src");
    std::fs::read_dir(source).unwrap().fold(Folder::new(), |folder, function| {
        let function = function.unwrap().path();
        std::fs::read_dir(&function).unwrap().fold(folder, |folder, file| {
            let file = file.unwrap().path();
            let name = file.strip_prefix(example("orders")).unwrap().to_str().unwrap().to_owned();
            folder.file(&format!("orders/{name}"), std::fs::read(&file).unwrap())
        })
    })
}

#[test]
fn the_example_in_terraform_has_the_flaws_of_the_example_in_sam() {
    let read = |path: &str| std::fs::read(example(path)).unwrap();
    let terraform =
        example_code().file("orders-terraform/main.tf", read("orders-terraform/main.tf")).scan(&[]);
    let sam = example_code().file("orders/template.yaml", read("orders/template.yaml")).scan(&[]);
    assert_eq!(terraform.count("functions"), 4);
    let flaws = of_functions(terraform.all_findings());
    assert_eq!(flaws, of_functions(sam.all_findings()));
    assert!(flaws.len() > 9, "{flaws:?}");
}

const SHOP: &str = r#"
resource "aws_s3_bucket" "pictures" {
  bucket = "shop-pictures"
}

# faasguard: allow public-bucket -- the shop window
resource "aws_s3_bucket_acl" "pictures" {
  bucket = aws_s3_bucket.pictures.id
  acl    = "public-read"
}
"#;

#[test]
fn a_comment_accepts_what_stands_in_its_block() {
    let scan = Folder::new().file("main.tf", SHOP).scan(&["--rule", "public-bucket"]);
    assert_eq!(scan.findings(), [""; 0]);
    assert_eq!(scan.suppressed().len(), 1);
    let slashes = SHOP.replace("# faasguard", "// faasguard");
    let scan = Folder::new().file("main.tf", slashes).scan(&["--rule", "public-bucket"]);
    assert_eq!(scan.suppressed().len(), 1);
}

#[test]
fn a_module_is_read_where_it_is_called_and_not_once_more() {
    let module = r#"
variable "name" {}
resource "aws_lambda_function" "this" {
  function_name = var.name
  runtime       = "python3.7"
  handler       = "app.handler"
  role          = "arn:aws:iam::111122223333:role/worker"
  s3_bucket     = "packages"
  s3_key        = "worker.zip"
}
"#;
    let root = r#"
module "worker" {
  for_each = toset(["one", "two"])
  source   = "../modules/worker"
  name     = each.key
}
"#;
    let scan = Folder::new()
        .file("live/main.tf", root)
        .file("modules/worker/main.tf", module)
        .scan(&["--rule", "deprecated-runtime"]);
    assert_eq!(scan.count("functions"), 2);
    let findings = scan.findings();
    assert!(!findings.is_empty());
    assert!(findings.iter().all(|it| it.starts_with("modules/worker/main.tf:5 ")), "{findings:?}");
}

#[test]
fn a_type_without_a_table_is_counted() {
    let text = "resource \"aws_glue_job\" \"nightly\" {\n  name = \"nightly\"\n}\n";
    let scan = Folder::new().file("main.tf", text).scan(&[]);
    scan.notes("main.tf:0 note", "`aws_glue_job` (1)");
}

#[test]
fn a_file_that_is_not_terraform_is_told_and_ends_nothing() {
    let scan = Folder::new()
        .file("broken/main.tf", "resource \"aws_sqs_queue\" {{{")
        .file("main.tf", SHOP)
        .scan(&["--rule", "public-bucket", "--no-suppress"]);
    scan.notes("broken/main.tf", "");
    assert!(scan.count("files_scanned") >= 1);
}

#[test]
fn properties_are_named_as_terraform_names_them() {
    let text = r#"
resource "aws_lambda_function" "create_order" {
  function_name = "create-order"
}

resource "aws_lambda_function_url" "create_order" {
  function_name      = aws_lambda_function.create_order.function_name
  authorization_type = "NONE"
}
"#;
    let run = Folder::new().file("main.tf", text).run(&["scan", "--rule", "public-function-url"]);
    run.says("`authorization_type` is `NONE`");
}

const OPEN_QUEUE: &str = r#"
resource "aws_lambda_function" "orders" {
  function_name = "orders"
  runtime       = "python3.13"
  handler       = "app.handler"
  s3_bucket     = "packages"
  s3_key        = "orders.zip"
  role          = aws_iam_role.orders.arn
}

resource "aws_iam_role" "orders" {
  name = "orders"
  assume_role_policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "orders" {
  role   = aws_iam_role.orders.id
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sqs:SendMessage", Resource = "arn:aws:sqs:eu-west-1:111122223333:orders" }] })
}

resource "aws_sqs_queue_policy" "orders" {
  queue_url = "orders"
  policy    = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "sqs:SendMessage", Resource = "*" }] })
}
"#;

#[test]
fn a_configuration_expands_to_a_template() {
    let folder = Folder::new().file("main.tf", OPEN_QUEUE);
    for path in [".", "main.tf"] {
        let template = folder.run(&["expand", path]).exits(0).json();
        let function = &template["Resources"]["aws_lambda_function.orders"];
        assert_eq!(function["Type"], "AWS::Lambda::Function", "{path}");
        assert_eq!(function["Properties"]["Code"]["S3Key"], "orders.zip");
    }
    Folder::new()
        .file("a.txt", "")
        .run(&["expand", "."])
        .exits(2)
        .says("no configuration of Terraform");
}

#[test]
fn policies_of_a_configuration_are_checked_compared_and_linted() {
    let folder = Folder::new()
        .file("new/main.tf", OPEN_QUEUE)
        .file("old/main.tf", OPEN_QUEUE.replace("sqs:SendMessage\", R", "sqs:GetQueueUrl\", R"));
    folder.run(&["iam", "check", "--no-public", "new"]).exits(1).says("sqs:SendMessage");
    folder.run(&["iam", "diff", "new", "new"]).exits(0);
    folder.run(&["iam", "diff", "old/main.tf", "new/main.tf"]).exits(1).says("sqs:SendMessage");
    folder.run(&["iam", "lint", "new"]).says("policies");
    folder.run(&["graph", "new"]).exits(0).says("orders");
}

#[test]
fn policies_are_written_into_templates_only_and_what_to_do_instead_is_said() {
    let terraform = Folder::new().file("main.tf", OPEN_QUEUE);
    terraform
        .run(&["iam", "generate", "--write", "."])
        .exits(2)
        .says("iam generate --format terraform");
    assert_eq!(terraform.read("main.tf"), OPEN_QUEUE);
    let service = "service: shop\nprovider: {name: aws, runtime: python3.13}\nfunctions:\n  order:\n    \
                   handler: app.handler\n";
    let service = Folder::new()
        .file("serverless.yml", service)
        .file("app.py", "def handler(event, context):\n    return None\n");
    service.run(&["iam", "generate", "--write", "."]).exits(2).says("provider.iam.role.statements");
    service.run(&["iam", "check", "--no-public", "serverless.yml"]).exits(0);
    service.run(&["expand", "serverless.yml"]).exits(0).says("OrderLambdaFunction");
    service.run(&["graph", "."]).exits(0);
}
