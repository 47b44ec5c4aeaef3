resource deployer1 'Microsoft.Authorization/roleDefinitions@2023-12-01' = {
  name: 'deployer'
  properties: {
    roleName: 'deployer'
    permissions: [
      {
        actions: [
          '*'
        ]
        notActions: []
      }
    ]
    assignableScopes: [
      subscription().id
    ]
  }
}
