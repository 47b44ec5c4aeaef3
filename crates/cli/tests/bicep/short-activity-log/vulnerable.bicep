resource profile1 'Microsoft.Insights/logprofiles@2023-12-01' = {
  name: 'profile'
  properties: {
    retentionPolicy: {
      enabled: false
      days: 30
    }
  }
}
resource short2 'Microsoft.Insights/logprofiles@2023-12-01' = {
  name: 'short'
  properties: {
    retentionPolicy: {
      enabled: true
      days: 30
    }
  }
}
