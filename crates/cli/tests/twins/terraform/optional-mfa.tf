resource "aws_cognito_user_pool" "customers" {
  name              = "customers"
  mfa_configuration = "OFF" # flaw
  mfa_configuration = "ON" # mended
}
