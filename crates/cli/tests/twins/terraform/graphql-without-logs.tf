resource "aws_appsync_graphql_api" "shop" {
  name                 = "shop"
  authentication_type  = "AWS_IAM"
  introspection_config = "DISABLED"
  query_depth_limit    = 5
  log_config { # mended
    cloudwatch_logs_role_arn = "arn:aws:iam::111122223333:role/logs" # mended
    field_log_level          = "ERROR" # mended
  } # mended
}
