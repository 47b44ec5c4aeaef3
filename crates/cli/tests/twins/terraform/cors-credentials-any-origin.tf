resource "aws_lambda_function_url" "orders" {
  function_name      = aws_lambda_function.orders.function_name
  authorization_type = "AWS_IAM"
  cors {
    allow_credentials = true
    allow_origins     = ["https://*"] # flaw
    allow_origins     = ["https://shop.example.com"] # mended
  }
}
