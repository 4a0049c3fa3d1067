import t from 'tap'
import { regionZone } from '../../src/numbers/region-zone.ts'

t.test('a geographic number tells the clock of its region', async (t) => {
  t.equal(regionZone('+74232123456'), 'Asia/Vladivostok')
  t.equal(regionZone('+74012123456'), 'Europe/Kaliningrad')
  t.equal(regionZone('+73432123456'), 'Asia/Yekaterinburg')
})

t.test('Moscow, mobiles and foreign numbers tell nothing', async (t) => {
  for (const number of ['+74951234567', '+79161234567', '+12025550123', 'anonymous'])
    t.equal(regionZone(number), null)
})

t.test('every zone is one that the machine knows', async (t) => {
  for (let code = 300; code < 500; code++) {
    const timeZone = regionZone(`+7${code}1234567`)
    if (timeZone !== null) t.doesNotThrow(() => new Intl.DateTimeFormat('en', { timeZone }))
  }
})
