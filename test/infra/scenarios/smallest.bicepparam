// Only what has no default.
using '../../../infra/main.bicep'

param environmentName = 'smallest'
param location = 'westeurope'
