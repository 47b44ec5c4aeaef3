resource "google_cloudfunctions2_function" "orders" {
  name     = "orders"
  location = "europe-west3"
  build_config {
    runtime     = "python314"
    entry_point = "handle"
  }
}

resource "google_cloudfunctions2_function_iam_member" "callers" {
  cloud_function = google_cloudfunctions2_function.orders.name
  role           = "roles/cloudfunctions.invoker"
  member         = "allUsers"
}
