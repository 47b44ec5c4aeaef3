# What the module `terraform-aws-modules/eventbridge/aws` makes of its inputs, as far as rules ask: it stands in for the
# module where that was not fetched. Facts: the module's documentation of its inputs (version 4).

locals {
  bus = var.bus_name
  targets = flatten([for rule, targets in var.targets : [for target in targets : merge(target, { rule = rule })]])
}

resource "aws_cloudwatch_event_bus" "this" {
  count              = var.create && var.create_bus ? 1 : 0
  name               = var.bus_name
  kms_key_identifier = var.kms_key_identifier
  tags               = var.tags
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each            = { for k, v in var.rules : k => v if var.create && var.create_rules }
  name                = var.append_rule_postfix ? "${each.key}-rule" : each.key
  event_bus_name      = local.bus
  event_pattern       = try(each.value.event_pattern, null)
  schedule_expression = try(each.value.schedule_expression, null)
  state               = try(each.value.state, each.value.enabled ? "ENABLED" : "DISABLED", null)
  role_arn            = try(each.value.role_arn, null)
}

resource "aws_cloudwatch_event_target" "this" {
  for_each       = { for index, target in local.targets : "${target.rule}-${index}" => target if var.create && var.create_targets }
  rule           = aws_cloudwatch_event_rule.this[each.value.rule].name
  event_bus_name = local.bus
  arn            = try(each.value.arn, each.value.destination, null)
  role_arn       = try(each.value.attach_role_arn, false) == true ? aws_iam_role.eventbridge[0].arn : try(tostring(each.value.attach_role_arn), null)
  input          = try(each.value.input, null)
  input_path     = try(each.value.input_path, null)
  dynamic "dead_letter_config" {
    for_each = try([each.value.dead_letter_arn], [])
    content {
      arn = dead_letter_config.value
    }
  }
}

resource "aws_cloudwatch_event_archive" "this" {
  for_each         = { for k, v in var.archives : k => v if var.create && var.create_archives }
  name             = each.key
  event_source_arn = try(each.value.event_source_arn, aws_cloudwatch_event_bus.this[0].arn, null)
  event_pattern    = try(each.value.event_pattern, null)
  retention_days   = try(each.value.retention_days, null)
}

resource "aws_cloudwatch_event_permission" "this" {
  for_each       = { for k, v in var.permissions : k => v if var.create && var.create_permissions }
  principal      = split(" ", each.key)[0]
  statement_id   = try(split(" ", each.key)[1], each.key)
  action         = try(each.value.action, null)
  event_bus_name = local.bus
  dynamic "condition" {
    for_each = try([each.value.condition_org], [])
    content {
      key   = "aws:PrincipalOrgID"
      type  = "StringEquals"
      value = condition.value
    }
  }
}

resource "aws_cloudwatch_event_connection" "this" {
  for_each           = { for k, v in var.connections : k => v if var.create && var.create_connections }
  name               = var.append_connection_postfix ? "${each.key}-connection" : each.key
  authorization_type = each.value.authorization_type
  kms_key_identifier = try(each.value.kms_key_identifier, null)
  auth_parameters {
    dynamic "api_key" {
      for_each = try([each.value.auth_parameters.api_key], [])
      content {
        key   = api_key.value.key
        value = api_key.value.value
      }
    }
    dynamic "basic" {
      for_each = try([each.value.auth_parameters.basic], [])
      content {
        username = basic.value.username
        password = basic.value.password
      }
    }
    dynamic "oauth" {
      for_each = try([each.value.auth_parameters.oauth], [])
      content {
        authorization_endpoint = oauth.value.authorization_endpoint
        http_method            = oauth.value.http_method
        client_parameters {
          client_id     = oauth.value.client_parameters.client_id
          client_secret = oauth.value.client_parameters.client_secret
        }
      }
    }
  }
}

resource "aws_cloudwatch_event_api_destination" "this" {
  for_each            = { for k, v in var.api_destinations : k => v if var.create && var.create_api_destinations }
  name                = var.append_destination_postfix ? "${each.key}-destination" : each.key
  invocation_endpoint = each.value.invocation_endpoint
  http_method         = each.value.http_method
  connection_arn      = try(aws_cloudwatch_event_connection.this[each.value.connection_name].arn, aws_cloudwatch_event_connection.this[each.key].arn, null)
}

resource "aws_scheduler_schedule_group" "this" {
  for_each = { for k, v in var.schedule_groups : k => v if var.create && var.create_schedule_groups }
  name     = try(each.value.name, each.key)
}

resource "aws_scheduler_schedule" "this" {
  for_each            = { for k, v in var.schedules : k => v if var.create && var.create_schedules }
  name                = var.append_schedule_postfix ? "${each.key}-schedule" : each.key
  schedule_expression = each.value.schedule_expression
  state               = try(each.value.enabled ? "ENABLED" : "DISABLED", null)
  kms_key_arn         = try(each.value.kms_key_arn, null)
  flexible_time_window {
    mode = try(each.value.use_flexible_time_window ? "FLEXIBLE" : "OFF", "OFF")
  }
  target {
    arn      = each.value.arn
    role_arn = try(each.value.role_arn, aws_iam_role.eventbridge[0].arn, null)
    input    = try(each.value.input, null)
    dynamic "dead_letter_config" {
      for_each = try([each.value.dead_letter_arn], [])
      content {
        arn = dead_letter_config.value
      }
    }
  }
}

locals {
  makes_role = var.create && var.create_role
}

# include role.tf | LABEL=eventbridge | NAME=var.bus_name | SERVICES="events.amazonaws.com", "scheduler.amazonaws.com"

