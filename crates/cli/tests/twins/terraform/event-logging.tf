resource "aws_lambda_function" "orders" {
  function_name = "orders"
  runtime       = "python3.13"
  handler       = "app.handler"
  s3_bucket     = "packages"
  s3_key        = "orders.zip"
  role          = aws_iam_role.orders.arn
  environment {
    variables = {
      POWERTOOLS_LOGGER_LOG_EVENT = "true" # flaw
      POWERTOOLS_LOGGER_LOG_EVENT = "false" # mended
    }
  }
}
