import t from 'tap'
import { piecesOf } from '../../../src/numbers/spoken/spoken.ts'
import { pieceRecording } from '../../../src/prompts/recordings.ts'
import type { severities } from '../../../src/voicexml/check/findings.ts'
import { codesOf, type SmallFlow, vxml } from './checked.ts'

/** Somebody to talk to, so that a menu has a way out. */
const person =
  '<form id="person"><object classid="builtin:hotline/enqueue"><filled>До свидания</filled></object></form>'
const handled = '<noinput><goto next="#person"/></noinput><nomatch><goto next="#person"/></nomatch>'

const one = (content: string, rest: Partial<SmallFlow> = {}): SmallFlow => ({
  files: { 'main.vxml': vxml(content) },
  ...rest,
})
const block = (content: string, rest: Partial<SmallFlow> = {}): SmallFlow =>
  one(`<form><block>${content}</block></form>`, rest)
const menu = (choices: string, before = '', handlers = handled): SmallFlow =>
  one(`${before}<menu id="menu">${choices}${handlers}</menu>${person}`)
const field = (content: string, handlers = handled, rest = ''): SmallFlow =>
  one(`<form id="ask"><field name="answer">${content}${handlers}</field>${rest}</form>${person}`)
const spoken = (key: string, prompts: NonNullable<SmallFlow['prompts']>): SmallFlow => ({
  ...block(`<audio src="prompt:${key}"/>`, { prompts }),
  languages: ['ru-RU', 'en-US'],
})
/** A language that no voice speaks. */
const tatarPieces = [...(piecesOf('tt-RU') ?? [])].map((piece) => pieceRecording('tt-RU', piece))
const tatar = (rest: Partial<SmallFlow>): SmallFlow => ({
  ...spoken('hello', { 'tt-RU': { hello: { text: 'Исәнмесез', audio: 'hello.wav' } } }),
  languages: ['tt-RU'],
  audio: 'recordedTexts' in rest ? [...tatarPieces, 'hello.wav'] : tatarPieces,
  ...rest,
})
const object = (name: string, params: string): SmallFlow =>
  one(`<form><object name="it" classid="builtin:hotline/${name}">${params}</object></form>`)
const choice = (keys: string, next = '#person'): string =>
  `<choice dtmf="${keys}" next="${next}">Оператор</choice>`
const link = (keys: string, next = '#person'): string => `<link dtmf="${keys}" next="${next}"/>`
/** Conditions that tell `count` variables apart, so that every combination is a way of its own. */
const many = (count: number): string =>
  Array.from(
    { length: count },
    (_, at) =>
      `<block name="b${at}"><if cond="session.x${at}"><goto nextitem="b${(at * 7 + 3) % count}"/><elseif cond="session.y${at}"/><clear namelist="b${(at * 5 + 1) % count}"/></if>Да</block>`,
  ).join('')
const long = (seconds: number): string => 'слово '.repeat((seconds * 14) / 6)

/** For each code a flow that earns it and a near twin that does not. */
const planted: Readonly<
  Record<keyof typeof severities, readonly [fault: SmallFlow, twin: SmallFlow]>
