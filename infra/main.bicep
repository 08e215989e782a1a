targetScope = 'subscription'

metadata name = 'Photo-print shop'
metadata description = 'Durable Functions patterns on Azure Functions Flex Consumption, without a secret.'

// ── What everybody chooses ──

@description('Name of the environment: part of the resource group\'s name, and what all other names are derived from.')
@minLength(1)
@maxLength(64)
param environmentName string

@description('Region of everything but the scheduler. Those with Flex Consumption: az functionapp list-flexconsumption-locations.')
@allowed([
  'australiaeast'
  'australiasoutheast'
  'brazilsouth'
  'canadacentral'
  'centralindia'
  'centralus'
  'eastasia'
  'eastus'
  'eastus2'
  'francecentral'
  'germanywestcentral'
  'italynorth'
  'japaneast'
  'koreacentral'
  'northcentralus'
  'northeurope'
  'norwayeast'
  'southafricanorth'
  'southcentralus'
  'southeastasia'
  'southindia'
  'spaincentral'
  'swedencentral'
  'uaenorth'
  'uksouth'
  'ukwest'
  'westcentralus'
  'westeurope'
  'westus'
  'westus2'
  'westus3'
])
@metadata({
  azd: {
    type: 'location'
  }
})
param location string

@description('Further tags of every resource, such as a cost center.')
param extraTags { *: string } = {}

// ── The app ──

@description('Node version of the app.')
@allowed(['22', '24'])
param nodeVersion string = '24'

@description('Memory of an instance, in MB: 2048 comes with one core, 4096 with two. Pictures need 2048 or more.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('Most instances at a time: a limit on what a flood can cost.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 100

@description('Instances kept warm for HTTP. 0 scales to nothing and pays with a cold start.')
@minValue(0)
@maxValue(100)
param alwaysReadyHttp int = 0

@description('Instances kept warm for orchestrators, activities and entities. 1 is what Microsoft recommends for Durable on Flex Consumption; it is paid for all day.')
@minValue(0)
@maxValue(100)
param alwaysReadyDurable int = 0

@description('Spread instances and data over availability zones. Groups that are kept warm then keep at least two instances.')
param zoneRedundant bool = false

@description('SHOP_STORAGE_PREFIX: first part of every table, queue and container name of the shop.')
@minLength(2)
@maxLength(24)
param storagePrefix string = 'shop'

@description('SHOP_PHOTOS_IN_FLIGHT: photos decoded at the same time by one instance; each takes a core and up to 0.5 GB.')
@minValue(1)
@maxValue(16)
param photosInFlight int = 2

@description('OpenTelemetry environment variables of the app (OTEL_*).')
param openTelemetrySettings { *: string } = {
  OTEL_SERVICE_NAME: 'photo-print-shop'
}

@description('Further environment variables of the app. Not for secrets: put those into a key vault and pass a reference to it.')
param extraAppSettings { *: string } = {}

// ── Where orchestrations are kept ──

@description('Backend of Durable Functions. The package must hold the host.json that goes with it: docs/deploy.md.')
@allowed(['azureStorage', 'durableTaskScheduler'])
param durableBackend string = 'azureStorage'

@description('Region of the scheduler, empty for the app\'s: fewer have it than have Flex Consumption. Those with it: az provider show --namespace Microsoft.DurableTask.')
param schedulerLocation string = ''

@description('Consumption is paid per action, Dedicated per capacity unit.')
@allowed(['Consumption', 'Dedicated'])
param schedulerSku string = 'Consumption'

@description('Capacity units of a Dedicated scheduler.')
@minValue(1)
@maxValue(3)
param schedulerCapacity int = 1

@description('Addresses (CIDR) that reach the scheduler. Everywhere by default, as Flex Consumption has no fixed addresses; callers still need a role.')
param schedulerIpAllowlist string[] = ['0.0.0.0/0']

@description('Days after which the scheduler purges finished instances.')
@minValue(1)
@maxValue(90)
param schedulerRetentionInDays int = 30

// ── Network ──

@description('Put the storage account behind private endpoints and send the app\'s traffic through a virtual network.')
param vnetEnabled bool = false

@description('Address space of the virtual network, /26 or larger.')
param vnetAddressPrefix string = '10.0.0.0/24'

// ── Watching ──

@description('Days that logs and traces are kept.')
@minValue(30)
@maxValue(730)
param logRetentionInDays int = 30

@description('Most telemetry per day, in GB; what comes after is dropped. -1 for no limit.')
@minValue(-1)
param logDailyQuotaGb int = 5

@description('Who gets a mail when orchestrations fail, work waits or lines are given up on. Empty for no alerts.')
param alertEmailAddress string = ''

@description('Minutes that work may wait before an alert.')
@minValue(5)
@maxValue(60)
param alertWaitingMinutes int = 15

// ── People ──

@description('Let principalId read and write the app\'s data: to look into the task hub, or to run the app locally against it.')
param operatorAccess bool = false

@description('Object id of a user, group or service principal; azd sets it to whoever runs it.')
param principalId string = ''

@description('What principalId is.')
@allowed(['User', 'Group', 'ServicePrincipal'])
param principalType string = 'User'

var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = union(extraTags, { 'azd-env-name': environmentName })
var useScheduler = durableBackend == 'durableTaskScheduler'

// Names are made here and handed down, rather than taken from outputs: what-if then knows them before it runs.
var appName = 'func-api-${token}'
var storageAccountName = 'st${token}'
var componentName = 'appi-${token}'
var schedulerName = 'dts-${token}'

// The names in the host.json files and the names here have to be the same: they are read, not repeated.
var schedulerHost = loadJsonContent('../host.dts.json').extensions.durableTask

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: {
    name: 'id-api-${token}'
    location: location
    tags: tags
  }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    name: storageAccountName
    location: location
    tags: tags
    packageContainerName: 'app-package-${take(appName, 32)}-${take(token, 7)}'
    zoneRedundant: zoneRedundant
    privateOnly: vnetEnabled
  }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: 'log-${token}'
    componentName: componentName
    location: location
    tags: tags
    retentionInDays: logRetentionInDays
    dailyQuotaGb: logDailyQuotaGb
  }
}

