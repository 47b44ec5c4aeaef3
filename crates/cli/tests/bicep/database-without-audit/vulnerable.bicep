resource sql1 'Microsoft.Sql/servers@2023-12-01' = {
  name: 'sql'
  properties: {}
}
resource log_connections2 'Microsoft.DBforPostgreSQL/servers/configurations@2023-12-01' = {
  name: 'log_connections'
  properties: {
    value: 'off'
  }
}
