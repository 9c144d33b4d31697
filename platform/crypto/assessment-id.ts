import { createHash } from 'node:crypto';

/** 26 characters of base 32 hold 130 bits: no two runs ever share an id. */
const length = 26;

/**
 * Our key of a run at the vendor, derived from its workflow id: whoever starts the same run again, and every retry of
 * its invitation, names the same assessment (decision 0008). Lower-case letters and digits only, as every vendor takes them.
 */
export function assessmentIdOf(workflowId: string): string {
  const digest = createHash('sha256').update(workflowId).digest('hex');
  return `asm_${BigInt(`0x${digest}`).toString(32).padStart(52, '0').slice(0, length)}`;
}
