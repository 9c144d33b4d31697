import { z } from 'zod';
import { EVENTS } from '../model';

const which = {
  /** Any event when absent. */
  event: z.enum(EVENTS).optional(),
  /** How many deliveries are hit; 1 when absent. */
  count: z.number().int().positive().optional(),
};

/** Something wrong with the next deliveries. Several rules may hit the same one; a delay on one reorders it. */
export const webhookFaultSchema = z.discriminatedUnion('kind', [
  /** The same body is sent `copies` more times, each as a delivery of its own. */
  z.strictObject({ ...which, kind: z.literal('duplicate'), copies: z.number().int().positive() }),
  z.strictObject({ ...which, kind: z.literal('delay'), ms: z.number().int().nonnegative() }),
  z.strictObject({ ...which, kind: z.literal('wrong-signature') }),
  /** Other data under the good signature. */
  z.strictObject({ ...which, kind: z.literal('forged-data'), data: z.record(z.string(), z.unknown()) }),
  z.strictObject({ ...which, kind: z.literal('missing-id') }),
  /** Never sent: an event that Lever lost. */
  z.strictObject({ ...which, kind: z.literal('lost') }),
]);
export type WebhookFault = z.infer<typeof webhookFaultSchema>;

/** The rules still to be played. */
export class WebhookFaults {
  private armed: { fault: WebhookFault; left: number }[] = [];

  add(fault: WebhookFault): void {
    this.armed.push({ fault, left: fault.count ?? 1 });
  }

  clear(): void {
    this.armed = [];
  }

  /** Uses up one count of every rule that fits the event. */
  take(event: string): WebhookFault[] {
    const hit = this.armed.filter(({ fault }) => fault.event === undefined || fault.event === event);
    for (const rule of hit) rule.left -= 1;
    this.armed = this.armed.filter((rule) => rule.left > 0);
    return hit.map((rule) => rule.fault);
  }
}
