resource "azurerm_mssql_firewall_rule" "all" {
  name             = "office"
  server_id        = "sql"
  start_ip_address = "198.51.100.7"
  end_ip_address   = "198.51.100.7"
}
