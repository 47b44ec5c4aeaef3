resource orders1 'Microsoft.Web/sites@2023-12-01' = {
  name: 'orders'
  kind: 'functionapp,linux'
  properties: {
    httpsOnly: true
    siteConfig: {
      appSettings: [
        {
          name: 'APPLICATIONINSIGHTS_CONNECTION_STRING'
          value: reference(resourceId('Microsoft.Insights/components', 'insights'), '2020-02-02').ConnectionString
        }
      ]
    }
  }
}
resource books2 'Microsoft.Web/sites@2023-12-01' = {
  name: 'books'
  kind: 'functionapp,linux'
  properties: {
    httpsOnly: true
  }
}
