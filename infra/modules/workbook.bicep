@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Application Insights component that the queries run on.')
param componentId string

var queries = [
  {
    title: 'Failures by pattern and hour'
    query: loadTextContent('../queries/failure-rates.kql')
  }
  {
    title: 'Durations by pattern, in seconds'
    query: loadTextContent('../queries/durations.kql')
  }
  {
    title: 'Stuck instances'
    query: loadTextContent('../queries/stuck-instances.kql')
  }
]

var day = 86400000

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'patterns')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Photo-print shop: patterns'
    category: 'workbook'
    sourceId: componentId
    serializedData: string({
      version: 'Notebook/1.0'
      // 3 is a query, 0 its language.
      items: map(range(0, length(queries)), i => {
        type: 3
        name: 'query-${i}'
        content: {
          version: 'KqlItem/1.0'
          title: queries[i].title
          query: queries[i].query
          size: 0
          // Longer than the longest limit of a stuck instance.
          timeContext: {
            durationMs: 14 * day
          }
          queryType: 0
          resourceType: 'microsoft.insights/components'
        }
      })
    })
  }
}
