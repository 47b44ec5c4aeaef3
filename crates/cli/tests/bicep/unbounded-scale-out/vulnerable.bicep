resource orders1 'Microsoft.Web/sites@2023-12-01' = {
  name: 'orders'
  kind: 'functionapp,linux'
  properties: {
    httpsOnly: true
  }
}
resource Read2 'Microsoft.Web/sites/functions@2023-12-01' = {
  name: 'orders/Read'
  properties: {
    config: {
      bindings: [
        {
          type: 'httpTrigger'
          authLevel: 'function'
        }
      ]
    }
  }
}
