// Durable Task Scheduler, instances kept warm, spread over zones.
using '../../../infra/main.bicep'

param environmentName = 'scheduler'
param location = 'westeurope'
param durableBackend = 'durableTaskScheduler'
param schedulerLocation = 'northeurope'
param zoneRedundant = true
param alwaysReadyHttp = 3
param alwaysReadyDurable = 1
param extraAppSettings = {
  AzureWebJobsStorage__credential: 'not-to-be-replaced'
}
