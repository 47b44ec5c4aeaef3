resource db1 'Microsoft.DBforPostgreSQL/servers@2023-12-01' = {
  name: 'db'
  properties: {
    infrastructureEncryption: 'Enabled'
  }
}
resource books2 'Microsoft.DocumentDB/databaseAccounts@2023-12-01' = {
  name: 'books'
  properties: {
    keyVaultKeyUri: 'https://vault.vault.azure.net/keys/books'
  }
}
