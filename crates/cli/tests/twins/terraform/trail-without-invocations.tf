resource "aws_cloudtrail" "audit" {
  name                       = "audit"
  s3_bucket_name             = "example-trail"
  is_multi_region_trail      = true
  enable_log_file_validation = true
  event_selector {
    data_resource {
      type   = "AWS::S3::Object" # flaw
      values = ["arn:aws:s3"] # flaw
      type   = "AWS::Lambda::Function" # mended
      values = ["arn:aws:lambda"] # mended
    }
  }
}

resource "aws_lambda_function" "orders" {
  function_name = "orders"
  runtime       = "python3.13"
  handler       = "app.handler"
  s3_bucket     = "packages"
  s3_key        = "orders.zip"
  role          = aws_iam_role.orders.arn
}
