resource "aws_cognito_user_pool" "users" {
  name              = "users"
  mfa_configuration = "OPTIONAL"
  software_token_mfa_configuration {
    enabled = true
  }
}

resource "aws_wafv2_web_acl" "guard" {
  name  = "guard"
  scope = "REGIONAL"
  default_action {
    allow {}
  }
  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = "guard"
    sampled_requests_enabled   = true
  }
}

resource "aws_wafv2_web_acl_association" "guard" { # mended
  resource_arn = aws_cognito_user_pool.users.arn # mended
  web_acl_arn  = aws_wafv2_web_acl.guard.arn # mended
} # mended
