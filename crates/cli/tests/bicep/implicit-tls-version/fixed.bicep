resource orders1 'Microsoft.Web/sites@2023-12-01' = {
  name: 'orders'
  kind: 'functionapp,linux'
  properties: {
    httpsOnly: true
    siteConfig: {
      minTlsVersion: '1.2'
    }
  }
}
resource store2 'Microsoft.Storage/storageAccounts@2023-12-01' = {
  name: 'store'
  properties: {
    minimumTlsVersion: 'TLS1_2'
  }
}
