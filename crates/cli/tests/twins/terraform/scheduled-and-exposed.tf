resource "aws_lambda_function" "orders" {
  function_name = "orders"
  runtime       = "python3.13"
  handler       = "app.handler"
  s3_bucket     = "packages"
  s3_key        = "orders.zip"
  role          = aws_iam_role.orders.arn
  reserved_concurrent_executions = 5
}

resource "aws_cloudwatch_event_rule" "night" {
  name                = "night"
  schedule_expression = "rate(1 day)"
}

resource "aws_cloudwatch_event_target" "night" {
  rule = aws_cloudwatch_event_rule.night.name
  arn  = aws_lambda_function.orders.arn
}

resource "aws_lambda_function_url" "orders" { # flaw
  function_name      = aws_lambda_function.orders.function_name # flaw
  authorization_type = "NONE" # flaw
} # flaw
