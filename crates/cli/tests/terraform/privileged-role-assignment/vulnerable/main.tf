resource "azurerm_linux_function_app" "app" {
  name                = "orders"
  resource_group_name = "rg"
  location            = "westeurope"
  service_plan_id     = "plan"
  https_only          = true

  identity {
    type = "SystemAssigned"
  }

  site_config {
  }
}
resource "azurerm_role_assignment" "grant" {
  scope                = "/subscriptions/1"
  role_definition_name = "Owner"
  principal_id         = azurerm_linux_function_app.app.identity[0].principal_id
}
