resource "azurerm_container_registry" "r" {
  name = "images"
  sku = "Standard"
  anonymous_pull_enabled = true
}
