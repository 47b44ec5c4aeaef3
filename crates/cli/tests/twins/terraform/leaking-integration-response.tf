resource "aws_api_gateway_rest_api" "door" {
  name = "door"
}

resource "aws_api_gateway_resource" "orders" {
  rest_api_id = aws_api_gateway_rest_api.door.id
  parent_id   = aws_api_gateway_rest_api.door.root_resource_id
  path_part   = "orders"
}

resource "aws_api_gateway_method" "get" {
  rest_api_id   = aws_api_gateway_rest_api.door.id
  resource_id   = aws_api_gateway_resource.orders.id
  http_method   = "GET"
  authorization = "AWS_IAM"
}

resource "aws_api_gateway_integration" "get" {
  rest_api_id             = aws_api_gateway_rest_api.door.id
  resource_id             = aws_api_gateway_resource.orders.id
  http_method             = aws_api_gateway_method.get.http_method
  integration_http_method = "GET"
  type                    = "HTTP"
  uri                     = "https://orders.example.com"
}

resource "aws_api_gateway_integration_response" "broken" {
  rest_api_id       = aws_api_gateway_rest_api.door.id
  resource_id       = aws_api_gateway_resource.orders.id
  http_method       = aws_api_gateway_method.get.http_method
  status_code       = "500"
  selection_pattern = "5\\d\\d"
  response_templates = {
    "application/json" = "{\"trace\": $input.json(\"$.stackTrace\")}" # flaw
    "application/json" = "{\"message\": \"try again\"}" # mended
  }
}
