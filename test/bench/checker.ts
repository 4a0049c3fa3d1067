import { buildFlowSet } from '../../src/flow-files/build-flow-set.ts'
import { contentHash } from '../../src/flow-files/content-hash.ts'
import type { FlowFiles } from '../../src/flow-files/flow-files.ts'

/** How long the checker takes, in milliseconds, and what it found; the fastest of three runs. */
export type CheckerFigures = {
  readonly documents: number
  readonly milliseconds: number
  readonly findings: number
}

/**
 * Proves a folder of so many documents, from their texts on: a tree of menus three wide, each document with
 * a menu, a form that asks for a number and has it looked up, and a form that explains and asks again, all
 * with a root document in common, in two languages.
 */
export const measureChecker = (documents: number): CheckerFigures => {
  const files = generated(documents)
  let milliseconds = Number.POSITIVE_INFINITY
  let findings = 0
  for (let run = 0; run < 3; run++) {
    const begun = performance.now()
    findings = buildFlowSet(files, contentHash).findings.length
    milliseconds = Math.min(milliseconds, performance.now() - begun)
  }
  return { documents, milliseconds: Math.round(milliseconds), findings }
}

/** A folder without findings. */
export const generated = (documents: number): FlowFiles => {
  const texts = new Map<string, string>([
    [
      'lines.yaml',
      'lines:\n  - { number: "+78005557373", flow: d/0.vxml, languages: [ru-RU, en-US] }\n',
    ],
    ['root.vxml', root],
  ])
  for (let index = 0; index < documents - 1; index++)
    texts.set(`d/${index}.vxml`, document(index, documents - 1))
  for (const language of ['ru-RU', 'en-US'])
    texts.set(`prompts/${language}.yaml`, catalogue(documents - 1))
  return { texts, audio: new Map(), findings: [] }
}

const vxml = (content: string, attributes = ''): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml"${attributes}>\n${content}</vxml>\n`

const root = vxml(`
  <var name="topic" expr="'general'"/>
  <property name="timeout" value="5s"/>
  <link dtmf="0" next="/root.vxml#operator"/>
  <link dtmf="*" event="hotline.repeat"/>
  <catch event="hotline.repeat"><reprompt/></catch>
  <noinput count="1"><reprompt/></noinput>
  <noinput count="2"><prompt><audio src="prompt:person"/></prompt></noinput>
  <noinput count="3"><prompt><audio src="prompt:operator"/></prompt><goto next="/root.vxml#operator"/></noinput>
  <nomatch count="1"><prompt><audio src="prompt:wrong"/></prompt><reprompt/></nomatch>
  <nomatch count="3"><prompt><audio src="prompt:operator"/></prompt><goto next="/root.vxml#operator"/></nomatch>
  <catch event="error"><prompt><audio src="prompt:trouble"/></prompt><exit/></catch>
  <form id="operator">
    <object name="call" classid="builtin:hotline/enqueue">
      <param name="topic" expr="application.topic"/>
      <filled>
        <if cond="call.status == 'bridged'"><exit/></if>
        <prompt><audio src="prompt:trouble"/></prompt>
        <exit/>
      </filled>
    </object>
  </form>
`)

const document = (index: number, count: number): string => {
  const child = (key: number): number => (index * 3 + key) % count
  return vxml(
    `
  <form id="welcome">
    <block>
      <assign name="application.topic" expr="'topic-${index}'"/>
      <log label="topic">topic-${index}</log>
      <prompt><audio src="prompt:welcome.${index}"/></prompt>
      <goto next="#menu"/>
    </block>
  </form>
  <menu id="menu">
    <prompt><audio src="prompt:menu.${index}"/><break time="700ms"/><audio src="prompt:ways-out"/></prompt>
    <choice dtmf="1" next="${child(1)}.vxml"/>
    <choice dtmf="2" next="${child(2)}.vxml"/>
    <choice dtmf="3" next="${child(3)}.vxml"/>
    <choice dtmf="5" next="#number"/>
    <choice dtmf="6" next="#answer"/>
    <noinput count="1"><prompt><audio src="prompt:menu.${index}"/></prompt></noinput>
  </menu>
  <form id="number">
    <var name="tries" expr="0"/>
    <field name="keyed" type="digits?minlength=10;maxlength=12">
      <prompt count="1"><audio src="prompt:number"/></prompt>
      <prompt count="2"><audio src="prompt:number.short"/></prompt>
    </field>
    <object name="checked" classid="builtin:hotline/business">
      <param name="inn" expr="keyed"/>
      <filled>
        <if cond="checked.status == 'invalid'">
          <assign name="tries" expr="tries + 1"/>
          <if cond="tries &lt; 3">
            <prompt><audio src="prompt:wrong"/></prompt>
            <clear namelist="keyed checked"/>
          <else/>
            <goto next="#menu"/>
          </if>
        <else/>
          <prompt><audio src="prompt:found"/> <value expr="checked.name"/>.</prompt>
          <goto next="#menu"/>
        </if>
      </filled>
    </object>
  </form>
  <form id="answer">
    <field name="part">
      <prompt><audio src="prompt:answer.${index}"/></prompt>
      <option dtmf="1" value="documents"/>
      <option dtmf="2" value="term"/>
    </field>
    <block name="told">
      <if cond="part == 'documents'">
        <prompt><audio src="prompt:documents"/></prompt>
      <else/>
        <prompt><audio src="prompt:term"/></prompt>
      </if>
      <clear namelist="part told"/>
    </block>
  </form>
`,
    ' application="/root.vxml"',
  )
}

const shared =
  'person operator wrong trouble ways-out number number.short found documents term'.split(' ')

const catalogue = (count: number): string =>
  [
    ...shared,
    ...Array.from({ length: count }, (_, index) => [
      `welcome.${index}`,
      `menu.${index}`,
      `answer.${index}`,
    ]).flat(),
  ]
    .map((key) => `${key}: { text: "Скажем несколько слов" }\n`)
    .join('')
