# What the module `terraform-aws-modules/step-functions/aws` makes of its inputs, as far as rules ask: it stands in for the
# module where that was not fetched. Facts: the module's documentation of its inputs (version 5).

locals {
  log_group = coalesce(var.cloudwatch_log_group_name, "/aws/vendedlogs/states/${var.name}")
  logs      = try(var.logging_configuration.level, "OFF") != "OFF"
  # What each integration that is asked for sends its work to; other integrations are not known here.
  services = {
    lambda   = ["lambda:InvokeFunction"]
    sqs      = ["sqs:SendMessage"]
    sns      = ["sns:Publish"]
    dynamodb = ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]

    stepfunction      = ["states:StartExecution"]
    stepfunction_Sync = ["states:StartExecution", "states:DescribeExecution", "states:StopExecution"]
    eventbridge       = ["events:PutEvents"]
  }
}

resource "aws_sfn_state_machine" "this" {
  count      = var.create ? 1 : 0
  name       = var.name
  type       = upper(var.type)
  definition = var.definition
  role_arn   = var.create_role && !var.use_existing_role ? aws_iam_role.this[0].arn : var.role_arn
  tags       = merge({ Name = var.name }, var.tags)
  dynamic "encryption_configuration" {
    for_each = length(var.encryption_configuration) == 0 ? [] : [var.encryption_configuration]
    content {
      type       = try(encryption_configuration.value.type, null)
      kms_key_id = try(encryption_configuration.value.kms_key_id, null)
    }
  }
  dynamic "logging_configuration" {
    for_each = local.logs ? [true] : []
    content {
      log_destination        = try(var.logging_configuration.log_destination, "${aws_cloudwatch_log_group.sfn[0].arn}:*")
      include_execution_data = try(var.logging_configuration.include_execution_data, null)
      level                  = var.logging_configuration.level
    }
  }
  tracing_configuration {
    enabled = can(var.service_integrations.xray)
  }
}

resource "aws_cloudwatch_log_group" "sfn" {
  count             = var.create && local.logs && !var.use_existing_cloudwatch_log_group ? 1 : 0
  name              = local.log_group
  retention_in_days = var.cloudwatch_log_group_retention_in_days
  kms_key_id        = var.cloudwatch_log_group_kms_key_id
}

locals {
  makes_role = var.create && var.create_role && !var.use_existing_role
}

