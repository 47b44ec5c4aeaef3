resource "azurerm_linux_function_app" "app" {
  name                = "orders"
  resource_group_name = "rg"
  location            = "westeurope"
  service_plan_id     = "plan"
  https_only          = true
  client_certificate_enabled = true
  client_certificate_mode    = "Required"

  site_config {
  }
}
