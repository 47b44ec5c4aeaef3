resource orders1 'Microsoft.Web/sites@2023-12-01' = {
  name: 'orders'
  kind: 'functionapp,linux'
  properties: {
    httpsOnly: true
  }
}
resource Create2 'Microsoft.Web/sites/functions@2023-12-01' = {
  name: 'orders/Create'
  properties: {
    config: {
      bindings: [
        {
          type: 'httpTrigger'
          direction: 'in'
          name: 'req'
          authLevel: 'function'
        }
      ]
    }
  }
}
resource books3 'Microsoft.Web/sites@2023-12-01' = {
  name: 'books'
  kind: 'functionapp,linux'
  properties: {
    httpsOnly: true
  }
}
resource Read4 'Microsoft.Web/sites/functions@2023-12-01' = {
  name: 'books/Read'
  properties: {
    config: {
      bindings: [
        {
          type: 'httpTrigger'
          direction: 'in'
          name: 'req'
          authLevel: 'anonymous'
        }
      ]
    }
  }
}
resource authsettingsV25 'Microsoft.Web/sites/config@2023-12-01' = {
  name: 'books/authsettingsV2'
  properties: {
    platform: {
      enabled: true
    }
    globalValidation: {
      requireAuthentication: true
    }
  }
}
resource hidden6 'Microsoft.Web/sites@2023-12-01' = {
  name: 'hidden'
  kind: 'functionapp,linux'
  properties: {
    httpsOnly: true
    publicNetworkAccess: 'Disabled'
  }
}
resource Read7 'Microsoft.Web/sites/functions@2023-12-01' = {
  name: 'hidden/Read'
  properties: {
    config: {
      bindings: [
        {
          type: 'httpTrigger'
          authLevel: 'anonymous'
        }
      ]
    }
  }
}
