resource "aws_api_gateway_rest_api" "door" {
  name = "door"
}

resource "aws_api_gateway_resource" "orders" {
  rest_api_id = aws_api_gateway_rest_api.door.id
  parent_id   = aws_api_gateway_rest_api.door.root_resource_id
  path_part   = "orders"
}

resource "aws_api_gateway_resource" "refunds" {
  rest_api_id = aws_api_gateway_rest_api.door.id
  parent_id   = aws_api_gateway_rest_api.door.root_resource_id
  path_part   = "refunds"
}

resource "aws_api_gateway_method" "refunds" {
  rest_api_id   = aws_api_gateway_rest_api.door.id
  resource_id   = aws_api_gateway_resource.refunds.id
  http_method   = "POST"
  authorization = "CUSTOM"
  authorizer_id = aws_api_gateway_authorizer.by_token.id
}

resource "aws_api_gateway_integration" "refunds" {
  rest_api_id             = aws_api_gateway_rest_api.door.id
  resource_id             = aws_api_gateway_resource.refunds.id
  http_method             = aws_api_gateway_method.refunds.http_method
  integration_http_method = "POST"
  type                    = "AWS_PROXY"
  uri                     = aws_lambda_function.orders.invoke_arn
}

resource "aws_api_gateway_method" "get" {
  rest_api_id   = aws_api_gateway_rest_api.door.id
  resource_id   = aws_api_gateway_resource.orders.id
  http_method   = "GET"
  authorization = "CUSTOM"
  authorizer_id = aws_api_gateway_authorizer.by_token.id
}

resource "aws_api_gateway_integration" "get" {
  rest_api_id             = aws_api_gateway_rest_api.door.id
  resource_id             = aws_api_gateway_resource.orders.id
  http_method             = aws_api_gateway_method.get.http_method
  integration_http_method = "POST"
  type                    = "AWS_PROXY"
  uri                     = aws_lambda_function.orders.invoke_arn
}

resource "aws_api_gateway_authorizer" "by_token" {
  name                             = "by-token"
  rest_api_id                      = aws_api_gateway_rest_api.door.id
  type                             = "REQUEST"
  identity_source                  = "method.request.header.Authorization"
  authorizer_uri                   = aws_lambda_function.orders.invoke_arn
  authorizer_result_ttl_in_seconds = 300 # flaw
  authorizer_result_ttl_in_seconds = 0 # mended
}
