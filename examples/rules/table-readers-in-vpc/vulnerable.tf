resource "aws_lambda_function" "report" { # expect: ACME-7
  function_name = "prod-report"
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"
  role          = aws_iam_role.report.arn
}

resource "aws_iam_role" "report" {
  assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}

resource "aws_iam_role_policy" "report" {
  role = aws_iam_role.report.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "dynamodb:Query", Resource = aws_dynamodb_table.customers.arn }]
  })
}

resource "aws_dynamodb_table" "customers" {
  name         = "customers"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  tags         = { data = "customer" }
}
