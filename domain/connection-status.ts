/** How a connection stands; what each means stands in docs/glossary.md. */
export const connectionStatuses = [
  'active',
  /** A person stopped it for a while: deliveries are held. */
  'paused',
  /** Lever no longer accepts the grant (decision 0010). */
  'disconnected',
  /** The grant is good, but something else that every run needs was refused (`domain/impairment.ts`). */
  'impaired',
  /** Ended on our side; webhooks and tokens are gone. */
  'disabled',
] as const;
export type ConnectionStatus = (typeof connectionStatuses)[number];
