// Virtual network, alerts, and an operator who may look into the data.
using '../../../infra/main.bicep'

param environmentName = 'private'
param location = 'westeurope'
param vnetEnabled = true
param alertEmailAddress = 'operator@example.com'
param alertWaitingMinutes = 30
param operatorAccess = true
param principalId = '00000000-0000-0000-0000-00000000000a'
param principalType = 'Group'
param extraTags = {
  costCenter: 'prints'
}
