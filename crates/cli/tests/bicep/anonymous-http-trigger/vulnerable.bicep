resource orders1 'Microsoft.Web/sites@2023-12-01' = {
  name: 'orders'
  kind: 'functionapp,linux'
  properties: {
    httpsOnly: true
  }
}
resource Create2 'Microsoft.Web/sites/functions@2023-12-01' = {
  parent: orders1
  name: 'Create'
  properties: {
    config: {
      bindings: [
        {
          type: 'httpTrigger'
          direction: 'in'
          name: 'req'
          methods: [
            'post'
          ]
          route: 'orders'
          authLevel: 'anonymous'
        }
        {
          type: 'http'
          direction: 'out'
          name: 'res'
        }
      ]
    }
  }
}
