resource orders1 'Microsoft.Web/sites@2023-12-01' = {
  name: 'orders'
  kind: 'functionapp,linux'
  properties: {
    httpsOnly: true
  }
}
resource authsettingsV22 'Microsoft.Web/sites/config@2023-12-01' = {
  name: 'orders/authsettingsV2'
  properties: {
    platform: {
      enabled: true
    }
  }
}
resource web3 'Microsoft.Web/sites/config@2023-12-01' = {
  name: 'orders/web'
  properties: {
    enabled: false
  }
}
