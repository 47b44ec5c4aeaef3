resource token1 'Microsoft.KeyVault/vaults/secrets@2023-12-01' = {
  name: 'vault/token'
  properties: {
    attributes: {
      exp: 1893456000
    }
  }
}
