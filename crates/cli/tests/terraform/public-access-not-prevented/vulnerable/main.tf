resource "google_storage_bucket" "uploads" {
  name     = "uploads"
  location = "EU"
}
