import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { execPath } from 'node:process'
import t from 'tap'
import { proveFolder } from '../../src/flow-files/check-folder.ts'
import { rulesIn, sarifLog } from '../../src/flow-files/sarif.ts'
import { severities } from '../../src/voicexml/check/findings.ts'

const project = resolve(import.meta.dirname, '../..')
const rules = rulesIn(readFileSync(join(project, 'docs/findings.md'), 'utf8'))

const faulty = {
  'lines.yaml': 'lines:\n  - number: "+78005557373"\n    flow: main menu.vxml\n',
  'main menu.vxml':
    '<vxml version="2.1">\n<form><block>Да<goto next="#gone"/></block></form></vxml>',
}

type Log = {
  version: string
  runs: {
    tool: {
      driver: {
        name: string
        rules: {
          id: string
          shortDescription: { text: string }
          help: { text: string }
          defaultConfiguration: { level: string }
        }[]
      }
    }
    results: {
      ruleId: string
      ruleIndex: number
      level: string
      message: { text: string }
      locations: {
        physicalLocation: {
          artifactLocation: { uri: string }
          region: { startLine: number; startColumn: number }
        }
      }[]
    }[]
  }[]
}

t.test('every code of the checker has a rule with a help text', async (t) => {
  for (const [code, severity] of Object.entries(severities)) {
    t.equal(rules.get(code)?.severity, severity, code)
    t.ok(rules.get(code)?.help, code)
  }
})

t.test('a finding is a result with its rule and region', async (t) => {
  const directory = t.testdir(faulty)
  const { findings } = await proveFolder(directory)
  const log = sarifLog(findings, rules, 'flows/') as Log
  t.equal(log.version, '2.1.0')
  const [run] = log.runs
  const result = run?.results.find(({ ruleId }) => ruleId === 'dead-target')
  t.match(result, {
    level: 'error',
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'flows/main%20menu.vxml' },
          region: { startLine: 2, startColumn: 22 },
        },
      },
    ],
  })
  t.ok(result?.message.text)
  const rule = run?.tool.driver.rules[result?.ruleIndex ?? -1]
  t.match(rule, { id: 'dead-target', defaultConfiguration: { level: 'error' } })
  t.match(rule?.help.text, /does not exist/)
})

t.test('addresses are relative to where the checker is called, or whole', async (t) => {
  const finding = {
    file: 'a/b.vxml',
    place: { line: 1, column: 1 },
    severity: 'error',
    code: 'dead-target',
    message: 'x',
  } as const
  const addressIn = (base: string) =>
    (sarifLog([finding], rules, base) as Log).runs[0]?.results[0]?.locations[0]?.physicalLocation
      .artifactLocation.uri
  t.equal(addressIn('.'), 'a/b.vxml')
  t.equal(addressIn('./ivr-flows'), 'ivr-flows/a/b.vxml')
  t.equal(addressIn('/srv/flows'), 'file:///srv/flows/a/b.vxml')
})

t.test('the command prints a log and tells errors by its exit code', async (t) => {
  const directory = t.testdir({
    bad: faulty,
    good: {
      ...faulty,
      'main menu.vxml': '<vxml version="2.1"><form><block>Да<exit/></block></form></vxml>',
    },
  })
  const run = (folder: string) =>
    spawnSync(
      execPath,
      [join(project, 'src/flow-files/check-command.ts'), '--sarif', join(directory, folder)],
      { encoding: 'utf8', cwd: project },
    )
  const bad = run('bad')
  t.equal(bad.status, 1)
  t.equal((JSON.parse(bad.stdout) as Log).runs[0]?.results[0]?.ruleId, 'dead-target')
  const good = run('good')
  t.equal(good.status, 0, good.stderr)
  t.strictSame((JSON.parse(good.stdout) as Log).runs[0]?.results, [])
})
