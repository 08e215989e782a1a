// zoneRedundant needs a scheduler with schedulerSku Dedicated and schedulerCapacity 3
using '../../../infra/main.bicep'

param environmentName = 'refused'
param location = 'westeurope'
param durableBackend = 'durableTaskScheduler'
param zoneRedundant = true
