resource profile1 'Microsoft.Insights/logprofiles@2023-12-01' = {
  name: 'profile'
  properties: {
    retentionPolicy: {
      enabled: true
      days: 365
    }
  }
}
