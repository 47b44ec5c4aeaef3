resource "aws_appsync_graphql_api" "shop" {
  name                = "shop"
  authentication_type = "API_KEY" # flaw
  authentication_type = "AWS_IAM" # mended
}
