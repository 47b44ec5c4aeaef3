# What the module `terraform-aws-modules/lambda/aws` makes of its inputs, as far as rules ask: it stands in for the
# module where that was not fetched. Facts: the module's documentation of its inputs (version 8).

locals {
  makes_function = var.create && var.create_function && !var.create_layer
  makes_layer    = var.create && var.create_layer
  log_group      = coalesce(var.logging_log_group, "/aws/lambda/${var.function_name}")
  # A path, or a list whose first entry is a path or says one.
  sources = try([tostring(var.source_path)], [for it in var.source_path : try(tostring(it), it.path)], [])
  packed  = var.local_existing_package == null && var.s3_existing_package == null && var.package_type == "Zip"
}

# The module packs the code by a script of its own.
data "archive_file" "package" {
  type       = "zip"
  source_dir = try(local.sources[0], null)
}

resource "aws_lambda_function" "this" {
  count                          = local.makes_function ? 1 : 0
  function_name                  = var.function_name
  description                    = var.description
  role                           = var.create_role ? aws_iam_role.lambda[0].arn : var.lambda_role
  handler                        = var.package_type == "Zip" ? var.handler : null
  runtime                        = var.package_type == "Zip" ? var.runtime : null
  package_type                   = var.package_type
  image_uri                      = var.image_uri
  filename                       = local.packed ? data.archive_file.package.output_path : var.local_existing_package
  s3_bucket                      = try(var.s3_existing_package.bucket, null)
  s3_key                         = try(var.s3_existing_package.key, null)
  layers                         = var.layers
  architectures                  = var.architectures
  memory_size                    = var.memory_size
  timeout                        = var.timeout
  publish                        = var.publish
  reserved_concurrent_executions = var.reserved_concurrent_executions
  kms_key_arn                    = var.kms_key_arn
  code_signing_config_arn        = var.code_signing_config_arn
  tags                           = merge(var.tags, var.function_tags)

  dynamic "ephemeral_storage" {
    for_each = var.ephemeral_storage_size == null ? [] : [true]
    content {
      size = var.ephemeral_storage_size
    }
  }
  dynamic "environment" {
    for_each = length(var.environment_variables) == 0 ? [] : [true]
    content {
      variables = var.environment_variables
    }
  }
  dynamic "dead_letter_config" {
    for_each = var.dead_letter_target_arn == null ? [] : [true]
    content {
      target_arn = var.dead_letter_target_arn
    }
  }
  dynamic "tracing_config" {
    for_each = var.tracing_mode == null ? [] : [true]
    content {
      mode = var.tracing_mode
    }
  }
  dynamic "vpc_config" {
    for_each = var.vpc_subnet_ids != null && var.vpc_security_group_ids != null ? [true] : []
    content {
      subnet_ids         = var.vpc_subnet_ids
      security_group_ids = var.vpc_security_group_ids
    }
  }
  dynamic "file_system_config" {
    for_each = var.file_system_arn == null ? [] : [true]
    content {
      arn              = var.file_system_arn
      local_mount_path = var.file_system_local_mount_path
    }
  }
  dynamic "snap_start" {
    for_each = var.snap_start ? [true] : []
    content {
      apply_on = "PublishedVersions"
    }
  }
  logging_config {
    log_group             = var.logging_log_group
    log_format            = var.logging_log_format
    application_log_level = var.logging_log_format == "Text" ? null : var.logging_application_log_level
    system_log_level      = var.logging_log_format == "Text" ? null : var.logging_system_log_level
  }
}

resource "aws_lambda_layer_version" "this" {
  count               = local.makes_layer ? 1 : 0
  layer_name          = var.layer_name
  compatible_runtimes = var.compatible_runtimes
  filename            = local.packed ? data.archive_file.package.output_path : var.local_existing_package
}

resource "aws_cloudwatch_log_group" "lambda" {
  count             = local.makes_function && !var.use_existing_cloudwatch_log_group ? 1 : 0
  name              = local.log_group
  retention_in_days = var.cloudwatch_logs_retention_in_days
  kms_key_id        = var.cloudwatch_logs_kms_key_id
}

