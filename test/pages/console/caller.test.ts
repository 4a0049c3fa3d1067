import t from 'tap'
import { find } from '../../../src/pages/console/transfer-targets.ts'
import { whereOf } from '../../../src/pages/console/where.ts'
import { countries, russianZones } from '../../../src/pages/console/zones.ts'
import { foreignZone, wallClock, zoneOf } from '../../../src/pages/moments.ts'
import * as scene from './scenes.ts'

t.test('a number tells country and time as far as it can', async (t) => {
  t.same(whereOf('+73432000017'), { country: 'RU', zone: 'Asia/Yekaterinburg', isMobile: false })
  t.same(whereOf('+74957770000'), { country: 'RU', zone: 'Europe/Moscow', isMobile: false })
  t.same(whereOf('+79161112233'), { country: 'RU', zone: null, isMobile: true })
  t.same(whereOf('+77010000001'), { country: 'KZ', zone: 'Asia/Almaty', isMobile: false })
  t.same(whereOf('+493023125000'), { country: 'DE', zone: 'Europe/Berlin', isMobile: false })
  t.same(whereOf('+374101234'), { country: 'AM', zone: 'Asia/Yerevan', isMobile: false })
  t.same(whereOf('anonymous'), { country: null, zone: null, isMobile: false })
})

t.test('every zone of the tables is one that browsers know', async (t) => {
  const zones = [
    ...Object.values(russianZones),
    ...Object.values(countries).map(([, zone]) => zone),
  ]
  for (const timeZone of zones) {
    if (timeZone !== null) t.doesNotThrow(() => new Intl.DateTimeFormat('ru', { timeZone }))
  }
})

t.test('times are shown by the clock of the line, and its zone where it is another', async (t) => {
  t.equal(wallClock('2026-11-24T13:05:11.000+03:00'), '13:05')
  t.equal(zoneOf('2026-11-24T13:05:11.000+03:00'), 'UTC+3')
  t.equal(zoneOf('2026-11-24T13:05:11.000-09:30'), 'UTC\u22129:30')
  t.equal(zoneOf('2026-11-24T13:05:11.000Z'), 'UTC')
  t.equal(foreignZone('2026-11-24T13:05:11.000+03:00', -180), null)
  t.equal(foreignZone('2026-11-24T13:05:11.000+03:00', 300), 'UTC+3')
  t.equal(foreignZone('2026-11-24T13:05:11.000Z', 0), null)
})

const nameOf = (name: string) => (name === 'cabinet' ? 'Личный кабинет' : name)
const names = (text: string) => find(scene.snapshot(), text, nameOf).map(({ name }) => name)

t.test(
  'a call goes to operators at work, free ones first, and to queues; never to oneself',
  async (t) => {
    t.same(names(''), [
      'Галия Сафина',
      'Борис Власов',
      'Денис Орлов',
      'Елена Константинопольская',
      'business',
      'Личный кабинет',
      'general',
      'services',
      'status',
    ])
  },
)

t.test('beginnings of words find people by name and skill, and queues', async (t) => {
  t.same(names('конст ел'), ['Елена Константинопольская'])
  t.same(names('ЛИЧ'), ['Галия Сафина', 'Личный кабинет'])
  t.same(names('ладимир'), [])
})
