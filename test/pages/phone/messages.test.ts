import fc from 'fast-check'
import t from 'tap'
import { piecesOf, received } from '../../../src/pages/phone/messages.ts'

const message = (id: string, at: string) => ({ id, from: '+78005557373', text: id, at })

t.test(
  'messages are listed newest first, each once, whatever the order they come in',
  async (t) => {
    const ids = ['a', 'b', 'c', 'd']
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...ids), { maxLength: 12 }), (order) => {
        const listed = order
          .map((id) => message(id, `2026-11-22T10:0${ids.indexOf(id)}:00.000Z`))
          .reduce(received, [] as readonly ReturnType<typeof message>[])
          .map(({ id }) => id)
        const expected = ids.filter((id) => order.includes(id)).toReversed()
        return JSON.stringify(listed) === JSON.stringify(expected)
      }),
    )
    t.pass()
  },
)

t.test('addresses in a message are links, and nothing else is', async (t) => {
  t.same(piecesOf('Анна звонит: https://a.example/app#guest=x_-1 сейчас'), [
    { text: 'Анна звонит: ', isLink: false },
    { text: 'https://a.example/app#guest=x_-1', isLink: true },
    { text: ' сейчас', isLink: false },
  ])
  t.same(piecesOf('javascript:alert(1)'), [{ text: 'javascript:alert(1)', isLink: false }])
  fc.assert(
    fc.property(
      fc.string(),
      (text) =>
        piecesOf(text)
          .map((piece) => piece.text)
          .join('') === text,
    ),
  )
})
