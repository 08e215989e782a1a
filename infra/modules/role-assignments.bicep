@description('Storage account of the app.')
param storageAccountName string

@description('Application Insights component of the app.')
param componentName string

@description('Durable Task Scheduler of the app; empty when the task hub is in the storage account.')
param schedulerName string

@description('Object id of the app\'s identity.')
param appPrincipalId string

@description('Object id of a person, group or pipeline that may look into the app\'s data; empty for nobody.')
param operatorPrincipalId string

@description('What the operator is.')
@allowed(['User', 'Group', 'ServicePrincipal'])
param operatorPrincipalType string

type Target = 'storage' | 'insights' | 'scheduler'

type Grant = {
  @description('Id of a built-in role.')
  roleId: string

  @description('Resource that the role is for: never the whole resource group.')
  target: Target

  @description('What breaks without it.')
  why: string

  @description('Given to the operator as well.')
  operator: bool
}

// The one table: who may do what. https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
var grants Grant[] = [
  {
    // Storage Blob Data Owner
    roleId: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
    target: 'storage'
    why: 'Host keys and locks, deployed package, task hub leases and large messages, photos and renditions'
    operator: true
  }
  {
    // Storage Queue Data Contributor
    roleId: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
    target: 'storage'
    why: 'Control and work-item queues of the task hub, mail outbox'
    operator: true
  }
  {
    // Storage Table Data Contributor
    roleId: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
    target: 'storage'
    why: 'History and instances of the task hub, ledgers of the shop'
    operator: true
  }
  {
    // Monitoring Metrics Publisher
    roleId: '3913510d-42f4-4e42-8a64-420c390055eb'
    target: 'insights'
    why: 'Send telemetry, as local authentication is off'
    operator: false
  }
  {
    // Durable Task Data Contributor
    roleId: '0ad04412-c4d5-4796-b79c-f76d14c8d402'
    target: 'scheduler'
    why: 'Run orchestrations on the scheduler; for the operator, its dashboard'
    operator: true
  }
]

var appGrants = map(grants, grant => {
  ...grant
  principalId: appPrincipalId
  principalType: 'ServicePrincipal'
})
var operatorGrants = map(filter(grants, grant => grant.operator && !empty(operatorPrincipalId)), grant => {
  ...grant
  principalId: operatorPrincipalId
  principalType: operatorPrincipalType
})
var assignments = concat(appGrants, operatorGrants)

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageAccountName
}

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

resource scheduler 'Microsoft.DurableTask/schedulers@2026-02-01' existing = if (!empty(schedulerName)) {
  name: schedulerName
}

// Three loops over the one table, because Bicep wants the scope of a loop to be one resource. The names hold the
// principal's object id, not the identity's resource id: an identity that is deleted and made again under its old
// name gets new assignments rather than the error RoleAssignmentUpdateNotPermitted.
resource onStorage 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for grant in filter(assignments, grant => grant.target == 'storage'): {
    scope: storage
    name: guid(storage.id, grant.principalId, grant.roleId)
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
