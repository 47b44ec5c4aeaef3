resource orders1 'Microsoft.Web/sites@2023-12-01' = {
  name: 'orders'
  kind: 'functionapp,linux'
  properties: {
    httpsOnly: true
  }
  identity: {
    type: 'SystemAssigned'
  }
}
resource store2 'Microsoft.Storage/storageAccounts@2023-12-01' = {
  name: 'store'
  properties: {}
}
resource grant3 'Microsoft.Authorization/roleAssignments@2023-12-01' = {
  name: 'grant'
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'b24988ac-6180-42a0-ab88-20f7382dd24c')
    principalId: orders1.identity.principalId
  }
  scope: store2
}
resource data4 'Microsoft.Authorization/roleAssignments@2023-12-01' = {
  name: 'data'
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'ba92f5b4-2d11-453d-a403-e96b0029c9fe')
    principalId: orders1.identity.principalId
  }
}
