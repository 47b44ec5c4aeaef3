resource "aws_apigatewayv2_api" "shop" {
  name          = "shop"
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_integration" "orders" {
  api_id           = aws_apigatewayv2_api.shop.id
  integration_type = "AWS_PROXY"
  integration_uri  = aws_lambda_function.orders.invoke_arn
}

resource "aws_apigatewayv2_route" "charge" { # flaw
  api_id             = aws_apigatewayv2_api.shop.id # flaw
  route_key          = "POST /charge" # flaw
  authorization_type = "AWS_IAM" # flaw
  target             = "integrations/${aws_apigatewayv2_integration.orders.id}" # flaw
} # flaw

resource "aws_sfn_state_machine" "flow" {
  name     = "flow"
  role_arn = "arn:aws:iam::111122223333:role/flow"
  logging_configuration {
    log_destination = "arn:aws:logs:eu-west-1:111122223333:log-group:flow:*"
    level           = "ERROR"
  }
  definition = jsonencode({
    StartAt = "Reserve"
    States = {
      Reserve = { Type = "Task", Resource = "arn:aws:states:::dynamodb:putItem", Parameters = { TableName = "orders" }, Next = "Charge" }
      Charge  = { Type = "Task", Resource = aws_lambda_function.orders.arn, End = true }
    }
  })
}
