@description('Name of the storage account.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('First part of the names of the shop\'s tables, queues and containers.')
param prefix string

@description('Name of the queue that partners put orders into.')
param orderQueueName string

@description('Days after which the files of reports, price lists and imports are deleted.')
param fileRetentionInDays int

@description('Spread the data over availability zones.')
param zoneRedundant bool

@description('Reachable through private endpoints only.')
param privateOnly bool

// Of the shop: what customers and partners have brought, what was made of it, and its books.
module account 'storage-account.bicep' = {
  params: {
    name: name
    location: location
    tags: tags
    zoneRedundant: zoneRedundant
    privateOnly: privateOnly
  }
}

var undoDays = 14

// What was overwritten or deleted by mistake can be had back for this long. Of blobs only: storage has nothing like it
// for tables and queues.
resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  name: '${name}/default'
  properties: {
    isVersioningEnabled: true
    deleteRetentionPolicy: {
      enabled: true
      days: undoDays
    }
    containerDeleteRetentionPolicy: {
      enabled: true
      days: undoDays
    }
  }
  dependsOn: [account]
}

// Made here, so that partners find it before the app has started, and a role can be given on it alone.
resource queues 'Microsoft.Storage/storageAccounts/queueServices@2025-06-01' = {
  name: '${name}/default'
  dependsOn: [account]

  resource orders 'queues' = {
    name: orderQueueName
  }
}

resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2025-06-01' = {
  name: '${name}/default'
  properties: {
    policy: {
      rules: [
        {
          // Else every version would be kept for ever.
          name: 'forget-versions'
          type: 'Lifecycle'
          definition: {
            filters: {
              blobTypes: ['blockBlob']
              prefixMatch: ['${prefix}-']
            }
            actions: {
              version: {
                delete: {
                  daysAfterCreationGreaterThan: undoDays
                }
              }
            }
          }
        }
        {
          // Photos are looked at when they are new; they stay until their owner deletes them.
          name: 'cool-photos'
          type: 'Lifecycle'
          definition: {
            filters: {
              blobTypes: ['blockBlob']
              prefixMatch: ['${prefix}-photos/', '${prefix}-renditions/']
            }
            actions: {
              baseBlob: {
                tierToCool: {
                  daysAfterModificationGreaterThan: 90
                }
              }
            }
          }
        }
        {
          // The app's own purge is earlier; this is for what it has missed.
          name: 'forget-files'
          type: 'Lifecycle'
          definition: {
            filters: {
              blobTypes: ['blockBlob']
              prefixMatch: ['${prefix}-reports/', '${prefix}-imports/', '${prefix}-price-lists/']
            }
            actions: {
              baseBlob: {
                delete: {
                  daysAfterModificationGreaterThan: fileRetentionInDays
                }
              }
            }
          }
        }
      ]
    }
  }
  dependsOn: [blobs]
}

@description('Blob endpoint, ends with a slash.')
output blobEndpoint string = account.outputs.blobEndpoint

@description('Queue endpoint, ends with a slash.')
output queueEndpoint string = account.outputs.queueEndpoint

@description('Table endpoint, ends with a slash.')
output tableEndpoint string = account.outputs.tableEndpoint

@description('Address of the queue for orders.')
output orderQueueUrl string = '${account.outputs.queueEndpoint}${orderQueueName}'