module scheduler 'modules/durable-task-scheduler.bicep' = if (useScheduler) {
  scope: group
  params: {
    name: schedulerName
    location: empty(schedulerLocation) ? location : schedulerLocation
    tags: tags
    taskHubName: schedulerHost.hubName
    skuName: schedulerSku
    capacity: schedulerCapacity
    ipAllowlist: schedulerIpAllowlist
    retentionInDays: schedulerRetentionInDays
  }
}

module network 'modules/network.bicep' = if (vnetEnabled) {
  scope: group
  params: {
    name: 'vnet-${token}'
    location: location
    tags: tags
    addressPrefix: vnetAddressPrefix
    storageAccountName: storageAccountName
  }
  dependsOn: [storage]
}

module roles 'modules/role-assignments.bicep' = {
  scope: group
  params: {
    storageAccountName: storageAccountName
    componentName: componentName
    schedulerName: useScheduler ? schedulerName : ''
    appPrincipalId: identity.outputs.principalId
    operatorPrincipalId: operatorAccess ? principalId : ''
    operatorPrincipalType: principalType
  }
  dependsOn: [storage, monitoring, scheduler]
}

var commonAppSettings = {
  // All three addresses: Durable Functions refuses one or two, and an account name alone works in the public cloud only.
  AzureWebJobsStorage__blobServiceUri: storage.outputs.blobEndpoint
  AzureWebJobsStorage__queueServiceUri: storage.outputs.queueEndpoint
  AzureWebJobsStorage__tableServiceUri: storage.outputs.tableEndpoint
  // Both of these: without them the scale controller cannot wake the app.
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identity.outputs.clientId
  AZURE_CLIENT_ID: identity.outputs.clientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: monitoring.outputs.connectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.outputs.clientId};Authorization=AAD'
  SHOP_STORAGE_PREFIX: storagePrefix
  SHOP_PHOTOS_IN_FLIGHT: string(photosInFlight)
}
var schedulerAppSettings = useScheduler
  ? {
      '${schedulerHost.storageProvider.connectionStringName}': 'Endpoint=${scheduler.?outputs.endpoint ?? ''};Authentication=ManagedIdentity;ClientID=${identity.outputs.clientId}'
    }
  : {}

var alwaysReady = filter(
  [
    { name: 'http', instanceCount: alwaysReadyHttp }
    { name: 'durable', instanceCount: alwaysReadyDurable }
  ],
  warm => warm.instanceCount > 0
)

module api 'modules/function-app.bicep' = {
  scope: group
  params: {
    name: appName
    planName: 'plan-${token}'
    location: location
    tags: tags
    serviceName: 'api'
    identityId: identity.outputs.id
    packageContainerUrl: storage.outputs.packageContainerUrl
    nodeVersion: nodeVersion
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReady: map(alwaysReady, warm => {
      name: warm.name
      instanceCount: zoneRedundant ? max(warm.instanceCount, 2) : warm.instanceCount
    })
    zoneRedundant: zoneRedundant
    subnetId: network.?outputs.appSubnetId
    appSettings: union(openTelemetrySettings, extraAppSettings, commonAppSettings, schedulerAppSettings)
  }
  // An app that starts before its identity has its roles fails its first minutes with 403.
  dependsOn: [roles]
}

module workbook 'modules/workbook.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    componentId: monitoring.outputs.componentId
  }
}

module alerts 'modules/alerts.bicep' = if (!empty(alertEmailAddress)) {
  scope: group
  params: {
    namePrefix: 'alert-${token}'
    location: location
    tags: tags
    componentId: monitoring.outputs.componentId
    emailAddress: alertEmailAddress
    waitingMinutes: alertWaitingMinutes
  }
}

// Upper case, because azd keeps outputs as environment variables under their own names.

@description('Region of the app.')
output AZURE_LOCATION string = location

@description('Tenant of the subscription.')
output AZURE_TENANT_ID string = tenant().tenantId

@description('Resource group of everything.')
output AZURE_RESOURCE_GROUP string = group.name

@description('Name of the function app.')
output AZURE_FUNCTION_NAME string = appName

@description('Base URL of the function app.')
output SERVICE_API_URI string = api.outputs.url

@description('Name of the storage account.')
output AZURE_STORAGE_ACCOUNT_NAME string = storageAccountName

@description('Backend that the package has to be made for.')
output DURABLE_BACKEND string = durableBackend

@description('Endpoint of the scheduler; empty without one.')
output DURABLE_TASK_SCHEDULER_ENDPOINT string = scheduler.?outputs.endpoint ?? ''
