# Most of the language in one file.
terraform {
  required_version = ">= 1.5"
}

variable "a" {
  type    = map(object({ x = string, y = optional(list(number), [1, 2]) }))
  default = { k = { x = "1" } }
}

variable "unknown" {}

locals {
  loop   = local.back
  back   = local.loop
  list   = ["a", "b", "a"]
  nested = { for k, v in var.a : k => merge(v, { z = upper(v.x) }) if v.x != "" }
  groups = { for x in local.list : substr(x, 0, 1) => x... }
  text   = "%{for x in local.list~} ${x} %{~endfor}%{if var.unknown == 1}y%{else}n%{endif}"
}

data "aws_caller_identity" "me" {}
data "aws_region" "here" {}

data "aws_iam_policy_document" "d" {
  dynamic "statement" {
    for_each = var.unknown ? toset(local.list) : []
    content {
      actions   = ["s3:Get*"]
      resources = ["arn:aws:s3:::${statement.value}/&{aws:username}"]
      principals {
        type        = "*"
        identifiers = ["*"]
      }
      condition {
        test     = "Bool"
        variable = "aws:SecureTransport"
        values   = [false]
      }
    }
  }
}

module "child" {
  source = "./child"
  count  = 2
  a      = [count.index, local.text]
}

module "far" {
  source   = "terraform-aws-modules/lambda/aws"
  for_each = local.nested
}

resource "aws_lambda_function" "f" {
  for_each      = local.nested
  function_name = format("%s-%03d", each.key, length(each.value.y))
  role          = aws_iam_role.r[0].arn
  timeout       = var.unknown > 10 ? 1 + 2 * 3 : -4
  environment {
    variables = {
      REGION = data.aws_region.here.name
      JSON   = jsonencode({ a = each.value, b = data.aws_caller_identity.me.account_id })
      (each.key) = try(each.value.none, module.child[*].b, "x")
    }
  }
  lifecycle {
    ignore_changes = [timeout]
  }
}

resource "aws_iam_role" "r" {
  count              = var.unknown == null ? 0 : 1
  assume_role_policy = data.aws_iam_policy_document.d.json
  inline_policy {
    policy = <<-EOT
      {"Statement": [{"Resource": "${join(",", module.child[*].b)}"}]}
    EOT
  }
}

resource "aws_s3_object" "o" {
  for_each = toset(concat(local.list, keys(local.groups)))
  key      = replace(lower(each.value), "/a/", "b")
  content  = templatefile("t.tpl", { x = 1 })
  etag     = filemd5("t.tpl")
  source   = fileexists("x") ? file("x") : null
}

resource "t_r" "splat" {
  all  = values(aws_lambda_function.f)[*].arn
  one  = element(aws_s3_object.o.*.id, 0)
  flat = flatten([for f in aws_lambda_function.f : [for e in f.environment : e.variables]])
  sum  = sum([for n in range(3) : n])
  at   = cidrsubnet("10.0.0.0/16", 8, count.index)
}

output "text" {
  value     = local.text
  sensitive = true
}
