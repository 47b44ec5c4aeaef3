resource "google_redis_instance" "sessions" {
  name           = "sessions"
  memory_size_gb = 1
  auth_enabled = true
}