> = {
  'unknown-element': [block('<shout>Да</shout>'), block('<prompt>Да</prompt>')],
  'misplaced-element': [
    one('<form><goto next="#x"/></form><form id="x"/>'),
    one('<form><block><goto next="#x"/></block></form><form id="x"/>'),
  ],
  'misplaced-text': [one('<form>Да</form>'), one('<form> <block>Да</block> </form>')],
  'unsupported-element': [
    block('<prompt><phoneme ph="da">Да</phoneme></prompt>'),
    block('<prompt><sub alias="да">Да</sub></prompt>'),
  ],
  'unknown-attribute': [block('<exit when="now"/>'), block('<exit namelist=""/>')],
  'missing-attribute': [
    block('<goto/>'),
    block('<goto next="#x"/></block></form><form id="x"><block>'),
  ],
  'attribute-conflict': [
    block('<goto next="#x" expr="\'#x\'"/></block></form><form id="x"><block>'),
    block('<goto expr="\'#x\'"/></block></form><form id="x"><block>'),
  ],
  'attribute-value': [
    block('<prompt timeout="5">Да</prompt>'),
    block('<prompt timeout="5s">Да</prompt>'),
  ],
  'duplicate-name': [
    one('<form id="a"><block><goto next="#a2"/></block></form><form id="a2"/><form id="a2"/>'),
    one('<form id="a"><block><goto next="#a2"/></block></form><form id="a2"/>'),
  ],
  'missing-content': [block('<script> </script>'), block('<script>var a = 1</script>')],
  'dead-target': [
    block('<goto next="other.vxml"/>'),
    {
      files: {
        'main.vxml': vxml('<form><block><goto next="other.vxml"/></block></form>'),
        'other.vxml': vxml('<form/>'),
      },
    },
  ],
  'dead-item': [
    one('<form><block><goto nextitem="later"/></block><block name="sooner">Да</block></form>'),
    one('<form><block><goto nextitem="later"/></block><block name="later">Да</block></form>'),
  ],
  'bad-root-document': [
    { files: { 'main.vxml': vxml('<form/>', ' application="root.vxml"') } },
    { files: { 'main.vxml': vxml('<form/>', ' application="root.vxml"'), 'root.vxml': vxml('') } },
  ],
  'unreachable-document': [
    { files: { 'main.vxml': vxml('<form/>'), 'other.vxml': vxml('<form/>') } },
    {
      files: {
        'main.vxml': vxml('<form><block><submit next="other.vxml"/></block></form>'),
        'other.vxml': vxml('<form/>'),
      },
    },
  ],
  'unreachable-dialog': [
    one('<form/><form id="x"/>'),
    one(
      '<link dtmf="1" next="#x"/><form><field name="f" type="digits?length=4"/></form><form id="x"/>',
    ),
  ],
  'missing-prompt': [
    spoken('hello', { 'ru-RU': { hello: 'Здравствуйте' }, 'en-US': {} }),
    spoken('hello', { 'ru-RU': { hello: 'Здравствуйте' }, 'en-US': { hello: 'Hello' } }),
  ],
  'unused-prompt': [
    block('<exit/>', { prompts: { 'ru-RU': { hello: 'Здравствуйте' } } }),
    block('<exit expr="\'hello\'"/>', { prompts: { 'ru-RU': { hello: 'Здравствуйте' } } }),
  ],
  'missing-audio': [
    block('<audio src="a.wav"/>'),
    block('<audio src="a.wav"/>', { audio: ['a.wav'] }),
  ],
  'missing-recording': [tatar({}), tatar({ audio: [...tatarPieces, 'hello.wav'] })],
  'missing-piece': [
    tatar({ audio: [...tatarPieces.slice(1), 'hello.wav'] }),
    tatar({ audio: [...tatarPieces, 'hello.wav'] }),
  ],
  'unrecorded-speech': [
    block('<prompt>егерме бишмәк.</prompt>', { languages: ['tt-RU'] }),
    block('<prompt>егерме биш.</prompt>', { languages: ['tt-RU'] }),
  ],
  'stale-recording': [
    tatar({ recordedTexts: { 'hello.wav': 'Хәерле көн' } }),
    tatar({ recordedTexts: { 'hello.wav': 'Исәнмесез' } }),
  ],
  'long-prompt': [
    spoken('a', { 'ru-RU': { a: 'а'.repeat(2501) }, 'en-US': { a: 'a' } }),
    spoken('a', { 'ru-RU': { a: 'а'.repeat(2500) }, 'en-US': { a: 'a' } }),
  ],
  'late-choice': [
    one(
      `<form><block>${`<prompt>${long(25)}</prompt>`}<goto next="#person"/></block></form>${person}`,
    ),
    one(
      `<form><block>${`<prompt>${long(15)}</prompt>`}<goto next="#person"/></block></form>${person}`,
    ),
  ],
  'bad-expression': [block('<log expr="1 +"/>'), block('<log expr="1 + 1"/>')],
  'undeclared-name': [
    block('<log expr="total"/>'),
    block('<var name="total"/><log expr="total"/>'),
  ],
  'bad-grammar': [
    field('<grammar mode="dtmf" src="builtin:dtmf/digits?minlength=5;maxlength=2"/>'),
    field('<grammar mode="dtmf" src="builtin:dtmf/digits?minlength=2;maxlength=5"/>'),
  ],
  'key-clash': [menu(choice('1') + choice('1')), menu(choice('1') + choice('2'))],
  'key-shadows-link': [
    menu(choice('1'), link('1', '#menu')),
    menu(choice('1'), link('2', '#menu')),
  ],
  'mixed-length-keys': [menu(choice('1') + choice('12')), menu(choice('11') + choice('12'))],
  'no-keys': [field(''), field('<option dtmf="1">Да</option>')],
  'uncaught-event': [
    block('<throw event="hotline.home"/>'),
    one(
      '<catch event="hotline"><exit/></catch><form><block><throw event="hotline.home"/></block></form>',
    ),
  ],
  'unhandled-noinput': [
    field('', '<nomatch><exit/></nomatch>'),
    field('', '<nomatch><exit/></nomatch><noinput><exit/></noinput>'),
  ],
  'unhandled-nomatch': [
    field('', '<noinput><exit/></noinput>'),
    field('', '<noinput><exit/></noinput><catch event="help nomatch"><exit/></catch>'),
  ],
  'endless-noinput': [
    field('', '<nomatch><exit/></nomatch><noinput>Слушаю<reprompt/></noinput>'),
    field(
      '',
      '<nomatch><exit/></nomatch><noinput><reprompt/></noinput><noinput count="3"><exit/></noinput>',
    ),
  ],
  'endless-nomatch': [
    field('', '<noinput><exit/></noinput><nomatch>Нет<reprompt/></nomatch>'),
    field(
      '',
      '<noinput><exit/></noinput><nomatch count="2"><exit/></nomatch><nomatch>Нет</nomatch>',
    ),
  ],
  'unknown-classid': [object('weather', ''), object('hours', '')],
  'unknown-param': [
    object('hours', '<param name="zone" value="x"/>'),
    object('hours', '<param name="schedule" value="hotline"/>'),
  ],
  'unknown-queue': [
    object('enqueue', '<param name="queue" value="nobody"/>'),
    object('enqueue', '<param name="queue" expr="session.hotline.line.queue"/>'),
  ],
  'unknown-schedule': [
    object('hours', '<param name="schedule" expr="\'never\'"/>'),
    object('hours', '<param name="schedule" expr="\'hotline\'"/>'),
  ],
  'endless-loop': [
    one(
      '<form id="a"><block><goto next="#b"/></block></form><form id="b"><block><goto next="#a"/></block></form>',
    ),
    one(
      `<form id="a"><block><goto next="#b"/></block></form><form id="b"><field name="f">${handled}</field><block><goto next="#a"/></block></form>${person}`,
    ),
  ],
  'possible-loop': [
    one('<form id="a"><block><if cond="session.hotline"><goto next="#a"/></if></block></form>'),
    one(
      '<form id="a"><block><if cond="session.hotline"><goto next="#b"/></if></block></form><form id="b"/>',
    ),
  ],
  'silent-loop': [
    one(`<form id="a"><field name="f" type="digits"><noinput/><nomatch/></field></form>`),
    one(
      `<form id="a"><field name="f" type="digits"><prompt>Номер</prompt><noinput>Ещё<reprompt/></noinput></field></form>`,
    ),
  ],
  'runs-out': [
    field(
      '<prompt>Да?</prompt><option dtmf="1">Да</option><filled><if cond="session.x"><goto next="#person"/></if>Не найдено</filled>',
    ),
    field(
      '<prompt>Да?</prompt><option dtmf="1">Да</option><filled><if cond="session.x"><goto next="#person"/></if>Не найдено<clear/></filled>',
    ),
  ],
  'silent-end': [
    field('<prompt>Да?</prompt><option dtmf="1">Да</option><filled><exit/></filled>'),
    field('<prompt>Да?</prompt><option dtmf="1">Да</option><filled>До свидания<exit/></filled>'),
  ],
  'dead-end': [
    one('<menu id="m"><prompt>Раз</prompt><choice dtmf="1" next="#m"/></menu>'),
    one(
      '<menu id="m"><prompt>Раз</prompt><choice dtmf="1" next="#m"/><noinput count="2">Пока<exit/></noinput></menu>',
    ),
  ],
  'stray-return': [
    block('Здравствуйте<return/>'),
    one(
      '<form><subdialog src="#s"/></form><form id="s"><block>Здравствуйте<return/></block></form>',
    ),
  ],
  'no-return': [
    one('<form><subdialog src="#s"/></form><form id="s"><block>Пока<exit/></block></form>'),
    one('<form><subdialog src="#s"/></form><form id="s"><block>Пока<return/></block></form>'),
  ],
  'subdialog-recursion': [
    one('<form id="a"><subdialog src="#b"/></form><form id="b"><subdialog src="#a"/></form>'),
    one('<form id="a"><subdialog src="#b"/></form><form id="b"><block>Да<return/></block></form>'),
  ],
  'unreachable-item': [
    one('<form><block>Да<exit/></block><block>Нет</block></form>'),
    one('<form><block>Да</block><block>Нет<exit/></block></form>'),
  ],
  'unreachable-content': [
    block('Да<exit/><log>Нет</log>'),
    block('Да<if cond="session.x"><exit/><else/><log>Нет</log></if>'),
  ],
  'unused-handler': [
    field('', `${handled}<noinput count="3"><exit/></noinput>`),
    field(
      '',
      '<noinput>Ну?</noinput><noinput count="3"><exit/></noinput><nomatch><exit/></nomatch>',
    ),
  ],
  'constant-condition': [
    block('<if cond="false">Нет</if>'),
    block('<if cond="session.x">Нет</if>'),
  ],
  'modal-hides-links': [
    one(
      `${link('0')}<form><field name="f" modal="true" type="digits">${handled}</field></form>${person}`,
    ),
    one(
      `${link('0')}<form><field name="f" modal="false" type="digits">${handled}</field></form>${person}`,
    ),
  ],
  'late-keys': [
    menu(`<prompt bargein="false">Раз</prompt>${choice('1')}`),
    menu(`<prompt bargein="true">Раз</prompt>${choice('1')}`),
  ],
  'unproved-target': [
    block('<goto next="https://example.com/next.vxml"/>'),
    block('<goto next="#x"/></block></form><form id="x"><block>'),
  ],
  'unproved-dialog': [one(`<form>${many(40)}</form>`), one(`<form>${many(4)}</form>`)],
  'no-way-out': [
    one(
      '<menu><choice dtmf="1" next="#end">Конец</choice><catch><exit/></catch></menu><form id="end"/>',
    ),
    one(
      `<menu><choice dtmf="1" next="#person">Оператор</choice><catch><exit/></catch></menu>${person}`,
    ),
  ],
}

for (const [code, [fault, twin]] of Object.entries(planted))
  t.test(`${code} is found where it was planted and not beside it`, async (t) => {
    t.ok(codesOf(fault).includes(code), `${codesOf(fault)}`)
    t.notOk(codesOf(twin).includes(code), `${codesOf(twin)}`)
  })

t.test('a small sound flow has no findings at all', async (t) => {
  const flow = menu(`<prompt>Выберите</prompt>${choice('1')}${choice('2', '#menu')}`)
  t.strictSame(codesOf(flow), [])
})
