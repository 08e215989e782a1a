// For `az deployment sub create`. Copy it, set environment and region, and remove or change the rest.
// It is not named main.bicepparam: azd would take that one instead of main.parameters.json.
using 'main.bicep'

param environmentName = 'photo-shop-dev'
param location = 'westeurope'

param nodeVersion = '24'
param instanceMemoryMB = 2048
param maximumInstanceCount = 100
param alwaysReadyHttp = 0
param alwaysReadyDurable = 0
param durableBackend = 'azureStorage'
param vnetEnabled = false
param alertEmailAddress = ''
