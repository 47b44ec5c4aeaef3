//! What a Terraform module costs, from the text of its files to evaluated resources.

use divan::Bencher;
use source_text::{FileId, ReadError, Sources};
use terraform_language::{ModuleFiles, Options, evaluate};

fn main() {
    divan::main();
}

struct OneFile(Sources);

impl ModuleFiles for OneFile {
    fn list(&self, _: &str) -> Vec<String> {
        vec!["main.tf".to_owned()]
    }

    fn read(&self, _: &str) -> Result<FileId, ReadError> {
        Ok(FileId(0))
    }

    fn exists(&self, _: &str) -> bool {
        false
    }

    fn sources(&self) -> &Sources {
        &self.0
    }
}

/// A function with role, policy document and log group, as people write them.
fn function(number: usize) -> String {
    format!(
        r#"
data "aws_iam_policy_document" "d{number}" {{
  statement {{
    actions   = ["dynamodb:PutItem", "dynamodb:GetItem"]
    resources = [aws_dynamodb_table.orders.arn, "${{aws_dynamodb_table.orders.arn}}/index/*"]
  }}
}}

resource "aws_iam_role" "r{number}" {{
  name = "${{local.prefix}}-{number}"
  assume_role_policy = jsonencode({{
    Version   = "2012-10-17"
    Statement = [{{ Effect = "Allow", Action = "sts:AssumeRole", Principal = {{ Service = "lambda.amazonaws.com" }} }}]
  }})
}}

resource "aws_lambda_function" "f{number}" {{
  function_name = format("%s-%d", local.prefix, {number})
  role          = aws_iam_role.r{number}.arn
  timeout       = lookup(var.timeouts, "f{number}", 3)
  environment {{
    variables = merge(local.shared, {{ TABLE = aws_dynamodb_table.orders.name, N = "{number}" }})
  }}
}}

resource "aws_cloudwatch_log_group" "l{number}" {{
  for_each = toset(["a", "b"])
  name     = "/aws/lambda/${{aws_lambda_function.f{number}.function_name}}-${{each.key}}"
}}
"#
    )
}

/// One module by the number of functions in it.
#[divan::bench(args = [1, 10, 100])]
fn module(bencher: Bencher<'_, '_>, functions: usize) {
    let head = r#"
variable "timeouts" { default = {} }
locals {
  prefix = "orders"
  shared = { for k in ["LEVEL", "STAGE"] : k => lower(k) }
}
resource "aws_dynamodb_table" "orders" { name = "orders" }
"#;
    let all: Vec<String> = (0..functions).map(function).collect();
    let files = OneFile(Sources::default());
    files.0.add("main.tf", format!("{head}{}", all.concat()));
    bencher.bench_local(|| evaluate("", &Options::default(), &files).resources.len());
}
