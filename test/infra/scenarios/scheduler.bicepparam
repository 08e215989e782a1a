// Durable Task Scheduler, in a region of its own.
using '../../../infra/main.bicep'

param environmentName = 'scheduler'
param location = 'westeurope'
param durableBackend = 'durableTaskScheduler'
param schedulerLocation = 'northeurope'
param schedulerIpAllowlist = ['203.0.113.0/24']
param shopSettings = {
  SHOP_KEEP_COMPLETED: 'P7D'
  SHOP_KEEP_FAILED: ''
}
