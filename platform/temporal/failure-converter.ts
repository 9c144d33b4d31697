import { DefaultFailureConverter } from '@temporalio/common';

/**
 * Puts messages and stack traces of failures into a payload, which the codec then encrypts (design D15). Temporal
 * loads this file by its path, in the workflow sandbox as well: it may import nothing else.
 */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
