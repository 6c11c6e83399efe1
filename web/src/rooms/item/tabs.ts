export { default as ClocksTab } from './ClocksTab.vue'
export { default as EvidenceTab } from './EvidenceTab.vue'
export { default as ReportsTab } from './ReportsTab.vue'
export { default as VerifyTab } from './VerifyTab.vue'
