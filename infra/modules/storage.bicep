@description('Name of the storage account.')
@minLength(3)
@maxLength(24)
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Container that holds the deployed package.')
param packageContainerName string

@description('Spread the data over availability zones.')
param zoneRedundant bool

@description('Reachable through private endpoints only.')
param privateOnly bool

// One account for everything that must survive together: the task hub, the host's own keys and locks, the shop's
// tables, queues and blobs, and the package. Nobody holds a key: shared keys are off, every caller has a role.
resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS'
  }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    dnsEndpointType: 'Standard'
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: privateOnly ? 'Disabled' : 'Enabled'
    networkAcls: privateOnly
      ? {
          defaultAction: 'Deny'
          bypass: 'None'
        }
      : {
          defaultAction: 'Allow'
          bypass: 'AzureServices'
        }
  }

  // No versions and no soft delete on blobs: the task hub rewrites its leases every few seconds, and each rewrite
  // would be kept.
  resource blobs 'blobServices' = {
    name: 'default'

    resource packages 'containers' = {
      name: packageContainerName
      properties: {
        publicAccess: 'None'
      }
    }
  }
}

@description('Blob endpoint, ends with a slash.')
output blobEndpoint string = account.properties.primaryEndpoints.blob

@description('Queue endpoint, ends with a slash.')
output queueEndpoint string = account.properties.primaryEndpoints.queue

@description('Table endpoint, ends with a slash.')
output tableEndpoint string = account.properties.primaryEndpoints.table

@description('URL of the container that holds the deployed package.')
output packageContainerUrl string = '${account.properties.primaryEndpoints.blob}${account::blobs::packages.name}'
