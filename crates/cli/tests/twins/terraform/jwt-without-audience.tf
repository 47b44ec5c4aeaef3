resource "aws_appsync_graphql_api" "shop" {
  name                 = "shop"
  authentication_type  = "OPENID_CONNECT"
  introspection_config = "DISABLED"
  query_depth_limit    = 5
  log_config {
    cloudwatch_logs_role_arn = "arn:aws:iam::111122223333:role/logs"
    field_log_level          = "ERROR"
  
  }
  openid_connect_config {
    issuer    = "https://login.example.com"
    client_id = "shop" # mended
  }
}
