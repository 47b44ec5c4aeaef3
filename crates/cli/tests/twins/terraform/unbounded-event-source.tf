resource "aws_lambda_function" "create_order" {
  function_name = "create-order"
  runtime       = "python3.13"
  handler       = "app.handler"
  s3_bucket     = "packages"
  s3_key        = "create-order.zip"
  role          = aws_iam_role.create_order.arn
}

resource "aws_iam_role" "create_order" {
  name               = "create-order"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_sqs_queue" "shipments" {
  name = "shipments"
}

resource "aws_sqs_queue" "failed" {
  name = "failed"
}

resource "aws_lambda_event_source_mapping" "shipments" {
  function_name    = aws_lambda_function.create_order.arn
  event_source_arn = aws_sqs_queue.shipments.arn
  scaling_config { # mended
    maximum_concurrency = 5 # mended
  } # mended
}

resource "aws_sqs_queue_policy" "shipments" {
  queue_url = aws_sqs_queue.shipments.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sqs:SendMessage", Principal = "*", Resource = aws_sqs_queue.shipments.arn }]
  })
}
