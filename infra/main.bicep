targetScope = 'subscription'

metadata name = 'Photo-print shop'
metadata description = 'Durable Functions patterns on Azure Functions Flex Consumption, without a secret.'

// ── General settings ──

@description('Name of the environment: part of the resource group\'s name, and the source of all other names.')
@minLength(1)
@maxLength(64)
param environmentName string

@description('Region of everything except the scheduler. Those with Flex Consumption: az functionapp list-flexconsumption-locations.')
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

@description('Maximum number of instances: limits the cost of a flood of requests.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 100

@description('Instances kept warm for HTTP. With 0, the app scales to zero and has cold starts.')
@minValue(0)
@maxValue(100)
param alwaysReadyHttp int = 0

@description('Instances kept warm for orchestrators, activities and entities. 1 is what Microsoft recommends for Durable on Flex Consumption; it is paid for all day.')
@minValue(0)
@maxValue(100)
param alwaysReadyDurable int = 0

@description('Distribute instances and data over availability zones, from the first deployment on: a storage account cannot be moved later. Azure then keeps two instances warm for each group of functions, and bills them: docs/cost.md.')
param zoneRedundant bool = false

@description('How a deployment replaces running instances. Recreate stops running work; RollingUpdate, a preview, lets it finish: docs/deploy.md.')
@allowed(['Recreate', 'RollingUpdate'])
param siteUpdateStrategy string = 'Recreate'

@description('SHOP_STORAGE_PREFIX: first part of every table, queue and container name of the shop.')
@minLength(2)
@maxLength(24)
param storagePrefix string = 'shop'

@description('SHOP_PHOTOS_IN_FLIGHT: photos decoded at the same time by one instance; each takes a core and up to 0.5 GB.')
@minValue(1)
@maxValue(16)
param photosInFlight int = 2

@description('Further settings of the shop (SHOP_*) by their names; an empty one means the app\'s own default. Secrets only as a reference to a key vault.')
param shopSettings { *: string } = {}

@description('Further environment variables of the app, such as OTEL_TRACES_SAMPLER_ARG. Not for secrets.')
param extraAppSettings { *: string } = {}

@description('Days after which the files of reports, price lists and imports are deleted in any case: longer than any SHOP_KEEP_*.')
@minValue(30)
@maxValue(3650)
param fileRetentionInDays int = 400

// ── Where orchestrations are kept ──

@description('Backend of Durable Functions. The package must contain its host.json: docs/deploy.md.')
@allowed(['azureStorage', 'durableTaskScheduler'])
param durableBackend string = 'azureStorage'

@description('Region of the scheduler, empty for the app\'s: fewer regions have it than Flex Consumption. Those with it: az provider show --namespace Microsoft.DurableTask.')
param schedulerLocation string = ''

@description('Consumption is paid per action, Dedicated per capacity unit.')
@allowed(['Consumption', 'Dedicated'])
param schedulerSku string = 'Consumption'

@description('Capacity units of a Dedicated scheduler; 3 for one that is distributed over zones.')
@minValue(1)
@maxValue(3)
param schedulerCapacity int = 1

@description('Addresses (CIDR) that can reach the scheduler. All by default, as Flex Consumption has no fixed addresses; callers still need a role.')
param schedulerIpAllowlist string[] = ['0.0.0.0/0']

@description('Days after which the scheduler purges finished instances, 30 at most on Consumption. The app\'s own purge is a week earlier, because it also removes their files.')
@minValue(8)
@maxValue(90)
param schedulerRetentionInDays int = 30

// ── Network ──

@description('Put storage, and the scheduler, behind private endpoints and send the app\'s traffic through a virtual network.')
param vnetEnabled bool = false

@description('Address space of the virtual network, /26 or larger.')
param vnetAddressPrefix string = '10.0.0.0/24'

// ── Watching ──

@description('Days that logs and traces are kept.')
@minValue(30)
@maxValue(730)
param logRetentionInDays int = 30

@description('Maximum telemetry per day, in GB; later data is dropped. -1 for no limit.')
@minValue(-1)
param logDailyQuotaGb int = 5

@description('Receiver of alert mails: docs/deploy.md, Alerts. Empty for no alerts.')
param alertEmailAddress string = ''

@description('Minutes that work may wait before an alert.')
@minValue(5)
@maxValue(60)
param alertWaitingMinutes int = 15

// ── People ──

@description('Object id of the operator, who may read and write the app\'s data: to read the task hub, or to run the app locally with it. Empty for none.')
param operatorPrincipalId string = ''

@description('Type of the operator.')
@allowed(['User', 'Group', 'ServicePrincipal'])
param operatorPrincipalType string = 'User'

@description('Object id of the partner, who may only put orders into the queue. Empty for none.')
param partnerPrincipalId string = ''

@description('Type of the partner.')
@allowed(['User', 'Group', 'ServicePrincipal'])
param partnerPrincipalType string = 'ServicePrincipal'

@description('Object id of the service principal that deploys from a workflow and asks the replay gate: it gets the right to read the task hub. Empty for none.')
param deployerPrincipalId string = ''

var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = union(extraTags, { 'azd-env-name': environmentName })
var useScheduler = durableBackend == 'durableTaskScheduler'

// Names are created here and passed to the modules, and not taken from outputs, so that what-if knows them.
var appName = 'func-api-${token}'
var storageAccountName = 'st${token}'
var dataAccountName = 'stshop${token}'
var orderQueueName = '${storagePrefix}-orders'
var componentName = 'appi-${token}'
var schedulerName = 'dts-${token}'

// Names of the host.json files are read from there, so that they are the same here.
var schedulerHost = loadJsonContent('../host.dts.json').extensions.durableTask
var taskHubName = loadJsonContent('../host.json').extensions.durableTask.hubName
var largeMessagesContainerName = '${toLower(taskHubName)}-largemessages'

// Invalid combinations that Azure would refuse during the deployment, or accept but not apply, are refused first.
var isRedundantSku = schedulerSku == 'Dedicated' && schedulerCapacity == 3
var isKeptTooLong = schedulerSku == 'Consumption' && schedulerRetentionInDays > 30
var checkedSku = useScheduler && zoneRedundant && !isRedundantSku
  ? fail('zoneRedundant needs a scheduler with schedulerSku Dedicated and schedulerCapacity 3')
  : useScheduler && isKeptTooLong
      ? fail('schedulerSku Consumption keeps instances for 30 days at most: lower schedulerRetentionInDays')
      : schedulerSku

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

// Two accounts: for data that the host rewrites every few seconds, and for data of customers.
module storage 'modules/host-storage.bicep' = {
  scope: group
  params: {
    name: storageAccountName
    location: location
    tags: tags
    packageContainerName: 'app-package-${take(appName, 32)}-${take(token, 7)}'
    largeMessagesContainerName: largeMessagesContainerName
    zoneRedundant: zoneRedundant
    privateOnly: vnetEnabled
  }
}

module data 'modules/data-storage.bicep' = {
  scope: group
  params: {
    name: dataAccountName
    location: location
    tags: tags
    prefix: storagePrefix
    orderQueueName: orderQueueName
    fileRetentionInDays: fileRetentionInDays
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
    skuName: checkedSku
    capacity: schedulerCapacity
    ipAllowlist: schedulerIpAllowlist
    privateOnly: vnetEnabled
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
    storageAccountNames: [storageAccountName, dataAccountName]
    schedulerName: useScheduler ? schedulerName : ''
  }
  dependsOn: [storage, data, scheduler]
}

module roles 'modules/role-assignments.bicep' = {
  scope: group
  params: {
    hostAccountName: storageAccountName
    largeMessagesContainerName: largeMessagesContainerName
    dataAccountName: dataAccountName
    orderQueueName: orderQueueName
    componentName: componentName
    schedulerName: useScheduler ? schedulerName : ''
    app: { principalId: identity.outputs.principalId, principalType: 'ServicePrincipal' }
    operator: { principalId: operatorPrincipalId, principalType: operatorPrincipalType }
    partner: { principalId: partnerPrincipalId, principalType: partnerPrincipalType }
    deployer: { principalId: deployerPrincipalId, principalType: 'ServicePrincipal' }
  }
  dependsOn: [storage, data, monitoring, scheduler]
}

var commonAppSettings = {
  // All three URLs: Durable Functions refuses one or two, and an account name works only in the public cloud.
  AzureWebJobsStorage__blobServiceUri: storage.outputs.blobEndpoint
  AzureWebJobsStorage__queueServiceUri: storage.outputs.queueEndpoint
  AzureWebJobsStorage__tableServiceUri: storage.outputs.tableEndpoint
  // Both of these: without them the scale controller cannot wake the app.
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identity.outputs.clientId
  // The shop's own account, by the same rules: one of the app's triggers reads its queue.
  SHOP_STORAGE__blobServiceUri: data.outputs.blobEndpoint
  SHOP_STORAGE__queueServiceUri: data.outputs.queueEndpoint
  SHOP_STORAGE__tableServiceUri: data.outputs.tableEndpoint
  SHOP_STORAGE__credential: 'managedidentity'
  SHOP_STORAGE__clientId: identity.outputs.clientId
  AZURE_CLIENT_ID: identity.outputs.clientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: monitoring.outputs.connectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.outputs.clientId};Authorization=AAD'
  SHOP_STORAGE_PREFIX: storagePrefix
  SHOP_PHOTOS_IN_FLIGHT: string(photosInFlight)
}

