resource "google_cloudfunctions2_function" "orders" {
  name     = "orders"
  location = "europe-west3"
  build_config {
    runtime     = "python314"
    entry_point = "handle"
  }
  service_config {
    ingress_settings = "ALLOW_INTERNAL_AND_GCLB"
  }
}
