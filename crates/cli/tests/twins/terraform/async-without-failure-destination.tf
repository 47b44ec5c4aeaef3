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

resource "aws_s3_bucket" "pictures" {
  bucket = "shop-pictures"
}

resource "aws_s3_bucket_notification" "pictures" {
  bucket = aws_s3_bucket.pictures.id
  lambda_function {
    lambda_function_arn = aws_lambda_function.create_order.arn
    events              = ["s3:ObjectCreated:*"]
  }
}

resource "aws_sqs_queue" "failed" { # mended
  name = "failed" # mended
} # mended

resource "aws_lambda_function_event_invoke_config" "create_order" { # mended
  function_name = aws_lambda_function.create_order.function_name # mended
  destination_config { # mended
    on_failure { # mended
      destination = aws_sqs_queue.failed.arn # mended
    } # mended
  } # mended
} # mended
