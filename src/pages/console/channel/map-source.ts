/** Where maps are drawn from; null = nowhere, and coordinates are shown alone. */
export type MapSource = { readonly tiles: string; readonly attribution: string }
