resource "aws_appsync_graphql_api" "shop" {
  name                 = "shop"
  authentication_type  = "API_KEY"
  introspection_config = "DISABLED"
  query_depth_limit    = 5 # mended
  resolver_count_limit = 50 # mended
  schema               = "type Query { order: Order } type Order { customer: Customer } type Customer { orders: [Order] }"
  log_config {
    cloudwatch_logs_role_arn = "arn:aws:iam::111122223333:role/logs"
    field_log_level          = "ERROR"
  }
}

resource "aws_appsync_datasource" "customers" {
  api_id = aws_appsync_graphql_api.shop.id
  name   = "customers"
  type   = "AMAZON_DYNAMODB"
}

resource "aws_appsync_resolver" "customer" {
  api_id            = aws_appsync_graphql_api.shop.id
  type              = "Order"
  field             = "customer"
  data_source       = aws_appsync_datasource.customers.name
  request_template  = "{}"
  response_template = "$util.toJson($ctx.result)"
}
