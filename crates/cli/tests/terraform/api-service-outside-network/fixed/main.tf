resource "azurerm_api_management" "gate" {
  name                 = "gate"
  sku_name             = "Developer_1"
  virtual_network_type = "Internal"
  virtual_network_configuration {
    subnet_id = "subnet"
  }
}
