resource "google_compute_subnetwork" "inner" {
  name          = "inner"
  ip_cidr_range = "10.0.0.0/24"
  log_config {
    flow_sampling = 0.5
  }
}
