/* Who acts for whom: the query delegations, and what the session tells of it. */
export interface DelegationRow {
  id: string; from_person_id: string; from_person_name: string | null; to_person_name: string | null
  first_day: string; last_day: string; scope: 'all' | 'items' | 'role'; role: string | null; reason: string
  granted_by_name: string | null; standing: 'running' | 'coming' | 'over' | 'ended'
  items: { id: string; name: string }[]; to_me: boolean; from_me: boolean
}
export interface ActingFor { delegation: string; name: string }
export interface DelegationToMe { delegation: string; name: string; last_day: string }
