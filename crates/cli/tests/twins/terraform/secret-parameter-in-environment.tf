resource "aws_lambda_function" "orders" {
  function_name = "orders"
  runtime       = "python3.13"
  handler       = "app.handler"
  s3_bucket     = "packages"
  s3_key        = "orders.zip"
  role          = aws_iam_role.orders.arn
  environment {
    variables = {
      DATABASE_PASSWORD = var.database_password # flaw
      DATABASE_SECRET   = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders-a1b2c3" # mended
    }
  }
}

variable "database_password" {
  type      = string
  sensitive = true
}
