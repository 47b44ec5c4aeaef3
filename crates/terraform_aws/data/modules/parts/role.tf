data "aws_iam_policy_document" "trust" {
  count = local.makes_role ? 1 : 0
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = concat([SERVICES], [for it in var.trusted_entities : it if can(tostring(it))])
    }
    dynamic "principals" {
      for_each = [for it in var.trusted_entities : it if !can(tostring(it))]
      content {
        type        = principals.value.type
        identifiers = principals.value.identifiers
      }
    }
  }
  # include statements.tf | FROM=var.assume_role_policy_statements | RESOURCES=null
}

resource "aws_iam_role" "LABEL" {
  count                = local.makes_role ? 1 : 0
  name                 = coalesce(var.role_name, NAME, "*")
  path                 = var.role_path
  permissions_boundary = var.role_permissions_boundary
  assume_role_policy   = data.aws_iam_policy_document.trust[0].json
  tags                 = merge(var.tags, var.role_tags)
}

resource "aws_iam_role_policy" "json" {
  count  = local.makes_role && var.attach_policy_json ? 1 : 0
  role   = aws_iam_role.LABEL[0].name
  policy = var.policy_json
}

resource "aws_iam_role_policy" "jsons" {
  count  = local.makes_role && var.attach_policy_jsons ? length(var.policy_jsons) : 0
  role   = aws_iam_role.LABEL[0].name
  policy = var.policy_jsons[count.index]
}

resource "aws_iam_role_policy_attachment" "one" {
  count      = local.makes_role && var.attach_policy ? 1 : 0
  role       = aws_iam_role.LABEL[0].name
  policy_arn = var.policy
}

resource "aws_iam_role_policy_attachment" "many" {
  count      = local.makes_role && var.attach_policies ? length(var.policies) : 0
  role       = aws_iam_role.LABEL[0].name
  policy_arn = var.policies[count.index]
}

data "aws_iam_policy_document" "statements" {
  count = local.makes_role && var.attach_policy_statements ? 1 : 0
  # include statements.tf | FROM=var.policy_statements | RESOURCES=null
}

resource "aws_iam_role_policy" "statements" {
  count  = local.makes_role && var.attach_policy_statements ? 1 : 0
  role   = aws_iam_role.LABEL[0].name
  policy = data.aws_iam_policy_document.statements[0].json
}

variable "tags" { default = {} }
variable "role_name" { default = null }
variable "role_path" { default = null }
variable "role_tags" { default = {} }
variable "role_permissions_boundary" { default = null }
variable "trusted_entities" { default = [] }
variable "assume_role_policy_statements" { default = {} }
variable "attach_policy_json" { default = false }
variable "policy_json" { default = null }
variable "attach_policy_jsons" { default = false }
variable "policy_jsons" { default = [] }
variable "attach_policy" { default = false }
variable "policy" { default = null }
variable "attach_policies" { default = false }
variable "policies" { default = [] }
variable "attach_policy_statements" { default = false }
variable "policy_statements" { default = {} }
