# What the module `terraform-aws-modules/apigateway-v2/aws` makes of its inputs, as far as rules ask: it stands in for the
# module where that was not fetched. Facts: the module's documentation of its inputs (version 6, and what version 1 called otherwise).

locals {
  makes     = var.create && var.create_api_gateway
  is_http   = var.protocol_type == "HTTP"
  has_name  = local.makes && var.create_domain_name && var.domain_name != ""
  # Version 1 has one mapping `integrations`, whose entries are routes with their integration.
  routes    = merge(var.routes, { for k, v in var.integrations : k => merge(v, { integration = merge({ uri = try(v.lambda_arn, v.integration_uri, null), type = try(v.integration_type, null) }, v) }) })
  limits    = merge(coalesce(var.default_route_settings, {}), coalesce(var.stage_default_route_settings, {}))
  makes_log = try(var.stage_access_log_settings.create_log_group, var.stage_access_log_settings != null && var.default_stage_access_log_destination_arn == null)
}

resource "aws_apigatewayv2_api" "this" {
  count                        = local.makes ? 1 : 0
  name                         = var.name
  description                  = var.description
  body                         = var.body
  protocol_type                = var.protocol_type
  target                       = var.target
  route_key                    = var.route_key
  credentials_arn              = var.credentials_arn
  disable_execute_api_endpoint = local.has_name && local.is_http ? true : var.disable_execute_api_endpoint
  tags                         = var.tags
  dynamic "cors_configuration" {
    for_each = local.is_http && try(length(var.cors_configuration), 0) > 0 ? [var.cors_configuration] : []
    content {
      allow_credentials = try(cors_configuration.value.allow_credentials, null)
      allow_headers     = try(cors_configuration.value.allow_headers, null)
      allow_methods     = try(cors_configuration.value.allow_methods, null)
      allow_origins     = try(cors_configuration.value.allow_origins, null)
      max_age           = try(cors_configuration.value.max_age, null)
    }
  }
}

resource "aws_apigatewayv2_authorizer" "this" {
  for_each                          = { for k, v in var.authorizers : k => v if local.makes }
  api_id                            = aws_apigatewayv2_api.this[0].id
  name                              = try(coalesce(each.value.name), each.key)
  authorizer_type                   = try(each.value.authorizer_type, "REQUEST")
  authorizer_uri                    = try(each.value.authorizer_uri, null)
  authorizer_credentials_arn        = try(each.value.authorizer_credentials_arn, null)
  authorizer_payload_format_version = try(each.value.authorizer_payload_format_version, null)
  authorizer_result_ttl_in_seconds  = try(each.value.authorizer_result_ttl_in_seconds, null)
  identity_sources                  = try(flatten([each.value.identity_sources]), null)
  dynamic "jwt_configuration" {
    for_each = try([each.value.jwt_configuration], each.value.issuer == null ? [] : [each.value], [])
    content {
      audience = try(jwt_configuration.value.audience, null)
      issuer   = try(jwt_configuration.value.issuer, null)
    }
  }
}

resource "aws_apigatewayv2_integration" "this" {
  for_each               = { for k, v in local.routes : k => v.integration if local.makes && var.create_routes_and_integrations }
  api_id                 = aws_apigatewayv2_api.this[0].id
  integration_type       = try(coalesce(each.value.type), "AWS_PROXY")
  integration_subtype    = try(each.value.subtype, null)
  integration_method     = try(each.value.method, null)
  integration_uri        = try(each.value.uri, null)
  connection_type        = try(each.value.connection_type, null)
  credentials_arn        = try(each.value.credentials_arn, null)
  payload_format_version = try(each.value.payload_format_version, null)
  request_parameters     = try(each.value.request_parameters, null)
}

resource "aws_apigatewayv2_route" "this" {
  for_each             = { for k, v in local.routes : k => v if local.makes && var.create_routes_and_integrations }
  api_id               = aws_apigatewayv2_api.this[0].id
  route_key            = each.key
  authorization_type   = try(each.value.authorization_type, null)
  authorization_scopes = try(each.value.authorization_scopes, null)
  authorizer_id        = try(aws_apigatewayv2_authorizer.this[each.value.authorizer_key].id, each.value.authorizer_id, null)
  api_key_required     = try(each.value.api_key_required, null)
  target               = "integrations/${aws_apigatewayv2_integration.this[each.key].id}"
}

resource "aws_cloudwatch_log_group" "this" {
  count             = local.makes && var.create_stage && local.makes_log ? 1 : 0
  name              = try(coalesce(var.stage_access_log_settings.log_group_name), "/aws/apigateway/${var.name}")
  retention_in_days = try(coalesce(var.stage_access_log_settings.log_group_retention_in_days), 30)
  kms_key_id        = try(var.stage_access_log_settings.log_group_kms_key_id, null)
}

