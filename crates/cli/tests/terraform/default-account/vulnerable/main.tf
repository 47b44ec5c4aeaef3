resource "google_cloudfunctions2_function" "orders" {
  name     = "orders"
  location = "europe-west3"
  build_config {
    runtime     = "python314"
    entry_point = "handle"
  }
}
