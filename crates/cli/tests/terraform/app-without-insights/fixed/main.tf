resource "azurerm_linux_function_app" "app" {
  name                = "orders"
  resource_group_name = "rg"
  location            = "westeurope"
  service_plan_id     = "plan"
  https_only          = true

  site_config {
    application_insights_connection_string = azurerm_application_insights.i.connection_string
  }
}
resource "azurerm_application_insights" "i" {
  name             = "insights"
  application_type = "web"
}
