resource "azurerm_monitor_log_profile" "p" {
  name = "profile"
  retention_policy {
    enabled = true
    days    = 30
  }
}
