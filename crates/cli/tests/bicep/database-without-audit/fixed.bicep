resource sql1 'Microsoft.Sql/servers@2023-12-01' = {
  name: 'sql'
  properties: {}
}
resource default2 'Microsoft.Sql/servers/auditingSettings@2023-12-01' = {
  name: 'sql/default'
  properties: {
    state: 'Enabled'
  }
}
resource log_connections3 'Microsoft.DBforPostgreSQL/servers/configurations@2023-12-01' = {
  name: 'db/log_connections'
  properties: {
    value: 'on'
  }
}
resource array_nulls4 'Microsoft.DBforPostgreSQL/servers/configurations@2023-12-01' = {
  name: 'db/array_nulls'
  properties: {
    value: 'off'
  }
}
