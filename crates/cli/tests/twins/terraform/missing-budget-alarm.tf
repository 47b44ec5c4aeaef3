resource "aws_lambda_function" "orders" {
  function_name = "orders"
  runtime       = "python3.13"
  handler       = "app.handler"
  s3_bucket     = "packages"
  s3_key        = "orders.zip"
  role          = aws_iam_role.orders.arn
}

resource "aws_lambda_function_url" "orders" {
  function_name      = aws_lambda_function.orders.function_name
  authorization_type = "NONE"
}

resource "aws_budgets_budget" "month" { # mended
  name         = "month" # mended
  budget_type  = "COST" # mended
  limit_amount = "50" # mended
  limit_unit   = "USD" # mended
  time_unit    = "MONTHLY" # mended
  notification { # mended
    comparison_operator        = "GREATER_THAN" # mended
    threshold                  = 80 # mended
    threshold_type             = "PERCENTAGE" # mended
    notification_type          = "ACTUAL" # mended
    subscriber_email_addresses = ["owner@example.com"] # mended
  } # mended
} # mended
