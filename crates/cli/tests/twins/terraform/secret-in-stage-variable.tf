resource "aws_api_gateway_rest_api" "door" {
  name = "door"
}

resource "aws_api_gateway_stage" "live" {
  rest_api_id   = aws_api_gateway_rest_api.door.id
  deployment_id = "abc"
  stage_name    = "live"
  variables = {
    database_password = "k7Gq2xVw9LmZ" # flaw
    table             = "orders" # mended
  }
}
