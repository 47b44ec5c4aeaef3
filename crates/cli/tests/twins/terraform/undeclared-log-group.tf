resource "aws_lambda_function" "orders" {
  function_name = "orders"
  runtime       = "python3.13"
  handler       = "app.handler"
  s3_bucket     = "packages"
  s3_key        = "orders.zip"
  role          = aws_iam_role.orders.arn
}

resource "aws_cloudwatch_log_group" "orders" { # mended
  name              = "/aws/lambda/orders" # mended
  retention_in_days = 30 # mended
} # mended
