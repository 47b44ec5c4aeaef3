resource "aws_lambda_function" "orders" {
  function_name = "orders"
  runtime       = "python3.13"
  handler       = "app.handler"
  s3_bucket     = "packages"
  s3_key        = "orders.zip"
  role          = aws_iam_role.orders.arn
  reserved_concurrent_executions = 0 # flaw
  reserved_concurrent_executions = 5 # mended
}

resource "aws_cloudwatch_event_rule" "night" {
  name                = "night"
  schedule_expression = "rate(1 day)"
}

resource "aws_cloudwatch_event_target" "night" {
  rule = aws_cloudwatch_event_rule.night.name
  arn  = aws_lambda_function.orders.arn
}
