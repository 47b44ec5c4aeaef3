resource vault1 'Microsoft.KeyVault/vaults@2023-12-01' = {
  name: 'vault'
  properties: {}
}
