resource all1 'Microsoft.Sql/servers/firewallRules@2023-12-01' = {
  name: 'sql/all'
  properties: {
    startIpAddress: '0.0.0.0'
    endIpAddress: '255.255.255.255'
  }
}
