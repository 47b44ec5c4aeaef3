resource "azurerm_linux_function_app" "app" {
  name                = "orders"
  resource_group_name = "rg"
  location            = "westeurope"
  service_plan_id     = "plan"
  https_only          = true

  auth_settings_v2 {
    auth_enabled           = true
    require_authentication = true
    login {}
  }

  site_config {
  }
}
