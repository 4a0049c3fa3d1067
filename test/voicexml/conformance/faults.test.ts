import t from 'tap'
import { vxml } from '../support/talk.ts'
import { document, pass, verdict } from '../support/verdict.ts'
import { caller, faultyDocuments } from './cases/faults.ts'

for (const [title, body] of Object.entries(faultyDocuments)) {
  t.test(`${title}: a call that begins there gets to the handlers`, async (t) => {
    t.match(verdict(vxml(`<catch><prompt>callee</prompt><exit/></catch>${body}`)), /callee/)
  })
}

t.test('a broken document brings down a submit and a subdialog just so', async (t) => {
  const bad = vxml('<form><block><throw/></block></form>')
  for (const element of ['<submit next="bad.vxml"/>', `<goto expr="'bad' + '.vxml'"/>`]) {
    t.equal(verdict({ 'main.vxml': caller(element), 'bad.vxml': bad }), 'pass', element)
  }
  const main = document(`<form><subdialog name="s" src="bad.vxml">
    <catch event="error.badfetch">${pass}</catch></subdialog></form>`)
  t.equal(verdict({ 'main.vxml': main, 'bad.vxml': bad }), 'pass')
})

t.test('text that is no XML, and XML that is no VoiceXML, is error.badfetch', async (t) => {
  for (const bad of [
    '<vxml version="2.1"><form></vxml>',
    '',
    '<html/>',
    '<vxml version="2.1" xmlns="http://www.w3.org/1999/xhtml"><form/></vxml>',
    '<vxml xmlns="http://www.w3.org/2001/vxml"><form/></vxml>',
  ]) {
    const source = `<?xml version="1.0"?>${bad}`
    t.equal(verdict({ 'main.vxml': caller(), 'bad.vxml': source }), 'pass', bad)
  }
})

t.test('what surrounds VoiceXML in a document is no fault', async (t) => {
  const body = `<form><block>${pass}</block></form>`
  for (const good of [
    `<?xml version="1.0" encoding="ISO-8859-1"?><!-- words --><vxml version="2.0" xmlns="http://www.w3.org/2001/vxml">${body}</vxml>`,
    `<?xml version='1.0' encoding='UTF-8'?>\n<?style a="b"?>\n<vxml xmlns="http://www.w3.org/2001/vxml"
      xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:conf="http://www.w3.org/2002/vxml-conformance"
      xsi:schemaLocation="http://www.w3.org/2001/vxml http://www.w3.org/TR/voicexml20/vxml.xsd" version="2.0">${body}</vxml><!-- end -->`,
    `<?xml version="1.0"?><v:vxml version="2.1" xmlns:v="http://www.w3.org/2001/vxml">${body.replaceAll(/<(\/?)/g, '<$1v:')}</v:vxml>`,
    vxml(
      `<meta name="author" content="me"/><meta http-equiv="Expires" content="0"/>
      <metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description about="x"/></rdf:RDF></metadata>
      ${body}`,
      'xml:lang="en-GB" xml:base="folder/"',
    ),
    `<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml" xmlns:my="urn:my" my:colour="red">${body}</vxml>`,
    `<vxml version="2.0">${body}</vxml>`,
    `\uFEFF<vxml version="2.0" xmlns="http://www.w3.org/2001/vxml">${body}</vxml>`,
  ]) {
    t.equal(verdict({ 'main.vxml': good }), 'pass', good)
  }
})
