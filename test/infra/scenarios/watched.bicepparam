// Alerts, partners, and every kind of setting.
using '../../../infra/main.bicep'

param environmentName = 'watched'
param location = 'westeurope'
param alertEmailAddress = 'operator@example.com'
param alertWaitingMinutes = 30
param logRetentionInDays = 60
param logDailyQuotaGb = 1
param partnerPrincipalId = '00000000-0000-0000-0000-00000000000b'
param partnerPrincipalType = 'Group'
param storagePrefix = 'prints'
param fileRetentionInDays = 500
param shopSettings = {
  SHOP_PUBLIC_URL: 'https://prints.example.com'
  SHOP_KEEP_COMPLETED: 'PT12H'
  SHOP_ALERT_MAIL: ''
}
param extraAppSettings = {
  AzureWebJobsStorage__credential: 'not-to-be-replaced'
  OTEL_TRACES_SAMPLER_ARG: '0.25'
}
