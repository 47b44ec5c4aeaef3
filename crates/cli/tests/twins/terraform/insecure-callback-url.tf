resource "aws_cognito_user_pool_client" "web" {
  name                          = "web"
  user_pool_id                  = "eu-west-1_example"
  prevent_user_existence_errors = "ENABLED"
  allowed_oauth_flows_user_pool_client = true
  callback_urls = ["http://shop.example.com/callback"] # flaw
  callback_urls = ["https://shop.example.com/callback"] # mended
}
