resource "azurerm_storage_account" "store" {
  name                     = "store"
  account_tier             = "Standard"
  account_replication_type = "LRS"
  network_rules {
    default_action = "Allow"
  }
}
