resource "aws_sfn_state_machine" "checkout" {
  name       = "checkout"
  type       = "EXPRESS"
  role_arn   = "arn:aws:iam::111122223333:role/checkout"
  definition = jsonencode({ StartAt = "Wait", States = { Wait = { Type = "Pass", End = true } } })
}
