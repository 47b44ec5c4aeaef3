resource db1 'Microsoft.DBforPostgreSQL/servers@2023-12-01' = {
  name: 'db'
  properties: {}
}
resource books2 'Microsoft.DocumentDB/databaseAccounts@2023-12-01' = {
  name: 'books'
  properties: {}
}
