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
resource grant2 'Microsoft.Authorization/roleAssignments@2023-12-01' = {
  name: 'grant'
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'b24988ac-6180-42a0-ab88-20f7382dd24c')
    principalId: orders1.identity.principalId
  }
}
resource owner3 'Microsoft.Authorization/roleAssignments@2023-12-01' = {
  name: 'owner'
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '8e3af657-a8ff-443c-a75c-2fe8c4bcb635')
    principalId: orders1.identity.principalId
  }
  scope: subscription()
}
