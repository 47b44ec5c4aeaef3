resource "aws_appsync_graphql_api" "shop" {
  name                 = "shop"
  authentication_type  = "AWS_IAM"
  introspection_config = "DISABLED"
  query_depth_limit    = 5
  log_config {
    cloudwatch_logs_role_arn = "arn:aws:iam::111122223333:role/logs"
    field_log_level          = "ERROR"
  }
}

resource "aws_appsync_datasource" "orders" {
  api_id = aws_appsync_graphql_api.shop.id
  name   = "orders"
  type   = "AMAZON_DYNAMODB"
}

resource "aws_appsync_resolver" "order" {
  api_id            = aws_appsync_graphql_api.shop.id
  type              = "Query"
  field             = "order"
  data_source       = aws_appsync_datasource.orders.name
  request_template  = "{\"operation\": \"GetItem\", \"key\": {\"id\": {\"S\": \"$ctx.args.id\"}}}" # flaw
  request_template  = "{\"operation\": \"GetItem\", \"key\": {\"id\": $util.dynamodb.toDynamoDBJson($ctx.args.id)}}" # mended
  response_template = "$util.toJson($ctx.result)"
}
