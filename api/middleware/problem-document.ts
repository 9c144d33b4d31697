import { z } from 'zod';
import { type ErrorCode, errorKinds } from '../../domain/errors';

const codes = Object.keys(errorKinds) as [ErrorCode, ...ErrorCode[]];

const fieldError = z.strictObject({
  path: z.string().meta({ description: 'Where in the request, e.g. `body.settings.expiresAfter`.' }),
  message: z.string(),
});
/** One field that does not fit, named by its path in the request. */
export type FieldError = z.output<typeof fieldError>;

/** The body of every refusal (RFC 9457); `code` is stable, `detail` says what to do. */
export const problemDocument = z.strictObject({
  type: z.string().meta({ description: '`urn:fulcrum:problem:` and the code.' }),
  title: z.string(),
  status: z.int(),
  code: z.enum(codes).meta({ description: 'Stable, for programs to branch on.' }),
  detail: z.string().meta({ description: 'What to do, for a person.' }),
  requestId: z.string().meta({ description: "Identifies the request in the hub's log." }),
  errors: z.array(fieldError).optional().meta({ description: 'Every invalid field, at once.' }),
});
export type Problem = z.output<typeof problemDocument>;
