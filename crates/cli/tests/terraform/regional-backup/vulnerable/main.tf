resource "azurerm_mysql_flexible_server" "db" {
  name = "db"
}