data "aws_iam_policy_document" "trust" {
  count = local.makes_role ? 1 : 0
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = concat(["states.amazonaws.com"], [for it in var.trusted_entities : it if can(tostring(it))])
    }
    dynamic "principals" {
      for_each = [for it in var.trusted_entities : it if !can(tostring(it))]
      content {
        type        = principals.value.type
        identifiers = principals.value.identifiers
      }
    }
  }
  dynamic "statement" {
    for_each = var.assume_role_policy_statements
    content {
      sid           = try(statement.value.sid, statement.key)
      effect        = try(statement.value.effect, null)
      actions       = try(statement.value.actions, null)
      not_actions   = try(statement.value.not_actions, null)
      resources     = try(statement.value.resources, null)
      not_resources = try(statement.value.not_resources, null)
      dynamic "principals" {
        for_each = try(statement.value.principals, [])
        content {
          type        = principals.value.type
          identifiers = principals.value.identifiers
        }
      }
      dynamic "not_principals" {
        for_each = try(statement.value.not_principals, [])
        content {
          type        = not_principals.value.type
          identifiers = not_principals.value.identifiers
        }
      }
      dynamic "condition" {
        for_each = try(statement.value.condition, statement.value.conditions, [])
        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}

resource "aws_iam_role" "this" {
  count                = local.makes_role ? 1 : 0
  name                 = coalesce(var.role_name, var.name, "*")
  path                 = var.role_path
  permissions_boundary = var.role_permissions_boundary
  assume_role_policy   = data.aws_iam_policy_document.trust[0].json
  tags                 = merge(var.tags, var.role_tags)
}

resource "aws_iam_role_policy" "json" {
  count  = local.makes_role && var.attach_policy_json ? 1 : 0
  role   = aws_iam_role.this[0].name
  policy = var.policy_json
}

resource "aws_iam_role_policy" "jsons" {
  count  = local.makes_role && var.attach_policy_jsons ? length(var.policy_jsons) : 0
  role   = aws_iam_role.this[0].name
  policy = var.policy_jsons[count.index]
}

resource "aws_iam_role_policy_attachment" "one" {
  count      = local.makes_role && var.attach_policy ? 1 : 0
  role       = aws_iam_role.this[0].name
  policy_arn = var.policy
}

resource "aws_iam_role_policy_attachment" "many" {
  count      = local.makes_role && var.attach_policies ? length(var.policies) : 0
  role       = aws_iam_role.this[0].name
  policy_arn = var.policies[count.index]
}

data "aws_iam_policy_document" "statements" {
  count = local.makes_role && var.attach_policy_statements ? 1 : 0
  dynamic "statement" {
    for_each = var.policy_statements
    content {
      sid           = try(statement.value.sid, statement.key)
      effect        = try(statement.value.effect, null)
      actions       = try(statement.value.actions, null)
      not_actions   = try(statement.value.not_actions, null)
      resources     = try(statement.value.resources, null)
      not_resources = try(statement.value.not_resources, null)
      dynamic "principals" {
        for_each = try(statement.value.principals, [])
        content {
          type        = principals.value.type
          identifiers = principals.value.identifiers
        }
      }
      dynamic "not_principals" {
        for_each = try(statement.value.not_principals, [])
        content {
          type        = not_principals.value.type
          identifiers = not_principals.value.identifiers
        }
      }
      dynamic "condition" {
        for_each = try(statement.value.condition, statement.value.conditions, [])
        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}

resource "aws_iam_role_policy" "statements" {
  count  = local.makes_role && var.attach_policy_statements ? 1 : 0
  role   = aws_iam_role.this[0].name
  policy = data.aws_iam_policy_document.statements[0].json
}

data "aws_iam_policy_document" "services" {
  count = local.makes_role && var.attach_policies_for_integrations && length(var.service_integrations) > 0 ? 1 : 0
  dynamic "statement" {
    for_each = { for k, v in var.service_integrations : k => v if can(local.services[k]) }
    content {
      actions   = local.services[statement.key]
      resources = try(tolist(statement.value[split("_", statement.key)[0]]), ["*"])
    }
  }
}

resource "aws_iam_role_policy" "services" {
  count  = local.makes_role && var.attach_policies_for_integrations && length(var.service_integrations) > 0 ? 1 : 0
  role   = aws_iam_role.this[0].name
  policy = data.aws_iam_policy_document.services[0].json
}

output "state_machine_id" {
  value = try(aws_sfn_state_machine.this[0].id, null)
}

output "state_machine_arn" {
  value = try(aws_sfn_state_machine.this[0].arn, null)
}

output "state_machine_name" {
  value = try(aws_sfn_state_machine.this[0].name, null)
}

output "state_machine_creation_date" {
  value = try(aws_sfn_state_machine.this[0].creation_date, null)
}

output "state_machine_status" {
  value = try(aws_sfn_state_machine.this[0].status, null)
}

output "state_machine_version_arn" {
  value = try(aws_sfn_state_machine.this[0].state_machine_version_arn, null)
}

output "role_arn" {
  value = try(aws_iam_role.this[0].arn, var.role_arn)
}

output "role_name" {
  value = try(aws_iam_role.this[0].name, null)
}

output "cloudwatch_log_group_arn" {
  value = try(aws_cloudwatch_log_group.sfn[0].arn, null)
}

output "cloudwatch_log_group_name" {
  value = local.log_group
}

variable "create" {
  default = true
}

variable "create_role" {
  default = true
}

variable "use_existing_role" {
  default = false
}

variable "use_existing_cloudwatch_log_group" {
  default = false
}

variable "name" {
  default = ""
}

variable "definition" {
  default = ""
}

variable "role_arn" {
  default = ""
}

variable "type" {
  default = "STANDARD"
}

variable "encryption_configuration" {
  default = {}
}

variable "logging_configuration" {
  default = {}
}

variable "cloudwatch_log_group_name" {
  default = null
}

variable "cloudwatch_log_group_retention_in_days" {
  default = null
}

variable "cloudwatch_log_group_kms_key_id" {
  default = null
}

variable "attach_policies_for_integrations" {
  default = true
}

variable "service_integrations" {
  default = {}
}

variable "tags" {
  default = {}
}

variable "role_name" {
  default = null
}

variable "role_path" {
  default = null
}

variable "role_tags" {
  default = {}
}

variable "role_permissions_boundary" {
  default = null
}

variable "trusted_entities" {
  default = []
}

variable "assume_role_policy_statements" {
  default = {}
}

variable "attach_policy_json" {
  default = false
}

variable "policy_json" {
  default = null
}

variable "attach_policy_jsons" {
  default = false
}

variable "policy_jsons" {
  default = []
}

variable "attach_policy" {
  default = false
}

variable "policy" {
  default = null
}

variable "attach_policies" {
  default = false
}

variable "policies" {
  default = []
}

variable "attach_policy_statements" {
  default = false
}

variable "policy_statements" {
  default = {}
}
