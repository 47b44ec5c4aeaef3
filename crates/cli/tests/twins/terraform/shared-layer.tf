resource "aws_lambda_layer_version" "shared" {
  layer_name = "shared"
  s3_bucket  = "packages"
  s3_key     = "shared.zip"
}

resource "aws_lambda_layer_version_permission" "everybody" {
  layer_name     = aws_lambda_layer_version.shared.layer_arn
  version_number = aws_lambda_layer_version.shared.version
  statement_id   = "use"
  action         = "lambda:GetLayerVersion"
  principal      = "*" # flaw
  principal      = "444455556666" # mended
}
