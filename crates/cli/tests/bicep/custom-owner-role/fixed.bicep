resource deployer1 'Microsoft.Authorization/roleDefinitions@2023-12-01' = {
  name: 'deployer'
  properties: {
    roleName: 'deployer'
    permissions: [
      {
        actions: [
          'Microsoft.Web/sites/*'
        ]
      }
    ]
    assignableScopes: [
      subscription().id
    ]
  }
}
resource shop2 'Microsoft.Authorization/roleDefinitions@2023-12-01' = {
  name: 'shop'
  properties: {
    roleName: 'shop'
    permissions: [
      {
        actions: [
          '*'
        ]
      }
    ]
    assignableScopes: [
      resourceGroup().id
    ]
  }
}
