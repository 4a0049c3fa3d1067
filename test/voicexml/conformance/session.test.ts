import t from 'tap'
import { when } from '../support/case.ts'
import { document, fail, field, verdict } from '../support/verdict.ts'

t.test('the caller is the originator of the connection, before and after a wait', async (t) => {
  const connection = {
    local: { uri: 'tel:+1' },
    remote: { uri: 'tel:+2' },
    originator: 'remote',
  }
  const same = 'session.connection.originator === session.connection.remote'
  const files = document(
    `<form><var name="who" expr="session.connection.originator"/>
    <block><if cond="!(${same})">${fail()}</if></block>${field('f')}
    <block>${when(`${same} && who === session.connection.remote && who.uri == 'tel:+2'`)}</block></form>`,
  )
  t.equal(verdict(files, ['1'], { session: { connection } }), 'pass')
})
