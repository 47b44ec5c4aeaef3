resource "aws_lambda_function" "create_order" {
  function_name = "prod-orders-create"
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"
  role          = "arn:aws:iam::111122223333:role/orders"
}
