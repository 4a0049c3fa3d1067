import type { OwnCall } from '../../web/operator/protocol.ts'

/** What a key of the computer does in the console. */
export type Action =
  | 'accept'
  | 'decline'
  | 'mute'
  | 'hold'
  | 'transfer'
  | 'chat'
  | 'ask-photo'
  | 'close-transfer'
  | 'end'
  | 'finish'
  | 'big-screen'

export type Stroke = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey'>

/** Where the stroke went: a field takes characters itself, a control takes Enter itself. */
export type Focus = 'page' | 'control' | 'field'

/** What is on the screen: the state of the own call, and what is open beside it. */
export type Scene = {
  readonly call: OwnCall['state'] | null
  readonly isTransferOpen: boolean
  /** The call has a chat beside it. */
  readonly hasChannel: boolean
  readonly isBoardOpen: boolean
}

/**
 * What a stroke means. Letters are taken by their place on the keyboard, so that they work in every
 * layout; Ctrl+Enter also from inside the fields it completes.
 */
export function actionOf(stroke: Stroke, focus: Focus, scene: Scene): Action | null {
  const { call, isTransferOpen, isBoardOpen } = scene
  if (stroke.key === 'Enter' && (stroke.ctrlKey || stroke.metaKey)) {
    return call === 'wrap-up' ? 'finish' : null
  }
  if (stroke.ctrlKey || stroke.metaKey || stroke.altKey) return null
  if (call === 'ringing') {
    if (stroke.key === 'Enter') return focus === 'control' ? null : 'accept'
    return stroke.key === 'Escape' ? 'decline' : null
  }
  const isLive = call === 'talking' || call === 'held' || call === 'connecting'
  if (isLive && stroke.key === 'Escape') return isTransferOpen ? 'close-transfer' : 'end'
  if (focus === 'field') return null
  if (isBoardOpen && stroke.code === 'KeyB') return 'big-screen'
  if (call !== 'talking' && call !== 'held') return null
  if (stroke.code === 'KeyM') return 'mute'
  if (stroke.code === 'KeyH') return 'hold'
  if (stroke.code === 'KeyT') return 'transfer'
  if (!scene.hasChannel) return null
  if (stroke.code === 'KeyC') return 'chat'
  return stroke.code === 'KeyP' ? 'ask-photo' : null
}
