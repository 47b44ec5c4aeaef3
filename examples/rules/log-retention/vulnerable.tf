resource "aws_cloudwatch_log_group" "short" {
  retention_in_days = 7 # expect: ACME-6
}

resource "aws_cloudwatch_log_group" "long" {
  retention_in_days = 365
}
