/** A flow folder of two lines: a menu, an application's status, and a mark on every way out. */
export const lineNumber = '+78005557373'

const lines = `
lines:
  - { number: "${lineNumber}", flow: main.vxml }
`

/** `word` is said by the menu, so that two versions of the folder can be told apart. */
export const smallFlow = (word = 'Menu') => ({
  'lines.yaml': lines.trimStart(),
  'main.vxml': `<?xml version="1.0" encoding="UTF-8"?>
<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml">
  <catch event="connection.disconnect.hangup">
    <log label="hangup">handled</log>
  </catch>
  <form id="menu">
    <field name="choice" type="digits?length=1">
      <prompt>${word}: one, two or three</prompt>
    </field>
    <filled>
      <if cond="choice == '1'">
        <goto next="#one"/>
      <elseif cond="choice == '2'"/>
        <goto next="#status"/>
      <else/>
        <log label="outcome">closed-hours</log>
        <prompt>Chosen <value expr="choice"/></prompt>
        <clear namelist="choice"/>
      </if>
    </filled>
  </form>
  <form id="one">
    <block>
      <log label="topic">one</log>
      <prompt>${word} one. Goodbye.</prompt>
      <disconnect/>
    </block>
  </form>
  <form id="status">
    <field name="number" type="digits?length=10"><prompt>Number</prompt></field>
    <field name="code" type="digits?length=4">
      <property name="hotline.secret" value="true"/>
      <prompt>Code</prompt>
    </field>
    <object name="answer" classid="builtin:hotline/application-status">
      <param name="number" expr="number"/>
      <param name="code" expr="code"/>
      <filled>
        <prompt>Status <value expr="answer.status"/></prompt>
        <clear namelist="number code answer"/>
        <goto next="#menu"/>
      </filled>
    </object>
  </form>
</vxml>
`,
})
