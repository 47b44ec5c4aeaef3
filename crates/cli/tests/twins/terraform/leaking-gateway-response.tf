resource "aws_api_gateway_rest_api" "door" {
  name = "door"
}

resource "aws_api_gateway_gateway_response" "broken" {
  rest_api_id   = aws_api_gateway_rest_api.door.id
  response_type = "DEFAULT_5XX"
  response_templates = {
    "application/json" = "{\"message\": \"$context.integrationErrorMessage\"}" # flaw
    "application/json" = "{\"message\": \"$context.requestId\"}" # mended
  }
}
