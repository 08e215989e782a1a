// Instances kept warm, updated one after another.
using '../../../infra/main.bicep'

param environmentName = 'warm'
param location = 'westeurope'
param nodeVersion = '22'
param instanceMemoryMB = 4096
param maximumInstanceCount = 40
param photosInFlight = 4
param alwaysReadyDurable = 1
param siteUpdateStrategy = 'RollingUpdate'
