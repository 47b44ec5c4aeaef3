resource "aws_lambda_event_source_mapping" "clicks" {
  event_source_arn              = "arn:aws:kinesis:eu-west-1:111122223333:stream/clicks"
  function_name                 = aws_lambda_function.orders.arn
  starting_position             = "LATEST"
  function_response_types       = ["ReportBatchItemFailures"]
  maximum_record_age_in_seconds = 3600 # mended
  maximum_retry_attempts        = 5 # mended
  destination_config {
    on_failure {
      destination_arn = "arn:aws:sqs:eu-west-1:111122223333:failed"
    }
  }
}
