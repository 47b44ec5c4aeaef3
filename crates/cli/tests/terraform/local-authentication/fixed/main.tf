resource "azurerm_eventgrid_topic" "t" {
  name               = "orders"
  local_auth_enabled = false
}
