// Spread over zones, with more instances kept warm than zones take.
using '../../../infra/main.bicep'

param environmentName = 'zones'
param location = 'westeurope'
param zoneRedundant = true
param alwaysReadyHttp = 3
