@description('First part of the names of the alerts.')
param namePrefix string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Application Insights component that the queries run on.')
param componentName string

@description('Workspace that keeps the telemetry.')
param workspaceId string

@description('URL of the health check.')
param healthUrl string

@description('Receiver of the mails.')
param emailAddress string

@description('Minutes that work may wait before an alert.')
@minValue(5)
@maxValue(60)
param waitingMinutes int

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

// Each is a query that returns one row per problem; without rows there is no alert. The files can be pasted into the
// portal unchanged.
var alerts = [
  {
    name: 'failed-orchestrations'
    title: 'Orchestrations failed'
    severity: 1
    lookBack: 'PT15M'
    scope: component.id
    query: loadTextContent('../queries/failed-orchestrations.kql')
  }
  {
    name: 'given-up-rescues'
    title: 'Instances could not be rescued'
    severity: 1
    lookBack: 'PT15M'
    scope: component.id
    query: loadTextContent('../queries/given-up-rescues.kql')
  }
  {
    name: 'unhealthy-app'
    title: 'The app does not work'
    severity: 1
    // Two health checks, so that a lost one does not end the alert.
    lookBack: 'PT45M'
    scope: component.id
    query: loadTextContent('../queries/unhealthy-app.kql')
  }
  {
    name: 'daily-limit'
    title: 'The daily limit of telemetry is reached: no other alert works until tomorrow'
    severity: 1
    lookBack: 'PT1H'
    scope: workspaceId
    query: loadTextContent('../queries/daily-limit.kql')
  }
  {
    name: 'waiting-work'
    title: 'Work waits too long to be started'
    severity: 2
    // Longer than the limit, so that work which was scheduled before the window is seen.
    lookBack: 'PT2H'
    scope: component.id
    query: replace(loadTextContent('../queries/waiting-work.kql'), '15m', '${waitingMinutes}m')
  }
  {
    name: 'poison-messages'
    title: 'Messages of a queue were given up on'
    severity: 2
    lookBack: 'PT15M'
    scope: component.id
    query: loadTextContent('../queries/poison-messages.kql')
  }
  {
    name: 'dead-letters'
    title: 'Lines were given up on'
    severity: 2
    lookBack: 'PT15M'
    scope: component.id
    query: loadTextContent('../queries/dead-letters.kql')
  }
]

resource recipients 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: '${namePrefix}-mail'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'photo-shop'
    emailReceivers: [
      {
        name: 'operator'
        emailAddress: emailAddress
        useCommonAlertSchema: true
      }
    ]
  }
}

resource rules 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for alert in alerts: {
    name: '${namePrefix}-${alert.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: alert.title
      description: 'See docs/deploy.md, Alerts.'
      enabled: true
      severity: alert.severity
      scopes: [alert.scope]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      overrideQueryTimeRange: alert.lookBack
      autoMitigate: true
      // The tables are created with the first telemetry; before that, a rule would be refused.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: alert.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      actions: {
        actionGroups: [recipients.id]
      }
    }
  }
]

// An app that cannot work cannot report it, so it must be checked from outside. Each check is billed, and starts the app.
resource look 'Microsoft.Insights/webtests@2022-06-15' = {
  name: '${namePrefix}-health'
  location: location
  // With this tag Application Insights finds its tests.
  tags: union(tags, { 'hidden-link:${component.id}': 'Resource' })
  kind: 'standard'
  properties: {
    SyntheticMonitorId: '${namePrefix}-health'
    Name: 'Health of the app'
    Enabled: true
    Frequency: 900
    // A cold start and a check together may take longer than the usual 30 s.
    Timeout: 60
    Kind: 'standard'
    RetryEnabled: true
    // Only from West Europe: this checks the app, not the world's networks.
    Locations: [{ Id: 'emea-nl-ams-azr' }]
    Request: {
      RequestUrl: healthUrl
      HttpVerb: 'GET'
    }
    ValidationRules: {
      ExpectedHttpStatusCode: 200
      SSLCheck: true
      SSLCertRemainingLifetimeCheck: 7
    }
  }
}
