// schedulerSku Consumption keeps instances for 30 days at most
using '../../../infra/main.bicep'

param environmentName = 'refused'
param location = 'westeurope'
param durableBackend = 'durableTaskScheduler'
param schedulerRetentionInDays = 60
