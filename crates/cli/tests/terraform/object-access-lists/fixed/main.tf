resource "google_storage_bucket" "uploads" {
  name     = "uploads"
  location = "EU"
  uniform_bucket_level_access = true
}
