// In a virtual network, with an operator who may look into the data.
using '../../../infra/main.bicep'

param environmentName = 'private'
param location = 'westeurope'
param vnetEnabled = true
param operatorPrincipalId = '00000000-0000-0000-0000-00000000000a'
param operatorPrincipalType = 'Group'
param deployerPrincipalId = '00000000-0000-0000-0000-00000000000c'
param extraTags = {
  costCenter: 'prints'
}
