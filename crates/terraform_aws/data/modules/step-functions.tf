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

# include role.tf | LABEL=this | NAME=var.name | SERVICES="states.amazonaws.com"

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

output "state_machine_id" { value = try(aws_sfn_state_machine.this[0].id, null) }
output "state_machine_arn" { value = try(aws_sfn_state_machine.this[0].arn, null) }
output "state_machine_name" { value = try(aws_sfn_state_machine.this[0].name, null) }
output "state_machine_creation_date" { value = try(aws_sfn_state_machine.this[0].creation_date, null) }
output "state_machine_status" { value = try(aws_sfn_state_machine.this[0].status, null) }
output "state_machine_version_arn" { value = try(aws_sfn_state_machine.this[0].state_machine_version_arn, null) }
output "role_arn" { value = try(aws_iam_role.this[0].arn, var.role_arn) }
output "role_name" { value = try(aws_iam_role.this[0].name, null) }
output "cloudwatch_log_group_arn" { value = try(aws_cloudwatch_log_group.sfn[0].arn, null) }
output "cloudwatch_log_group_name" { value = local.log_group }

variable "create" { default = true }
variable "create_role" { default = true }
variable "use_existing_role" { default = false }
variable "use_existing_cloudwatch_log_group" { default = false }
variable "name" { default = "" }
variable "definition" { default = "" }
variable "role_arn" { default = "" }
variable "type" { default = "STANDARD" }
variable "encryption_configuration" { default = {} }
variable "logging_configuration" { default = {} }
variable "cloudwatch_log_group_name" { default = null }
variable "cloudwatch_log_group_retention_in_days" { default = null }
variable "cloudwatch_log_group_kms_key_id" { default = null }
variable "attach_policies_for_integrations" { default = true }
variable "service_integrations" { default = {} }
