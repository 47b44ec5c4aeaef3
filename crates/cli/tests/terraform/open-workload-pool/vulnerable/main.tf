resource "google_iam_workload_identity_pool_provider" "pipelines" {
  workload_identity_pool_id          = "pipelines"
  workload_identity_pool_provider_id = "github"
  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com"
  }
}
