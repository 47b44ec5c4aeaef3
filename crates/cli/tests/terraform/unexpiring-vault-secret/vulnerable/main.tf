variable "token" {
  sensitive = true
}
resource "azurerm_key_vault_secret" "s" {
  name         = "token"
  key_vault_id = "vault"
  value        = var.token
}
