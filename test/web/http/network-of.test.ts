import fc from 'fast-check'
import t from 'tap'
import { networkOf } from '../../../src/web/http/network-of.ts'

t.test('an IPv4 address is itself, however it is written', async (t) => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      t.equal(networkOf(address), address)
      t.equal(networkOf(`::ffff:${address}`), address)
    }),
  )
})

t.test('addresses of one IPv6 network are one, those of others are not', async (t) => {
  const same = [
    '2001:db8:1:2:3:4:5:6',
    '2001:0db8:0001:0002::1',
    '2001:DB8:1:2::',
    '2001:db8:1:2:ffff:ffff:ffff:ffff',
    '2001:db8:1:2::1%eth0',
  ]
  for (const address of same) t.equal(networkOf(address), '2001:db8:1:2::/64', address)
  t.equal(networkOf('2001:db8:1:3::1'), '2001:db8:1:3::/64')
  t.equal(networkOf('::1'), '0:0:0:0::/64')
  t.equal(networkOf(undefined), 'gone', 'who has hung up before being asked')
  t.equal(networkOf('fe80::1'), 'fe80:0:0:0::/64')
  fc.assert(
    fc.property(
      fc.ipV6(),
      (address) => networkOf(address) === networkOf(networkOf(address).replace('/64', '1')),
    ),
  )
})
