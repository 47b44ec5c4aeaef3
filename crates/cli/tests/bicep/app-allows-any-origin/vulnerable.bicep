resource orders1 'Microsoft.Web/sites@2023-12-01' = {
  name: 'orders'
  kind: 'functionapp,linux'
  properties: {
    httpsOnly: true
    siteConfig: {
      cors: {
        allowedOrigins: [
          '*'
        ]
      }
    }
  }
}
resource books2 'Microsoft.Web/sites@2023-12-01' = {
  name: 'books'
  kind: 'functionapp,linux'
  properties: {
    httpsOnly: true
    siteConfig: {}
  }
}
resource web3 'Microsoft.Web/sites/config@2023-12-01' = {
  name: 'books/web'
  properties: {
    cors: {
      allowedOrigins: [
        '*'
      ]
    }
  }
}
