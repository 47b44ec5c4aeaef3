resource "aws_apigatewayv2_api" "partners" {
  name                         = "partners"
  protocol_type                = "HTTP"
  disable_execute_api_endpoint = true # mended
}

resource "aws_apigatewayv2_stage" "live" {
  api_id      = aws_apigatewayv2_api.partners.id
  name        = "live"
  auto_deploy = true
}

resource "aws_apigatewayv2_domain_name" "partners" {
  domain_name = "partners.example.com"
  domain_name_configuration {
    certificate_arn = "arn:aws:acm:eu-west-1:111122223333:certificate/partners"
    endpoint_type   = "REGIONAL"
    security_policy = "TLS_1_2"
  }
  mutual_tls_authentication {
    truststore_uri = "s3://trust/partners.pem"
  }
}

resource "aws_apigatewayv2_api_mapping" "partners" {
  api_id      = aws_apigatewayv2_api.partners.id
  domain_name = aws_apigatewayv2_domain_name.partners.id
  stage       = aws_apigatewayv2_stage.live.id
}
