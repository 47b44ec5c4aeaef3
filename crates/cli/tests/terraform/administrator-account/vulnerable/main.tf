resource "google_service_account" "worker" {
  account_id = "worker"
}

resource "google_cloudfunctions2_function" "orders" {
  name     = "orders"
  location = "europe-west3"
  build_config {
    runtime     = "python314"
    entry_point = "handle"
  }
  service_config {
    service_account_email = google_service_account.worker.email
  }
}

resource "google_project_iam_member" "worker" {
  project = "shop"
  role    = "roles/storage.admin"
  member  = "serviceAccount:${google_service_account.worker.email}"
}
