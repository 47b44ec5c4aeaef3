resource azure1 'Microsoft.Sql/servers/firewallRules@2023-12-01' = {
  name: 'sql/azure'
  properties: {
    startIpAddress: '0.0.0.0'
    endIpAddress: '0.0.0.0'
  }
}
resource office2 'Microsoft.Sql/servers/firewallRules@2023-12-01' = {
  name: 'sql/office'
  properties: {
    startIpAddress: '192.0.2.1'
    endIpAddress: '192.0.2.9'
  }
}