resource "aws_lambda_function_url" "this" {
  count              = local.makes_function && var.create_lambda_function_url ? 1 : 0
  function_name      = aws_lambda_function.this[0].function_name
  authorization_type = var.authorization_type
  invoke_mode        = var.invoke_mode
  dynamic "cors" {
    for_each = length(var.cors) == 0 ? [] : [var.cors]
    content {
      allow_credentials = try(cors.value.allow_credentials, null)
      allow_headers     = try(cors.value.allow_headers, null)
      allow_methods     = try(cors.value.allow_methods, null)
      allow_origins     = try(cors.value.allow_origins, null)
      expose_headers    = try(cors.value.expose_headers, null)
      max_age           = try(cors.value.max_age, null)
    }
  }
}

resource "aws_lambda_provisioned_concurrency_config" "current_version" {
  count                             = local.makes_function && var.provisioned_concurrent_executions > -1 ? 1 : 0
  function_name                     = aws_lambda_function.this[0].function_name
  qualifier                         = aws_lambda_function.this[0].version
  provisioned_concurrent_executions = var.provisioned_concurrent_executions
}

resource "aws_lambda_function_event_invoke_config" "this" {
  count                        = local.makes_function && var.create_async_event_config ? 1 : 0
  function_name                = aws_lambda_function.this[0].function_name
  maximum_event_age_in_seconds = var.maximum_event_age_in_seconds
  maximum_retry_attempts       = var.maximum_retry_attempts
  dynamic "destination_config" {
    for_each = var.destination_on_failure == null && var.destination_on_success == null ? [] : [true]
    content {
      dynamic "on_failure" {
        for_each = var.destination_on_failure == null ? [] : [true]
        content {
          destination = var.destination_on_failure
        }
      }
      dynamic "on_success" {
        for_each = var.destination_on_success == null ? [] : [true]
        content {
          destination = var.destination_on_success
        }
      }
    }
  }
}

resource "aws_lambda_permission" "trigger" {
  for_each               = { for k, v in var.allowed_triggers : k => v if local.makes_function && (var.create_unqualified_alias_allowed_triggers || var.create_current_version_allowed_triggers) }
  function_name          = aws_lambda_function.this[0].function_name
  action                 = try(each.value.action, "lambda:InvokeFunction")
  principal              = try(each.value.principal, "${each.value.service}.amazonaws.com")
  principal_org_id       = try(each.value.principal_org_id, null)
  source_arn             = try(each.value.source_arn, null)
  source_account         = try(each.value.source_account, null)
  event_source_token     = try(each.value.event_source_token, null)
  function_url_auth_type = try(each.value.function_url_auth_type, null)
}

resource "aws_lambda_event_source_mapping" "this" {
  for_each                           = { for k, v in var.event_source_mapping : k => v if local.makes_function }
  function_name                      = aws_lambda_function.this[0].arn
  event_source_arn                   = try(each.value.event_source_arn, null)
  batch_size                         = try(each.value.batch_size, null)
  maximum_batching_window_in_seconds = try(each.value.maximum_batching_window_in_seconds, null)
  enabled                            = try(each.value.enabled, true)
  starting_position                  = try(each.value.starting_position, null)
  parallelization_factor             = try(each.value.parallelization_factor, null)
  maximum_retry_attempts             = try(each.value.maximum_retry_attempts, null)
  maximum_record_age_in_seconds      = try(each.value.maximum_record_age_in_seconds, null)
  bisect_batch_on_function_error     = try(each.value.bisect_batch_on_function_error, null)
  topics                             = try(each.value.topics, null)
  queues                             = try(each.value.queues, null)
  function_response_types            = try(each.value.function_response_types, null)
  dynamic "destination_config" {
    for_each = try([each.value.destination_arn_on_failure], [])
    content {
      on_failure {
        destination_arn = destination_config.value
      }
    }
  }
  dynamic "scaling_config" {
    for_each = try([each.value.scaling_config], [])
    content {
      maximum_concurrency = try(scaling_config.value.maximum_concurrency, null)
    }
  }
  dynamic "filter_criteria" {
    for_each = try([flatten([each.value.filter_criteria])], [])
    content {
      dynamic "filter" {
        for_each = filter_criteria.value
        content {
          pattern = try(filter.value.pattern, null)
        }
      }
    }
  }
  dynamic "source_access_configuration" {
    for_each = try(each.value.source_access_configuration, [])
    content {
      type = source_access_configuration.value.type
      uri  = source_access_configuration.value.uri
    }
  }
}

