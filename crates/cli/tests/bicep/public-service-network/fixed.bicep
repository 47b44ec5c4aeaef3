resource store1 'Microsoft.Storage/storageAccounts@2023-12-01' = {
  name: 'store'
  properties: {
    networkAcls: {
      defaultAction: 'Deny'
    }
  }
}
resource sql2 'Microsoft.Sql/servers@2023-12-01' = {
  name: 'sql'
  properties: {
    publicNetworkAccess: 'Disabled'
  }
}
resource vault3 'Microsoft.KeyVault/vaults@2023-12-01' = {
  name: 'vault'
  properties: {
    publicNetworkAccess: 'disabled'
  }
}
