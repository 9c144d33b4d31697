/** What comes of a screening that its vendor began. */
export const screeningOutcomes = ['passed', 'failed', 'incomplete'] as const;
export type ScreeningOutcome = (typeof screeningOutcomes)[number];
