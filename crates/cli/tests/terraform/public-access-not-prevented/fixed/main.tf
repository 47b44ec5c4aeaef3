resource "google_storage_bucket" "uploads" {
  name     = "uploads"
  location = "EU"
  public_access_prevention = "enforced"
}
