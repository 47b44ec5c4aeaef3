resource "azurerm_storage_container" "c" {
  name                 = "files"
  storage_account_name = "store"
}
