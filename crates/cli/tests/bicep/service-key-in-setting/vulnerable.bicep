resource store 'Microsoft.Storage/storageAccounts@2023-01-01' existing = {
  name: 'store'
}
resource orders1 'Microsoft.Web/sites@2023-12-01' = {
  name: 'orders'
  kind: 'functionapp,linux'
  properties: {
    httpsOnly: true
    siteConfig: {
      appSettings: [
        {
          name: 'AzureWebJobsStorage'
          value: 'DefaultEndpointsProtocol=https;AccountName=${store.name};AccountKey=${store.listKeys().keys[0].value}'
        }
      ]
    }
  }
}
