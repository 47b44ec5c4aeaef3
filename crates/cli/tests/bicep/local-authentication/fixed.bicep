resource orders1 'Microsoft.EventGrid/topics@2023-12-01' = {
  name: 'orders'
  properties: {
    disableLocalAuth: true
  }
}
resource images2 'Microsoft.ContainerRegistry/registries@2023-12-01' = {
  name: 'images'
  properties: {}
}
resource books3 'Microsoft.DocumentDB/databaseAccounts@2023-12-01' = {
  name: 'books'
  kind: 'MongoDB'
  properties: {}
}
