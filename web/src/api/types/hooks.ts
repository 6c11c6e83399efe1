/* Calendar feeds and webhooks: the queries feeds, webhooks, webhook_deliveries. */
export interface FeedRow {
  id: string; kind: 'person' | 'unit'; unit_id: string | null; unit_name: string | null; account_name: string | null
  created_at: string; revoked_at: string | null; used_at: string | null
}
export interface WebhookRow {
  id: string; name: string; url: string; algorithm: 'sha256' | 'sm3'; events: string; register_id: string | null
  register_name: string | null; active: boolean; approved_by_name: string | null; approved_at: string | null; version: number
  from_seq: number; standing: 'sending' | 'to_approve' | 'paused' | 'approver_gone'; waiting: number; given_up: number; delivered: number
}
export interface DeliveryRow {
  id: string; delivery: string; seq: number; event: string; happened_at: string; tried_at: string | null; next_at: string | null
  state: 'pending' | 'failed' | 'done' | 'given_up'; attempts: number; last_status: number; last_error: string | null
}
