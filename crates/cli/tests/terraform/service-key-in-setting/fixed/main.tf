resource "azurerm_linux_function_app" "app" {
  name                = "orders"
  resource_group_name = "rg"
  location            = "westeurope"
  service_plan_id     = "plan"
  https_only          = true
  storage_account_name          = azurerm_storage_account.store.name
  storage_uses_managed_identity = true

  site_config {
  }
}
resource "azurerm_storage_account" "store" {
  name                     = "store"
  account_tier             = "Standard"
  account_replication_type = "LRS"
}
