resource gate1 'Microsoft.ApiManagement/service@2023-12-01' = {
  name: 'gate'
  properties: {
    virtualNetworkConfiguration: {
      subnetResourceId: '/subscriptions/1/resourceGroups/a/providers/Microsoft.Network/virtualNetworks/b/subnets/c'
    }
  }
}