locals {
  makes_role = local.makes_function && var.create_role
}

# include role.tf | LABEL=lambda | NAME=var.function_name | SERVICES="lambda.amazonaws.com"

data "aws_iam_policy_document" "logs" {
  count = local.makes_role && var.attach_cloudwatch_logs_policy ? 1 : 0
  statement {
    actions = compact([
      !var.use_existing_cloudwatch_log_group && var.attach_create_log_group_permission ? "logs:CreateLogGroup" : "",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
    ])
    resources = ["arn:aws:logs:*:*:log-group:${local.log_group}:*"]
  }
}

resource "aws_iam_role_policy" "logs" {
  count  = local.makes_role && var.attach_cloudwatch_logs_policy ? 1 : 0
  role   = aws_iam_role.lambda[0].name
  policy = data.aws_iam_policy_document.logs[0].json
}

data "aws_iam_policy_document" "dead_letter" {
  count = local.makes_role && var.attach_dead_letter_policy ? 1 : 0
  statement {
    actions   = ["sns:Publish", "sqs:SendMessage"]
    resources = [var.dead_letter_target_arn]
  }
}

resource "aws_iam_role_policy" "dead_letter" {
  count  = local.makes_role && var.attach_dead_letter_policy ? 1 : 0
  role   = aws_iam_role.lambda[0].name
  policy = data.aws_iam_policy_document.dead_letter[0].json
}

data "aws_iam_policy_document" "async" {
  count = local.makes_role && var.attach_async_event_policy ? 1 : 0
  statement {
    actions   = ["sns:Publish", "sqs:SendMessage", "events:PutEvents", "lambda:InvokeFunction"]
    resources = compact([var.destination_on_failure, var.destination_on_success])
  }
}

resource "aws_iam_role_policy" "async" {
  count  = local.makes_role && var.attach_async_event_policy ? 1 : 0
  role   = aws_iam_role.lambda[0].name
  policy = data.aws_iam_policy_document.async[0].json
}

resource "aws_iam_role_policy_attachment" "network" {
  count      = local.makes_role && var.attach_network_policy ? 1 : 0
  role       = aws_iam_role.lambda[0].name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaENIManagementAccess"
}

resource "aws_iam_role_policy_attachment" "tracing" {
  count      = local.makes_role && var.attach_tracing_policy ? 1 : 0
  role       = aws_iam_role.lambda[0].name
  policy_arn = "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"
}

output "lambda_function_arn" { value = try(aws_lambda_function.this[0].arn, null) }
output "lambda_function_arn_static" { value = try(aws_lambda_function.this[0].arn, null) }
output "lambda_function_invoke_arn" { value = try(aws_lambda_function.this[0].invoke_arn, null) }
output "lambda_function_name" { value = try(aws_lambda_function.this[0].function_name, null) }
output "lambda_function_qualified_arn" { value = try(aws_lambda_function.this[0].qualified_arn, null) }
output "lambda_function_qualified_invoke_arn" { value = try(aws_lambda_function.this[0].qualified_invoke_arn, null) }
output "lambda_function_version" { value = try(aws_lambda_function.this[0].version, null) }
output "lambda_function_last_modified" { value = try(aws_lambda_function.this[0].last_modified, null) }
output "lambda_function_kms_key_arn" { value = var.kms_key_arn }
output "lambda_function_code_sha256" { value = try(aws_lambda_function.this[0].code_sha256, null) }
output "lambda_function_source_code_hash" { value = try(aws_lambda_function.this[0].source_code_hash, null) }
output "lambda_function_source_code_size" { value = try(aws_lambda_function.this[0].source_code_size, null) }
output "lambda_function_signing_job_arn" { value = try(aws_lambda_function.this[0].signing_job_arn, null) }
output "lambda_function_signing_profile_version_arn" { value = try(aws_lambda_function.this[0].signing_profile_version_arn, null) }
output "lambda_function_url" { value = try(aws_lambda_function_url.this[0].function_url, null) }
output "lambda_function_url_id" { value = try(aws_lambda_function_url.this[0].url_id, null) }
output "lambda_layer_arn" { value = try(aws_lambda_layer_version.this[0].arn, null) }
output "lambda_layer_layer_arn" { value = try(aws_lambda_layer_version.this[0].layer_arn, null) }
output "lambda_layer_version" { value = try(aws_lambda_layer_version.this[0].version, null) }
output "lambda_layer_created_date" { value = try(aws_lambda_layer_version.this[0].created_date, null) }
output "lambda_layer_source_code_hash" { value = try(aws_lambda_layer_version.this[0].source_code_hash, null) }
output "lambda_layer_source_code_size" { value = try(aws_lambda_layer_version.this[0].source_code_size, null) }
output "lambda_event_source_mapping_arn" { value = { for k, v in aws_lambda_event_source_mapping.this : k => v.arn } }
output "lambda_event_source_mapping_function_arn" { value = { for k, v in aws_lambda_event_source_mapping.this : k => v.function_arn } }
output "lambda_event_source_mapping_uuid" { value = { for k, v in aws_lambda_event_source_mapping.this : k => v.uuid } }
output "lambda_role_arn" { value = try(aws_iam_role.lambda[0].arn, null) }
output "lambda_role_name" { value = try(aws_iam_role.lambda[0].name, null) }
output "lambda_role_unique_id" { value = try(aws_iam_role.lambda[0].unique_id, null) }
output "lambda_cloudwatch_log_group_arn" { value = try(aws_cloudwatch_log_group.lambda[0].arn, null) }
output "lambda_cloudwatch_log_group_name" { value = local.log_group }
output "local_filename" { value = try(data.archive_file.package.output_path, null) }
output "s3_object" { value = null }

