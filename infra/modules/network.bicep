@description('Name of the virtual network.')
param name string

@description('Region; the same as the app\'s.')
param location string

@description('Tags of every resource.')
param tags object

@description('Address space, /26 or larger.')
param addressPrefix string

@description('Storage accounts that get private endpoints.')
param storageAccountNames string[]

@description('Scheduler that gets one, too; empty for none.')
param schedulerName string

// All three services: a task hub has tables, queues and blobs, and the app fails to start when one of the names does
// not resolve.
var storageServices = ['blob', 'queue', 'table']
var storageTargets = flatten(map(
  storageAccountNames,
  account =>
    map(storageServices, service => {
      name: '${account}-${service}'
      resourceId: resourceId('Microsoft.Storage/storageAccounts', account)
      service: service
    })
))
var schedulerTargets = empty(schedulerName)
  ? []
  : [
      {
        name: schedulerName
        resourceId: resourceId('Microsoft.DurableTask/schedulers', schedulerName)
        // https://learn.microsoft.com/azure/durable-task/scheduler/durable-task-scheduler-private-endpoints
        service: 'scheduler'
      }
    ]
var targets = concat(storageTargets, schedulerTargets)

// In the order of services: the index of a target's service is the index of its zone.
var services = concat(storageServices, empty(schedulerName) ? [] : ['scheduler'])
var zoneNames = map(
  services,
  service =>
    service == 'scheduler' ? 'privatelink.durabletask.io' : 'privatelink.${service}.${environment().suffixes.storage}'
)

resource network 'Microsoft.Network/virtualNetworks@2024-07-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: {
      addressPrefixes: [addressPrefix]
    }
    subnets: [
      {
        name: 'app'
        properties: {
          // One Flex Consumption app needs a /27 for its maximum number of instances.
          addressPrefix: cidrSubnet(addressPrefix, 27, 0)
          delegations: [
            {
              name: 'flex-consumption'
              properties: {
                serviceName: 'Microsoft.App/environments'
              }
            }
          ]
        }
      }
      {
        name: 'private-endpoints'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 27, 1)
          privateEndpointNetworkPolicies: 'Disabled'
        }
      }
    ]
  }

  resource appSubnet 'subnets' existing = {
    name: 'app'
  }

  resource endpointSubnet 'subnets' existing = {
    name: 'private-endpoints'
  }
}

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for zone in zoneNames: {
    name: zone
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (zone, index) in zoneNames: {
    parent: zones[index]
    name: name
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: {
        id: network.id
      }
    }
  }
]

resource endpoints 'Microsoft.Network/privateEndpoints@2024-07-01' = [
  for target in targets: {
    name: '${name}-${target.name}'
    location: location
    tags: tags
    properties: {
      subnet: {
        id: network::endpointSubnet.id
      }
      privateLinkServiceConnections: [
        {
          name: target.service
          properties: {
            privateLinkServiceId: target.resourceId
            groupIds: [target.service]
          }
        }
      ]
    }
  }
]

resource records 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-07-01' = [
  for (target, index) in targets: {
    parent: endpoints[index]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: target.service
          properties: {
            privateDnsZoneId: zones[indexOf(services, target.service)].id
          }
        }
      ]
    }
    // The app must not resolve a name before its network can answer.
    dependsOn: [links]
  }
]

@description('Subnet for the app\'s outgoing traffic.')
output appSubnetId string = network::appSubnet.id
