resource images1 'Microsoft.ContainerRegistry/registries@2023-12-01' = {
  name: 'images'
  sku: {
    name: 'Standard'
  }
  properties: {
    anonymousPullEnabled: false
  }
}
resource old2 'Microsoft.ContainerRegistry/registries@2023-12-01' = {
  name: 'old'
  sku: {
    name: 'Basic'
  }
  properties: {
    anonymousPullEnabled: true
  }
}
