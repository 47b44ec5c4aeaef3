resource "google_cloudfunctions_function" "orders" {
  name         = "orders"
  runtime      = "python314"
  trigger_http = true
}
