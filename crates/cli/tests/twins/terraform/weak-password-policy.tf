resource "aws_cognito_user_pool" "customers" {
  name = "customers"
  password_policy {
    minimum_length = 6 # flaw
    minimum_length    = 14 # mended
    require_lowercase = true # mended
    require_uppercase = true # mended
    require_numbers   = true # mended
    require_symbols   = true # mended
  }
}
