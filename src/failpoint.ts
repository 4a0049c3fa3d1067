/**
 * A point where a test lets the process fail: `FAILPOINT=name:n:action` acts when the point of that name
 * is reached for the n-th time. `kill9` ends the process as a crash does, `stop` freezes it until
 * somebody sends SIGCONT, `throw` is a fault, `delay:ms` a wait. Without the variable it does nothing.
 */
export const failpoint = async (name: string): Promise<void> => {
  if (planned === null || planned.name !== name) return
  planned.left -= 1
  if (planned.left === 0) await act(planned)
}

type Planned = { readonly name: string; left: number; readonly action: string; readonly ms: number }

const act = async ({ name, action, ms }: Planned): Promise<void> => {
  if (action === 'kill9') process.kill(process.pid, 'SIGKILL')
  if (action === 'stop') process.kill(process.pid, 'SIGSTOP')
  if (action === 'throw') throw new Error(`Failpoint ${name}`)
  // A signal to oneself takes effect a moment later: nothing else may happen until it does.
  await new Promise((resolve) => setTimeout(resolve, action === 'delay' ? ms : 20))
}

const readPlan = (text: string | undefined): Planned | null => {
  if (text === undefined || text === '') return null
  const [name = '', times = '1', action = '', ms = '0'] = text.split(':')
  return { name, left: Number(times), action, ms: Number(ms) }
}

const planned = readPlan(process.env['FAILPOINT'])