// Every trace is sent. Without these settings the host's exporter drops traces above five per second, which affects alerts.
var telemetryAppSettings = {
  OTEL_SERVICE_NAME: 'photo-print-shop'
  OTEL_TRACES_SAMPLER: 'microsoft.fixed_percentage'
  OTEL_TRACES_SAMPLER_ARG: '1.0'
}

var shopAppSettings = toObject(
  filter(items(shopSettings), setting => !empty(setting.value)),
  setting => setting.key,
  setting => setting.value
)

// If the scheduler purged an instance first, the app's purge would not remove its files. With the scheduler these
// settings are whole days, such as P30D.
func earlier(duration string, days int) string => 'P${min(int(replace(replace(duration, 'P', ''), 'D', '')), days)}D'
var latestPurge = schedulerRetentionInDays - 7
var schedulerAppSettings = useScheduler
  ? {
      SHOP_KEEP_COMPLETED: earlier(shopAppSettings.?SHOP_KEEP_COMPLETED ?? 'P30D', latestPurge)
      SHOP_KEEP_FAILED: earlier(shopAppSettings.?SHOP_KEEP_FAILED ?? 'P90D', latestPurge)
      SHOP_KEEP_CANCELED: earlier(shopAppSettings.?SHOP_KEEP_CANCELED ?? 'P30D', latestPurge)
      '${schedulerHost.storageProvider.connectionStringName}': 'Endpoint=${scheduler.?outputs.endpoint ?? ''};Authentication=ManagedIdentity;ClientID=${identity.outputs.clientId}'
    }
  : {}

