@description('Name of the Log Analytics workspace.')
param workspaceName string

@description('Name of the Application Insights component.')
param componentName string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Days that logs and traces are kept.')
param retentionInDays int

@description('Maximum ingestion per day, in GB; -1 for no limit.')
param dailyQuotaGb int

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: retentionInDays
    features: {
      // Nothing may write with the workspace's key.
      disableLocalAuth: true
    }
    workspaceCapping: {
      dailyQuotaGb: dailyQuotaGb
    }
  }
}

// These tables keep 90 days by default, independent of the workspace. The total is set as well, because the rest would
// be billed as long-term retention.
var tables = [
  'AppAvailabilityResults'
  'AppDependencies'
  'AppEvents'
  'AppExceptions'
  'AppMetrics'
  'AppPerformanceCounters'
  'AppRequests'
  'AppTraces'
]

// One after another: a workspace accepts one change at a time.
@batchSize(1)
resource retention 'Microsoft.OperationalInsights/workspaces/tables@2025-02-01' = [
  for table in tables: {
    parent: workspace
    name: table
    properties: {
      plan: 'Analytics'
      retentionInDays: retentionInDays
      totalRetentionInDays: retentionInDays
    }
  }
]

resource component 'Microsoft.Insights/components@2020-02-02' = {
  name: componentName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    // The connection string alone sends nothing: a sender needs the role Monitoring Metrics Publisher.
    DisableLocalAuth: true
  }
}

@description('Resource id of the Application Insights component.')
output componentId string = component.id

@description('Resource id of the workspace.')
output workspaceId string = workspace.id

@description('Connection string for telemetry. Not a secret: local authentication is off.')
output connectionString string = component.properties.ConnectionString
