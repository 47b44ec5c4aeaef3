resource "aws_lb" "front" {
  name     = "front"
  internal = false
  subnets  = ["subnet-1", "subnet-2"]
}

resource "aws_lb_target_group" "orders" {
  name        = "orders"
  target_type = "lambda"
}

resource "aws_lb_target_group_attachment" "orders" {
  target_group_arn = aws_lb_target_group.orders.arn
  target_id        = aws_lambda_function.orders.arn
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.front.arn
  port              = 443
  protocol          = "HTTPS"
  certificate_arn   = "arn:aws:acm:eu-west-1:111122223333:certificate/front"
  default_action { # mended
    type = "authenticate-oidc" # mended
    authenticate_oidc { # mended
      issuer                 = "https://login.example.com" # mended
      client_id              = "front" # mended
      client_secret          = var.client_secret # mended
      authorization_endpoint = "https://login.example.com/authorize" # mended
      token_endpoint         = "https://login.example.com/token" # mended
      user_info_endpoint     = "https://login.example.com/me" # mended
    } # mended
  } # mended
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.orders.arn
  }
}

variable "client_secret" {
  type      = string
  sensitive = true
}