// With zones, Azure keeps two instances of each group in any case; set explicitly, they are visible.
var leastReady = zoneRedundant ? 2 : 0
var alwaysReady = filter(
  [
    { name: 'http', instanceCount: max(alwaysReadyHttp, leastReady) }
    { name: 'durable', instanceCount: max(alwaysReadyDurable, leastReady) }
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
    alwaysReady: alwaysReady
    zoneRedundant: zoneRedundant
    subnetId: network.?outputs.appSubnetId
    siteUpdateStrategy: siteUpdateStrategy
    appSettings: union(telemetryAppSettings, extraAppSettings, shopAppSettings, commonAppSettings, schedulerAppSettings)
  }
  // An app that starts before its identity has its roles fails with 403 in its first minutes.
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
    componentName: componentName
    workspaceId: monitoring.outputs.workspaceId
    healthUrl: '${api.outputs.url}/api/health'
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

@description('Name of the storage account of the host: task hub, locks, package.')
output AZURE_STORAGE_ACCOUNT_NAME string = storageAccountName

@description('Name of the storage account of the shop: its tables, queues and files.')
output DATA_STORAGE_ACCOUNT_NAME string = dataAccountName

@description('URL of the queue for orders of partners.')
output ORDER_QUEUE_URL string = data.outputs.orderQueueUrl

@description('Backend for which the package must be built.')
output DURABLE_BACKEND string = durableBackend

@description('Endpoint of the scheduler; empty without one.')
output DURABLE_TASK_SCHEDULER_ENDPOINT string = scheduler.?outputs.endpoint ?? ''
