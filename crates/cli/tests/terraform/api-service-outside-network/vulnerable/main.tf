resource "azurerm_api_management" "gate" {
  name     = "gate"
  sku_name = "Developer_1"
}
