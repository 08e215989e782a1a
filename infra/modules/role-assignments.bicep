@description('Storage account of the host.')
param hostAccountName string

@description('Storage account of the shop.')
param dataAccountName string

@description('Container in the host\'s account with the large messages of the task hub.')
param largeMessagesContainerName string

@description('Queue in it that partners put orders into.')
param orderQueueName string

@description('Application Insights component of the app.')
param componentName string

@description('Durable Task Scheduler of the app; empty when the task hub is in the storage account.')
param schedulerName string

@description('A principal that gets roles; none with an empty id.')
type Principal = {
  principalId: string
  principalType: 'User' | 'Group' | 'ServicePrincipal'
}

@description('The app\'s identity.')
param app Principal

@description('The operator, who may read and write the app\'s data.')
param operator Principal

@description('The partner, who may put orders into the queue.')
param partner Principal

@description('The identity that deploys from a workflow: it asks the replay gate.')
param deployer Principal

type Grant = {
  @description('Id of a built-in role.')
  roleId: string

  @description('Resource of the role: never the whole resource group.')
  target: 'hostStorage' | 'largeMessages' | 'dataStorage' | 'orderQueue' | 'insights' | 'scheduler'

  @description('The principal.')
  to: ('app' | 'operator' | 'partner' | 'deployer')[]

  @description('What breaks without it.')
  why: string
}

// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
var blobOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
var blobContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
var queueContributor = '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
var queueSender = 'c6a89b2d-59bc-44d0-9896-0f6e12d7b80a'
var blobReader = '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1'
var tableReader = '76199698-9eea-4c19-bc75-cec21354c6b6'
var tableContributor = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
var metricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb'
var durableContributor = '0ad04412-c4d5-4796-b79c-f76d14c8d402'

// One table of all roles: who may do what, where, and why. docs/deploy.md shows it, and a test compares the two.
var grants Grant[] = [
  {
    roleId: blobOwner
    target: 'hostStorage'
    to: ['app']
    why: 'Host keys and locks, the deployed package, leases and large messages of the task hub'
  }
  { roleId: blobContributor, target: 'hostStorage', to: ['operator'], why: 'Look into the task hub and the package' }
  {
    roleId: queueContributor
    target: 'hostStorage'
    to: ['app', 'operator']
    why: 'Control and work-item queues of the task hub'
  }
  {
    roleId: tableContributor
    target: 'hostStorage'
    to: ['app', 'operator']
    why: 'History and instances of the task hub'
  }
  {
    roleId: tableReader
    target: 'hostStorage'
    to: ['deployer']
    why: 'Ask the replay gate about unfinished instances'
  }
  {
    roleId: blobReader
    target: 'largeMessages'
    to: ['deployer']
    why: 'The same for values that a table cannot hold; not for keys and package'
  }
  {
    roleId: blobContributor
    target: 'dataStorage'
    to: ['app', 'operator']
    why: 'Photos, renditions, reports, price lists'
  }
  { roleId: queueContributor, target: 'dataStorage', to: ['app', 'operator'], why: 'Orders of partners, mail outbox' }
  { roleId: tableContributor, target: 'dataStorage', to: ['app', 'operator'], why: 'Books of the shop' }
  { roleId: queueSender, target: 'orderQueue', to: ['partner'], why: 'Put orders into the queue, and nothing else' }
  { roleId: metricsPublisher, target: 'insights', to: ['app'], why: 'Send telemetry, as local authentication is off' }
  {
    roleId: durableContributor
    target: 'scheduler'
    to: ['app', 'operator']
    why: 'Run orchestrations on the scheduler; for the operator, its dashboard'
  }
]

var principals = { app: app, operator: operator, partner: partner, deployer: deployer }
// The app's id is only known after its creation, and its roles do not depend on it. The gate reads storage only.
var isThere = {
  app: true
  operator: !empty(operator.principalId)
  partner: !empty(partner.principalId)
  deployer: !empty(deployer.principalId) && empty(schedulerName)
}
var assignments = flatten(map(
  grants,
  grant => map(filter(grant.to, who => isThere[who]), who => { ...grant, ...principals[who] })
))

resource hostStorage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: hostAccountName

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource largeMessages 'containers' existing = {
      name: largeMessagesContainerName
    }
  }
}

resource dataStorage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: dataAccountName

  resource queues 'queueServices' existing = {
    name: 'default'

    resource orders 'queues' existing = {
      name: orderQueueName
    }
  }
}

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

resource scheduler 'Microsoft.DurableTask/schedulers@2026-02-01' existing = if (!empty(schedulerName)) {
  name: schedulerName
}

// A loop per resource over the one table, because Bicep wants the scope of a loop to be one resource. The names hold the
// principal's object id, not the identity's resource id: an identity that is deleted and made again under its old
// name gets new assignments rather than the error RoleAssignmentUpdateNotPermitted.

resource onHostStorage 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for grant in filter(assignments, grant => grant.target == 'hostStorage'): {
    scope: hostStorage
    name: guid(hostStorage.id, grant.principalId, grant.roleId)
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', grant.roleId)
      principalId: grant.principalId
      principalType: grant.principalType
      description: grant.why
    }
  }
]

resource onLargeMessages 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for grant in filter(assignments, grant => grant.target == 'largeMessages'): {
    scope: hostStorage::blobs::largeMessages
    name: guid(hostStorage::blobs::largeMessages.id, grant.principalId, grant.roleId)
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', grant.roleId)
      principalId: grant.principalId
      principalType: grant.principalType
      description: grant.why
    }
  }
]

resource onDataStorage 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for grant in filter(assignments, grant => grant.target == 'dataStorage'): {
    scope: dataStorage
    name: guid(dataStorage.id, grant.principalId, grant.roleId)
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', grant.roleId)
      principalId: grant.principalId
      principalType: grant.principalType
      description: grant.why
    }
  }
]

resource onOrderQueue 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for grant in filter(assignments, grant => grant.target == 'orderQueue'): {
    scope: dataStorage::queues::orders
    name: guid(dataStorage::queues::orders.id, grant.principalId, grant.roleId)
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', grant.roleId)
      principalId: grant.principalId
      principalType: grant.principalType
      description: grant.why
    }
  }
]

resource onInsights 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for grant in filter(assignments, grant => grant.target == 'insights'): {
    scope: component
    name: guid(component.id, grant.principalId, grant.roleId)
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', grant.roleId)
      principalId: grant.principalId
      principalType: grant.principalType
      description: grant.why
    }
  }
]

resource onScheduler 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for grant in filter(assignments, grant => grant.target == 'scheduler' && !empty(schedulerName)): {
    scope: scheduler
    name: guid(scheduler.id, grant.principalId, grant.roleId)
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', grant.roleId)
      principalId: grant.principalId
      principalType: grant.principalType
      description: grant.why
    }
  }
]
