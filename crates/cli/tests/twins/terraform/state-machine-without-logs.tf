resource "aws_sfn_state_machine" "checkout" {
  name       = "checkout"
  type       = "EXPRESS"
  role_arn   = "arn:aws:iam::111122223333:role/checkout"
  definition = jsonencode({ StartAt = "Wait", States = { Wait = { Type = "Pass", End = true } } })
  logging_configuration { # mended
    level           = "ERROR" # mended
    log_destination = "${aws_cloudwatch_log_group.checkout.arn}:*" # mended
  } # mended
}

resource "aws_cloudwatch_log_group" "checkout" { # mended
  name              = "/aws/vendedlogs/states/checkout" # mended
  retention_in_days = 30 # mended
} # mended
