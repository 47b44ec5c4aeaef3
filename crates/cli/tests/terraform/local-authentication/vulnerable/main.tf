resource "azurerm_eventgrid_topic" "t" {
  name = "orders"
}
