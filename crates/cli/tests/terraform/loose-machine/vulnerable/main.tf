resource "google_compute_instance" "jump" {
  name         = "jump"
  machine_type = "e2-micro"
  metadata = {
    block-project-ssh-keys = true
    serial-port-enable     = true
  }
}
