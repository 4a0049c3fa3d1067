import type { Concern } from '../../src/queues/place.ts'

/** A citizen with a question that anybody can answer. */
export const concern: Concern = {
  phone: '+79161234567',
  queue: 'general',
  topic: null,
  language: 'ru-RU',
  skills: [],
  priority: 0,
  tier: null,
  businessNumber: null,
}