variable "create" { default = true }
variable "create_package" { default = true }
variable "create_function" { default = true }
variable "create_layer" { default = false }
variable "create_role" { default = true }
variable "create_lambda_function_url" { default = false }
variable "function_name" { default = "" }
variable "description" { default = null }
variable "handler" { default = null }
variable "runtime" { default = null }
variable "lambda_role" { default = "" }
variable "code_signing_config_arn" { default = null }
variable "layers" { default = null }
variable "architectures" { default = null }
variable "kms_key_arn" { default = null }
variable "memory_size" { default = 128 }
variable "ephemeral_storage_size" { default = null }
variable "publish" { default = false }
variable "reserved_concurrent_executions" { default = -1 }
variable "provisioned_concurrent_executions" { default = -1 }
variable "timeout" { default = 3 }
variable "dead_letter_target_arn" { default = null }
variable "environment_variables" { default = {} }
variable "tracing_mode" { default = null }
variable "vpc_subnet_ids" { default = null }
variable "vpc_security_group_ids" { default = null }
variable "function_tags" { default = {} }
variable "package_type" { default = "Zip" }
variable "image_uri" { default = null }
variable "snap_start" { default = false }
variable "authorization_type" { default = "NONE" }
variable "cors" { default = {} }
variable "invoke_mode" { default = null }
variable "layer_name" { default = "" }
variable "compatible_runtimes" { default = [] }
variable "create_async_event_config" { default = false }
variable "maximum_event_age_in_seconds" { default = null }
variable "maximum_retry_attempts" { default = null }
variable "destination_on_failure" { default = null }
variable "destination_on_success" { default = null }
variable "create_unqualified_alias_allowed_triggers" { default = true }
variable "create_current_version_allowed_triggers" { default = true }
variable "allowed_triggers" { default = {} }
variable "event_source_mapping" { default = {} }
variable "use_existing_cloudwatch_log_group" { default = false }
variable "cloudwatch_logs_retention_in_days" { default = null }
variable "cloudwatch_logs_kms_key_id" { default = null }
variable "attach_cloudwatch_logs_policy" { default = true }
variable "attach_create_log_group_permission" { default = true }
variable "attach_dead_letter_policy" { default = false }
variable "attach_network_policy" { default = false }
variable "attach_tracing_policy" { default = false }
variable "attach_async_event_policy" { default = false }
variable "file_system_arn" { default = null }
variable "file_system_local_mount_path" { default = null }
variable "local_existing_package" { default = null }
variable "s3_existing_package" { default = null }
variable "store_on_s3" { default = false }
variable "s3_bucket" { default = null }
variable "source_path" { default = null }
variable "logging_log_format" { default = "Text" }
variable "logging_application_log_level" { default = "INFO" }
variable "logging_system_log_level" { default = "INFO" }
variable "logging_log_group" { default = null }
