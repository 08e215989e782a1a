@description('First part of the names of the alerts.')
param namePrefix string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Application Insights component that the queries run on.')
param componentId string

@description('Who is told.')
param emailAddress string

@description('Minutes that work may wait before somebody is told.')
@minValue(5)
@maxValue(60)
param waitingMinutes int

// Each is a query that answers with one row per thing that somebody should look at; no row, no alert. The files
// can be pasted into the portal as they are.
var alerts = [
  {
    name: 'failed-orchestrations'
    title: 'Orchestrations failed'
    severity: 1
    lookBack: 'PT15M'
    query: loadTextContent('../queries/failed-orchestrations.kql')
  }
  {
    name: 'waiting-work'
    title: 'Work waits too long to be started'
    severity: 2
    // Longer than the limit, so that work which was scheduled before the window is seen.
    lookBack: 'PT2H'
    query: replace(loadTextContent('../queries/waiting-work.kql'), '15m', '${waitingMinutes}m')
  }
  {
    name: 'dead-letters'
    title: 'Lines were given up on'
    severity: 2
    lookBack: 'PT15M'
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
      scopes: [componentId]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      overrideQueryTimeRange: alert.lookBack
      autoMitigate: true
      // The tables come into being with the first telemetry; a rule that is made before that would be refused.
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
