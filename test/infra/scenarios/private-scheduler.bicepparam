// In a virtual network, the scheduler, too.
using '../../../infra/main.bicep'

param environmentName = 'private-scheduler'
param location = 'westeurope'
param vnetEnabled = true
param vnetAddressPrefix = '10.1.0.0/26'
param durableBackend = 'durableTaskScheduler'
param deployerPrincipalId = '00000000-0000-0000-0000-00000000000c'