resource "aws_apigatewayv2_stage" "this" {
  count       = local.makes && var.create_stage && var.create_default_stage ? 1 : 0
  api_id      = aws_apigatewayv2_api.this[0].id
  name        = var.stage_name
  auto_deploy = local.is_http
  tags        = merge(var.tags, var.stage_tags)
  dynamic "access_log_settings" {
    for_each = local.makes_log || var.default_stage_access_log_destination_arn != null || can(var.stage_access_log_settings.destination_arn) ? [true] : []
    content {
      destination_arn = local.makes_log ? aws_cloudwatch_log_group.this[0].arn : try(coalesce(var.default_stage_access_log_destination_arn, var.stage_access_log_settings.destination_arn), var.stage_access_log_settings.destination_arn, var.default_stage_access_log_destination_arn)
      format          = try(coalesce(var.stage_access_log_settings.format), var.default_stage_access_log_format, "$context.requestId $context.identity.sourceIp $context.routeKey $context.status")
    }
  }
  dynamic "default_route_settings" {
    for_each = length(local.limits) == 0 && length(local.routes) == 0 ? [] : [local.limits]
    content {
      data_trace_enabled       = local.is_http ? null : try(default_route_settings.value.data_trace_enabled, true)
      logging_level            = local.is_http ? null : try(default_route_settings.value.logging_level, null)
      detailed_metrics_enabled = try(default_route_settings.value.detailed_metrics_enabled, true)
      throttling_burst_limit   = try(default_route_settings.value.throttling_burst_limit, 500)
      throttling_rate_limit    = try(default_route_settings.value.throttling_rate_limit, 1000)
    }
  }
}

resource "aws_apigatewayv2_domain_name" "this" {
  count       = local.has_name ? 1 : 0
  domain_name = var.domain_name
  domain_name_configuration {
    certificate_arn = var.domain_name_certificate_arn
    endpoint_type   = "REGIONAL"
    security_policy = "TLS_1_2"
  }
  dynamic "mutual_tls_authentication" {
    for_each = length(var.mutual_tls_authentication) == 0 ? [] : [var.mutual_tls_authentication]
    content {
      truststore_uri = mutual_tls_authentication.value.truststore_uri
    }
  }
}

resource "aws_apigatewayv2_api_mapping" "this" {
  count       = local.has_name ? 1 : 0
  api_id      = aws_apigatewayv2_api.this[0].id
  domain_name = aws_apigatewayv2_domain_name.this[0].id
  stage       = aws_apigatewayv2_stage.this[0].id
}

output "api_id" { value = try(aws_apigatewayv2_api.this[0].id, null) }
output "api_endpoint" { value = try(aws_apigatewayv2_api.this[0].api_endpoint, null) }
output "api_arn" { value = try(aws_apigatewayv2_api.this[0].arn, null) }
output "api_execution_arn" { value = try(aws_apigatewayv2_api.this[0].execution_arn, null) }
output "authorizers" { value = aws_apigatewayv2_authorizer.this }
output "integrations" { value = aws_apigatewayv2_integration.this }
output "routes" { value = aws_apigatewayv2_route.this }
output "domain_name_id" { value = try(aws_apigatewayv2_domain_name.this[0].id, null) }
output "domain_name_arn" { value = try(aws_apigatewayv2_domain_name.this[0].arn, null) }
output "domain_name_target_domain_name" { value = null }
output "domain_name_hosted_zone_id" { value = null }
output "domain_name_configuration" { value = null }
output "stage_id" { value = try(aws_apigatewayv2_stage.this[0].id, null) }
output "stage_arn" { value = try(aws_apigatewayv2_stage.this[0].arn, null) }
output "stage_execution_arn" { value = try(aws_apigatewayv2_stage.this[0].execution_arn, null) }
output "stage_invoke_url" { value = try(aws_apigatewayv2_stage.this[0].invoke_url, null) }
output "stage_domain_name" { value = null }
output "vpc_links" { value = null }
output "acm_certificate_arn" { value = var.domain_name_certificate_arn }
output "default_apigatewayv2_stage_id" { value = try(aws_apigatewayv2_stage.this[0].id, null) }
output "default_apigatewayv2_stage_arn" { value = try(aws_apigatewayv2_stage.this[0].arn, null) }
output "default_apigatewayv2_stage_execution_arn" { value = try(aws_apigatewayv2_stage.this[0].execution_arn, null) }
output "default_apigatewayv2_stage_invoke_url" { value = try(aws_apigatewayv2_stage.this[0].invoke_url, null) }
output "apigatewayv2_api_id" { value = try(aws_apigatewayv2_api.this[0].id, null) }
output "apigatewayv2_api_arn" { value = try(aws_apigatewayv2_api.this[0].arn, null) }
output "apigatewayv2_api_execution_arn" { value = try(aws_apigatewayv2_api.this[0].execution_arn, null) }
output "apigatewayv2_api_api_endpoint" { value = try(aws_apigatewayv2_api.this[0].api_endpoint, null) }

variable "create" { default = true }
variable "create_api_gateway" { default = true }
variable "create_stage" { default = true }
variable "create_default_stage" { default = true }
variable "create_routes_and_integrations" { default = true }
variable "create_domain_name" { default = true }
variable "name" { default = "" }
variable "description" { default = null }
variable "body" { default = null }
variable "protocol_type" { default = "HTTP" }
variable "target" { default = null }
variable "route_key" { default = null }
variable "credentials_arn" { default = null }
variable "cors_configuration" { default = null }
variable "disable_execute_api_endpoint" { default = null }
variable "domain_name" { default = "" }
variable "domain_name_certificate_arn" { default = null }
variable "mutual_tls_authentication" { default = {} }
variable "authorizers" { default = {} }
variable "routes" { default = {} }
variable "integrations" { default = {} }
variable "stage_name" { default = "$default" }
variable "stage_access_log_settings" { default = {} }
variable "default_stage_access_log_destination_arn" { default = null }
variable "default_stage_access_log_format" { default = null }
variable "stage_default_route_settings" { default = {} }
variable "default_route_settings" { default = {} }
variable "tags" { default = {} }
variable "stage_tags" { default = {} }
