resource images1 'Microsoft.ContainerRegistry/registries@2023-12-01' = {
  name: 'images'
  sku: {
    name: 'Standard'
  }
  properties: {
    anonymousPullEnabled: true
  }
}
