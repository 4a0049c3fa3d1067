import type { ActionOutcome, ConsoleActions } from '../../operators/console-actions.ts'
import { once } from '../../operators/once.ts'
import type { Actor } from '../../operators/operator.ts'
import { isAtLeast } from '../../operators/permissions.ts'
import type { CommandLog, WrapUps } from '../../operators/ports.ts'
import { type PresencePorts, setPresence } from '../../operators/set-presence.ts'
import type { Command } from './protocol.ts'

export type CommandPorts = PresencePorts & {
  readonly actions: ConsoleActions
  readonly wrapUps: WrapUps
  readonly commands: CommandLog
  /** Told of what went wrong with a command. */
  readonly onFault: (cause: unknown) => void
}

export type Commander = Extract<Actor, { kind: 'operator' }>

/** Carries out what a console asks for, if its operator is signed in and may, and once for each identifier. */
export const carryOut = (
  ports: CommandPorts,
  actor: Commander,
  commandId: string,
  command: Command,
): Promise<ActionOutcome | 'signed-out'> =>
  once(ports.commands, actor, commandId, () => act(ports, actor, command), ports.onFault)

const isForSupervisors = ({ type }: Command): boolean =>
  type === 'set-presence' || type === 'supervise'

const act = async (
  ports: CommandPorts,
  actor: Commander,
  command: Command,
): Promise<ActionOutcome> => {
  const { actions } = ports
  const { login } = actor
  if (isForSupervisors(command) && !isAtLeast(actor.role, 'supervisor'))
    return refused('forbidden', 'Only a supervisor may do this')
  switch (command.type) {
    case 'presence':
      return presenceOutcome(await setPresence(ports, actor, login, command.state))
    case 'set-presence':
      return presenceOutcome(await setPresence(ports, actor, command.login, command.state))
    case 'accept':
      return actions.accept(login, command.reservationId)
    case 'decline':
      return actions.decline(login, command.reservationId)
    case 'hold':
      return actions.hold(login, command.isHeld)
    case 'mute':
      return actions.mute(login, command.isMuted)
    case 'hang-up':
      return actions.hangUp(login)
    case 'transfer':
      return 'operator' in command.to && command.to.operator === login
        ? refused('invalid', 'A call is not handed to oneself')
        : actions.transfer(login, command.kind, command.to)
    case 'transfer-complete':
      return actions.completeTransfer(login)
    case 'transfer-cancel':
      return actions.cancelTransfer(login)
    case 'wrap-up': {
      const { topic, result, note } = command
      if (!(await ports.wrapUps.writeUp(login, { topic, result, note })))
        return refused('no-call', 'There is no talk to write of')
      ports.hint({ login })
      return { kind: 'done' }
    }
    case 'supervise':
      return actions.supervise(login, command.placeId, command.how)
  }
}

/** A wish of somebody busy is kept for afterwards, so it is done as far as can be. */
const presenceOutcome = (outcome: Awaited<ReturnType<typeof setPresence>>): ActionOutcome => {
  if (outcome === 'set') return { kind: 'done' }
  if (outcome === 'busy')
    return refused('busy', 'Busy with a call; the wish is kept for afterwards')
  return outcome === 'forbidden'
    ? refused('forbidden', 'Only a supervisor may do this')
    : refused('unknown', 'There is no such operator')
}

const refused = (
  code: Extract<ActionOutcome, { kind: 'refused' }>['code'],
  message: string,
): ActionOutcome => ({ kind: 'refused', code, message })
