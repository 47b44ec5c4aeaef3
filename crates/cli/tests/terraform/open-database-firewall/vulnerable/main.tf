resource "azurerm_mssql_firewall_rule" "all" {
  name             = "all"
  server_id        = "sql"
  start_ip_address = "0.0.0.0"
  end_ip_address   = "255.255.255.255"
}
