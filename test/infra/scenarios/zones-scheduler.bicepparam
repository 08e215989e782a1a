// Spread over zones, the scheduler, too; it keeps instances for as long as it can.
using '../../../infra/main.bicep'

param environmentName = 'zones-scheduler'
param location = 'westeurope'
param zoneRedundant = true
param durableBackend = 'durableTaskScheduler'
param schedulerSku = 'Dedicated'
param schedulerCapacity = 3
param schedulerRetentionInDays = 90
