resource "aws_lambda_function" "create_order" { # expect: ACME-1
  function_name = "create-order"
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"
  role          = aws_iam_role.create_order.arn
}

resource "aws_iam_role" "create_order" {
  assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
