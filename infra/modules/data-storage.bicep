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

@description('Distribute the data over availability zones.')
param zoneRedundant bool

@description('Reachable through private endpoints only.')
param privateOnly bool

// The shop's account: data of customers and partners, the files made from it, and its tables.
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

// Blobs that were overwritten or deleted by mistake can be restored for this time. Storage has no such feature for
// tables and queues.
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

// Created here, so that it exists before the app has started, and a role can be assigned only for it.
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
          // Otherwise every version would be kept forever.
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
          // Photos are used when they are new; they stay until their owner deletes them.
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
          // The app's own purge is earlier; this rule is for files that it has missed.
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
