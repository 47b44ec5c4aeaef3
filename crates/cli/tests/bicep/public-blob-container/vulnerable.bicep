resource files1 'Microsoft.Storage/storageAccounts/blobServices/containers@2023-12-01' = {
  name: 'store/default/files'
  properties: {
    publicAccess: 'Container'
  }
}
