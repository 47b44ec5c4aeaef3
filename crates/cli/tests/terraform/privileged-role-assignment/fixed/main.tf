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
resource "azurerm_storage_account" "store" {
  name                     = "store"
  account_tier             = "Standard"
  account_replication_type = "LRS"
}
resource "azurerm_role_assignment" "grant" {
  scope                = azurerm_storage_account.store.id
  role_definition_name = "Storage Blob Data Reader"
  principal_id         = azurerm_linux_function_app.app.identity[0].principal_id
}
