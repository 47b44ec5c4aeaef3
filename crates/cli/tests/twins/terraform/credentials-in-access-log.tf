resource "aws_api_gateway_rest_api" "door" {
  name = "door"
}

resource "aws_api_gateway_stage" "live" {
  rest_api_id   = aws_api_gateway_rest_api.door.id
  deployment_id = "abc"
  stage_name    = "live"
  access_log_settings {
    destination_arn = "arn:aws:logs:eu-west-1:111122223333:log-group:calls"
    format          = "{\"id\": \"$context.requestId\", \"key\": \"$context.identity.apiKey\"}" # flaw
    format          = "{\"id\": \"$context.requestId\", \"key\": \"$context.identity.apiKeyId\"}" # mended
  }
}
