@description('Name of the function app.')
param name string

@description('Name of its plan.')
param planName string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Key of the service in azure.yaml: how azd finds the app.')
param serviceName string

@description('Resource id of the app\'s identity.')
param identityId string

@description('URL of the container that holds the deployed package.')
param packageContainerUrl string

@description('Node version.')
param nodeVersion string

@description('Memory of an instance, in MB.')
param instanceMemoryMB int

@description('Maximum number of instances.')
param maximumInstanceCount int

@description('Instances kept warm, per group.')
param alwaysReady { name: string, instanceCount: int }[]

@description('Distribute the instances over availability zones.')
param zoneRedundant bool

@description('How a deployment replaces running instances.')
@allowed(['Recreate', 'RollingUpdate'])
param siteUpdateStrategy string

@description('Subnet for the app\'s outgoing traffic; null for none.')
param subnetId string?

@description('Environment variables of the app. All of them: others are removed.')
param appSettings { *: string }

// One plan per app: Flex Consumption does not support a second app.
resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
    zoneRedundant: zoneRedundant
  }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': serviceName })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    publicNetworkAccess: 'Enabled'
    // Without it, references to a key vault would use a system-assigned identity, which does not exist.
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: subnetId
    siteConfig: {
      minTlsVersion: '1.2'
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainerUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: {
        name: 'node'
        version: nodeVersion
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReady
      }
      // Documented since API version 2023-12-01, and missing in the types:
      // https://learn.microsoft.com/azure/azure-functions/flex-consumption-site-updates
      #disable-next-line BCP037
      siteUpdateStrategy: {
        type: siteUpdateStrategy
      }
    }
  }

  // No user name and password besides Entra ID: azd and az sign in with a token.
  resource scmPassword 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: {
      allow: false
    }
  }

  resource ftpPassword 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: {
      allow: false
    }
  }

  // A resource of its own rather than part of siteConfig: it replaces the whole set, so that a connection string
  // that some tool left behind does not win over the identity.
  resource settings 'config' = {
    name: 'appsettings'
    properties: appSettings
  }
}

@description('Base URL of the function app.')
output url string = 'https://${app.properties.defaultHostName}'
