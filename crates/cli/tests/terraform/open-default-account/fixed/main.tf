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

resource "google_cloudfunctions2_function_iam_member" "callers" {
  cloud_function = google_cloudfunctions2_function.orders.name
  role           = "roles/cloudfunctions.invoker"
  member         = "allUsers"
}
