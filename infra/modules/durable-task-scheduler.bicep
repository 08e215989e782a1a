@description('Name of the scheduler.')
param name string

@description('Region; fewer have the scheduler than have Flex Consumption.')
param location string

@description('Tags of every resource.')
param tags object

@description('Name of the task hub; the same as hubName in host.json.')
@minLength(3)
@maxLength(64)
param taskHubName string

@description('Consumption is paid per action, Dedicated per capacity unit.')
@allowed(['Consumption', 'Dedicated'])
param skuName string

@description('Capacity units of Dedicated.')
@minValue(1)
@maxValue(3)
param capacity int

@description('Addresses (CIDR) that reach the scheduler. An empty list allows none.')
param ipAllowlist string[]

@description('Reachable through a private endpoint only.')
param privateOnly bool

@description('Days after which finished instances are purged.')
@minValue(1)
@maxValue(90)
param retentionInDays int

resource scheduler 'Microsoft.DurableTask/schedulers@2026-02-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    sku: skuName == 'Dedicated'
      ? {
          name: skuName
          capacity: capacity
        }
      : {
          name: skuName
        }
    ipAllowlist: ipAllowlist
    publicNetworkAccess: privateOnly ? 'Disabled' : 'Enabled'
  }

  resource taskHub 'taskHubs' = {
    name: taskHubName
  }

  // Later than the app's own purge, which removes an instance with its files: this is for instances that it has missed.
  resource retention 'retentionPolicies' = {
    name: 'default'
    properties: {
      retentionPolicies: [
        {
          retentionPeriodInDays: retentionInDays
        }
      ]
    }
  }
}

@description('Endpoint of the scheduler; has a random part, so it cannot be derived from the name.')
output endpoint string = scheduler.properties.endpoint
