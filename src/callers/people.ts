import { dialable } from '../numbers/dialable.ts'
import type { TrustedPerson } from './person.ts'
import type { Invited, PersonWish, TrustedPersons } from './ports.ts'
import type { Secrets } from './secrets.ts'

export type PeoplePorts = {
  readonly persons: TrustedPersons
  readonly secrets: Pick<Secrets, 'isCode'>
  /** Numbers of this system. */
  readonly own: () => ReadonlySet<string>
}

/** Puts somebody into the list of a caller; a code that the person tells the caller confirms it. */
export const invitePerson = async (
  { persons, own }: PeoplePorts,
  callerPhone: string,
  wish: PersonWish,
): Promise<Invited | { readonly kind: 'not-served' | 'own' }> => {
  const read = dialable(wish.phone, own())
  if (read.kind === 'refused') return { kind: 'not-served' }
  if (read.number === callerPhone) return { kind: 'own' }
  return persons.invite(callerPhone, { ...wish, phone: read.number, name: wish.name.trim() })
}

/** Takes the code that the person has told the caller. */
export const confirmPerson = (
  { persons, secrets }: PeoplePorts,
  callerPhone: string,
  id: string,
  code: string,
): Promise<TrustedPerson | 'wrong' | 'unknown'> =>
  persons.confirm(callerPhone, id, (codeId) => secrets.isCode(code, codeId))
