# The shop of ../orders on Google Cloud: the same flaws where the cloud has them. Do not deploy it.

terraform {
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 7.0"
    }
  }
}

variable "project" {
  type = string
}

resource "google_storage_bucket" "code" {
  name                        = "${var.project}-code"
  location                    = "EU"
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
}

data "archive_file" "create_order" {
  type        = "zip"
  source_dir  = "${path.module}/src/create_order"
  output_path = "${path.module}/build/create_order.zip"
}

resource "google_storage_bucket_object" "create_order" {
  name   = "create_order-${data.archive_file.create_order.output_md5}.zip"
  bucket = google_storage_bucket.code.name
  source = data.archive_file.create_order.output_path
}

resource "google_service_account" "create_order" {
  account_id = "create-order"
}

# SAS-4: one document is all that the code writes
resource "google_project_iam_member" "create_order" {
  project = var.project
  role    = "roles/editor"
  member  = "serviceAccount:${google_service_account.create_order.email}"
}

resource "google_cloudfunctions2_function" "create_order" {
  name     = "create-order"
  location = "europe-west1"

  build_config {
    runtime     = "python38" # SAS-3: no security updates since October 2024
    entry_point = "create_order"

    source {
      storage_source {
        bucket = google_storage_bucket.code.name
        object = google_storage_bucket_object.create_order.name
      }
    }
  }

  # SAS-8: nothing limits how often it runs
  service_config {
    available_memory      = "256M"
    timeout_seconds       = 20
    service_account_email = google_service_account.create_order.email

    environment_variables = {
      DB_PASSWORD = "s3cr3t-Winter-2024" # SAS-7: everybody who may read the configuration reads it
    }
  }
}

# SAS-2: nobody has to sign in
resource "google_cloud_run_service_iam_member" "create_order" {
  location = google_cloudfunctions2_function.create_order.location
  service  = google_cloudfunctions2_function.create_order.name
  role     = "roles/run.invoker"
  member   = "allUsers"
}
