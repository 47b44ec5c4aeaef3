resource "google_cloudfunctions2_function" "orders" {
  name     = "orders"
  location = "europe-west3"
  build_config {
    runtime     = "python314"
    entry_point = "handle"
  }
  service_config {
    service_account_email = "orders@shop.iam.gserviceaccount.com"
  }
}

resource "google_cloud_run_service_iam_member" "callers" {
  service = google_cloudfunctions2_function.orders.name
  role    = "roles/run.invoker"
  member  = "allAuthenticatedUsers"
}
