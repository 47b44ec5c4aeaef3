resource "aws_lambda_function" "create_order" {
  function_name = "prod-orders-create"
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"
  role          = aws_iam_role.create_order.arn
}

resource "aws_iam_role" "create_order" {
  assume_role_policy   = jsonencode({ Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }] })
  permissions_boundary = "arn:aws:iam::111122223333:policy/other" # expect: ACME-4
}
