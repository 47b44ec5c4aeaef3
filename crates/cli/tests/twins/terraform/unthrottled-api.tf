resource "aws_lambda_function" "orders" {
  function_name                  = "orders"
  runtime                        = "python3.13"
  handler                        = "app.handler"
  s3_bucket                      = "packages"
  s3_key                         = "orders.zip"
  role                           = aws_iam_role.orders.arn
  reserved_concurrent_executions = 5
}

resource "aws_apigatewayv2_api" "shop" {
  name          = "shop"
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_integration" "orders" {
  api_id           = aws_apigatewayv2_api.shop.id
  integration_type = "AWS_PROXY"
  integration_uri  = aws_lambda_function.orders.invoke_arn
}

resource "aws_apigatewayv2_route" "orders" {
  api_id             = aws_apigatewayv2_api.shop.id
  route_key          = "POST /orders"
  authorization_type = "NONE"
  target             = "integrations/${aws_apigatewayv2_integration.orders.id}"
}

resource "aws_apigatewayv2_stage" "live" {
  api_id      = aws_apigatewayv2_api.shop.id
  name        = "live"
  auto_deploy = true
  default_route_settings { # mended
    throttling_burst_limit = 20 # mended
    throttling_rate_limit  = 10 # mended
  } # mended
}
