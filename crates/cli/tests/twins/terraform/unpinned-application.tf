resource "aws_serverlessapplicationrepository_cloudformation_stack" "rotator" {
  name             = "rotator"
  application_id   = "arn:aws:serverlessrepo:us-east-1:297356227924:applications/SecretsManagerRDSPostgreSQLRotationSingleUser"
  semantic_version = "1.1.60" # mended
  capabilities     = ["CAPABILITY_IAM"]
}
