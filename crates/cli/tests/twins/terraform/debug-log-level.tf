resource "aws_lambda_function" "orders" {
  function_name = "orders"
  runtime       = "python3.13"
  handler       = "app.handler"
  s3_bucket     = "packages"
  s3_key        = "orders.zip"
  role          = aws_iam_role.orders.arn
  logging_config {
    log_format            = "JSON"
    application_log_level = "DEBUG" # flaw
    application_log_level = "INFO" # mended
  }
}
