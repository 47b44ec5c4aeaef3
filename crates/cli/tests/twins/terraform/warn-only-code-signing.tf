resource "aws_lambda_code_signing_config" "signing" {
  allowed_publishers {
    signing_profile_version_arns = ["arn:aws:signer:eu-west-1:111122223333:/signing-profiles/build/0"]
  }
  policies {
    untrusted_artifact_on_deployment = "Warn" # flaw
    untrusted_artifact_on_deployment = "Enforce" # mended
  }
}
