resource "azurerm_storage_container" "c" {
  name                  = "files"
  storage_account_name  = "store"
  container_access_type = "container"
}
