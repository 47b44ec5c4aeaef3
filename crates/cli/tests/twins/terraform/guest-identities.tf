resource "aws_cognito_identity_pool" "visitors" {
  identity_pool_name               = "visitors"
  allow_unauthenticated_identities = true # flaw
  allow_unauthenticated_identities = false # mended
}
