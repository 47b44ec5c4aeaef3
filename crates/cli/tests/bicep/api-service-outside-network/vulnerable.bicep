resource gate1 'Microsoft.ApiManagement/service@2023-12-01' = {
  name: 'gate'
  properties: {}
}
