@description('Name of the storage account.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Container that holds the deployed package.')
param packageContainerName string

@description('Container of the task hub for large messages.')
param largeMessagesContainerName string

@description('Distribute the data over availability zones.')
param zoneRedundant bool

@description('Reachable through private endpoints only.')
param privateOnly bool

// The account of the Functions host and the Durable extension: task hub, keys, locks, and the package.
module account 'storage-account.bicep' = {
  params: {
    name: name
    location: location
    tags: tags
    zoneRedundant: zoneRedundant
    privateOnly: privateOnly
  }
}

// No versions and no soft delete of blobs: the task hub rewrites its leases every few seconds, and each rewrite would
// be kept.
resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  name: '${name}/default'
  properties: {
    containerDeleteRetentionPolicy: {
      enabled: true
      days: 7
    }
  }
  dependsOn: [account]

  resource packages 'containers' = {
    name: packageContainerName
    properties: {
      publicAccess: 'None'
    }
  }

  // The extension would create it, too, but too late for a role on it alone.
  resource largeMessages 'containers' = {
    name: largeMessagesContainerName
    properties: {
      publicAccess: 'None'
    }
  }
}

@description('Blob endpoint, ends with a slash.')
output blobEndpoint string = account.outputs.blobEndpoint

@description('Queue endpoint, ends with a slash.')
output queueEndpoint string = account.outputs.queueEndpoint

@description('Table endpoint, ends with a slash.')
output tableEndpoint string = account.outputs.tableEndpoint

@description('URL of the container that holds the deployed package.')
output packageContainerUrl string = '${account.outputs.blobEndpoint}${blobs::packages.name}'
