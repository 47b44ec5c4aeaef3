resource db1 'Microsoft.DBforMySQL/flexibleServers@2023-12-01' = {
  name: 'db'
  properties: {}
}
