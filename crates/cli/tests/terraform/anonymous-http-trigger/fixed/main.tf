resource "azurerm_linux_function_app" "app" {
  name                = "orders"
  resource_group_name = "rg"
  location            = "westeurope"
  service_plan_id     = "plan"
  https_only          = true

  site_config {
  }
}
resource "azurerm_function_app_function" "create" {
  name            = "Create"
  function_app_id = azurerm_linux_function_app.app.id
  config_json = jsonencode({
    bindings = [
      { type = "httpTrigger", direction = "in", name = "req", methods = ["post"], route = "orders", authLevel = "function" },
    ]
  })
}
