import t from 'tap'
import { spokenText } from '../../src/simulator/spoken-text.ts'
import { parseTwiml, textOf } from '../../src/simulator/twiml.ts'

t.test('speech is written down without its markup', (t) => {
  const document = parseTwiml(
    '<Response><Say><p>Номер <say-as interpret-as="digits">12</say-as> .</p><p><sub alias="рублей">р.</sub>\n да</p><break strength="strong"/></Say></Response>',
  )
  const say = document.kind === 'document' ? document.root.children[0] : undefined
  t.ok(say)
  if (say === undefined || typeof say === 'string') return t.end()
  t.match(spokenText(say), { text: 'Номер 12. рублей да' })
  t.match(textOf(say), 'Номер 12')
  t.end()
})

t.test('what is not well-formed is no document', (t) => {
  const broken = [
    '',
    'hello',
    ' <Response/>',
    '\uFEFF<Response/>',
    '<Response><Say a=b>x</Say></Response>',
    '<Response x/>',
    '<Response a="1" a="2"/>',
    '<Response/><Response/>',
    '<Response/>text',
    '<Response><Say>x</say></Response>',
    '<Response><Say>',
    '<Response>\u0001</Response>',
    '<Response>&#0;</Response>',
    '<Response>&#xFFFFFF;</Response>',
    '<Response>a & b</Response>',
    '<Response>&nbsp;</Response>',
    '<Response><Say>a < b</Say></Response>',
    '<Response><a:b/></Response>',
  ]
  for (const text of broken) t.match(parseTwiml(text), { kind: 'fault', code: 12100 }, text)
  t.end()
})

t.test('references, comments and CDATA sections are read as XML has them', (t) => {
  const text =
    '<?xml version="1.0" encoding="UTF-8"?>\n<Response>a &amp;amp; &#1073;<![CDATA[ & <x>]]><!-- & --></Response>'
  const read = parseTwiml(text)
  t.equal(read.kind === 'document' ? textOf(read.root) : null, 'a &amp; б & <x>')
  t.end()
})
