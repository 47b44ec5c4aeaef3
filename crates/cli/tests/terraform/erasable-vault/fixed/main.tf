resource "azurerm_key_vault" "v" {
  name                     = "vault"
  sku_name                 = "standard"
  purge_protection_enabled = true
}
