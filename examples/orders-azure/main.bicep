// The shop of ../orders on Azure: the same flaws where the cloud has them. Do not deploy it.

param location string = resourceGroup().location

resource storage 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: 'shop${uniqueString(resourceGroup().id)}'
  location: location
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: {
    supportsHttpsTrafficOnly: true
    minimumTlsVersion: 'TLS1_2'
    allowBlobPublicAccess: false
  }
}

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: 'shop'
  location: location
  sku: { name: 'Y1', tier: 'Dynamic' }
  properties: { reserved: true }
}

resource createOrder 'Microsoft.Web/sites@2024-04-01' = {
  name: 'shop-create-order'
  location: location
  kind: 'functionapp,linux'
  identity: { type: 'SystemAssigned' }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    // SAS-8: nothing limits how many instances run
    siteConfig: {
      linuxFxVersion: 'PYTHON|3.8' // SAS-3: no security updates since October 2024
      minTlsVersion: '1.2'
      ftpsState: 'Disabled'
      appSettings: [
        { name: 'FUNCTIONS_WORKER_RUNTIME', value: 'python' }
        { name: 'FUNCTIONS_EXTENSION_VERSION', value: '~4' }
        { name: 'AzureWebJobsStorage__accountName', value: storage.name }
        { name: 'DB_PASSWORD', value: 's3cr3t-Winter-2024' } // SAS-7: everybody who may read the configuration reads it
      ]
    }
  }
}

// SAS-2: nobody has to sign in
resource post 'Microsoft.Web/sites/functions@2024-04-01' = {
  parent: createOrder
  name: 'create_order'
  properties: {
    config: {
      bindings: [
        { type: 'httpTrigger', direction: 'in', name: 'req', authLevel: 'anonymous', methods: [ 'post' ], route: 'orders' }
        { type: 'http', direction: 'out', name: '$return' }
      ]
    }
  }
}

// SAS-4: one document is all that the code writes
resource contributor 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(resourceGroup().id, createOrder.id, 'contributor')
  properties: {
    principalId: createOrder.identity.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'b24988ac-6180-42a0-ab88-20f7382dd24c')
  }
}