data "aws_iam_policy_document" "ecs" {
  count = local.makes_role && var.attach_ecs_policy ? 1 : 0
  statement {
    actions   = ["ecs:RunTask", "ecs:TagResource"]
    resources = var.ecs_target_arns
  }
  statement {
    actions   = ["iam:PassRole"]
    resources = coalescelist(var.ecs_pass_role_resources, ["*"])
  }
}

resource "aws_iam_role_policy" "ecs" {
  count  = local.makes_role && var.attach_ecs_policy ? 1 : 0
  role   = aws_iam_role.eventbridge[0].name
  policy = data.aws_iam_policy_document.ecs[0].json
}

data "aws_iam_policy_document" "sns_keys" {
  count = local.makes_role && var.attach_sns_policy && length(var.sns_kms_arns) > 0 ? 1 : 0
  statement {
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = var.sns_kms_arns
  }
}

resource "aws_iam_role_policy" "sns_keys" {
  count  = local.makes_role && var.attach_sns_policy && length(var.sns_kms_arns) > 0 ? 1 : 0
  role   = aws_iam_role.eventbridge[0].name
  policy = data.aws_iam_policy_document.sns_keys[0].json
}

# include attached.tf | LABEL=eventbridge | POLICY=kinesis_firehose | ACTIONS=["firehose:PutRecord"] | TARGETS=var.kinesis_firehose_target_arns

# include attached.tf | LABEL=eventbridge | POLICY=lambda | ACTIONS=["lambda:InvokeFunction"] | TARGETS=var.lambda_target_arns

# include attached.tf | LABEL=eventbridge | POLICY=sqs | ACTIONS=["sqs:SendMessage*", "kms:Decrypt", "kms:GenerateDataKey"] | TARGETS=var.sqs_target_arns

# include attached.tf | LABEL=eventbridge | POLICY=sns | ACTIONS=["sns:Publish"] | TARGETS=var.sns_target_arns

# include attached.tf | LABEL=eventbridge | POLICY=sfn | ACTIONS=["states:StartExecution"] | TARGETS=var.sfn_target_arns

# include attached.tf | LABEL=eventbridge | POLICY=kinesis | ACTIONS=["kinesis:PutRecord"] | TARGETS=var.kinesis_target_arns

output "eventbridge_bus_name" { value = var.bus_name }
output "eventbridge_bus_arn" { value = try(aws_cloudwatch_event_bus.this[0].arn, null) }
output "eventbridge_rule_ids" { value = { for k, v in aws_cloudwatch_event_rule.this : k => v.id } }
output "eventbridge_rule_arns" { value = { for k, v in aws_cloudwatch_event_rule.this : k => v.arn } }
output "eventbridge_rules" { value = aws_cloudwatch_event_rule.this }
output "eventbridge_targets" { value = aws_cloudwatch_event_target.this }
output "eventbridge_archive_arns" { value = { for k, v in aws_cloudwatch_event_archive.this : k => v.arn } }
output "eventbridge_schedule_ids" { value = { for k, v in aws_scheduler_schedule.this : k => v.id } }
output "eventbridge_schedule_arns" { value = { for k, v in aws_scheduler_schedule.this : k => v.arn } }
output "eventbridge_schedule_group_arns" { value = { for k, v in aws_scheduler_schedule_group.this : k => v.arn } }
output "eventbridge_schedules" { value = aws_scheduler_schedule.this }
output "eventbridge_connection_arns" { value = { for k, v in aws_cloudwatch_event_connection.this : k => v.arn } }
output "eventbridge_api_destination_arns" { value = { for k, v in aws_cloudwatch_event_api_destination.this : k => v.arn } }
output "eventbridge_bus" { value = try(aws_cloudwatch_event_bus.this[0], null) }
output "eventbridge_role_arn" { value = try(aws_iam_role.eventbridge[0].arn, null) }
output "eventbridge_role_name" { value = try(aws_iam_role.eventbridge[0].name, null) }

variable "create" { default = true }
variable "create_role" { default = true }
variable "create_bus" { default = true }
variable "create_rules" { default = true }
variable "create_targets" { default = true }
variable "create_permissions" { default = true }
variable "create_archives" { default = false }
variable "create_schedules" { default = true }
variable "create_schedule_groups" { default = true }
variable "append_rule_postfix" { default = true }
variable "append_schedule_postfix" { default = true }
variable "bus_name" { default = "default" }
variable "kms_key_identifier" { default = null }
variable "dead_letter_config" { default = {} }
variable "rules" { default = {} }
variable "targets" { default = {} }
variable "archives" { default = {} }
variable "permissions" { default = {} }
variable "schedule_groups" { default = {} }
variable "schedules" { default = {} }
variable "attach_lambda_policy" { default = false }
variable "attach_sqs_policy" { default = false }
variable "attach_sns_policy" { default = false }
variable "attach_sfn_policy" { default = false }
variable "attach_kinesis_policy" { default = false }
variable "lambda_target_arns" { default = [] }
variable "sqs_target_arns" { default = [] }
variable "sns_target_arns" { default = [] }
variable "sfn_target_arns" { default = [] }
variable "kinesis_target_arns" { default = [] }
variable "create_connections" { default = false }
variable "create_api_destinations" { default = false }
variable "append_connection_postfix" { default = true }
variable "append_destination_postfix" { default = true }
variable "connections" { default = {} }
variable "api_destinations" { default = {} }
variable "attach_ecs_policy" { default = false }
variable "ecs_target_arns" { default = [] }
variable "ecs_pass_role_resources" { default = [] }
variable "attach_kinesis_firehose_policy" { default = false }
variable "kinesis_firehose_target_arns" { default = [] }
variable "sns_kms_arns" { default = ["*"] }
