resource db1 'Microsoft.DBforMySQL/servers@2023-12-01' = {
  name: 'db'
  properties: {
    sslEnforcement: 'Disabled'
  }
}
