// 12H
using '../../../infra/main.bicep'

param environmentName = 'refused'
param location = 'westeurope'
param durableBackend = 'durableTaskScheduler'
param shopSettings = {
  SHOP_KEEP_COMPLETED: 'PT12H'
}
