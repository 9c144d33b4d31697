import { mappedRoute } from '../mapped-route';

/**
 * The interview kit that a tag asks for, else the posting's own, else the default kit (JO-8, JO-9). The stage is Jobma's
 * alone, so whoever moves a candidate there expects an interview: where none can be sent, the opportunity says why.
 */
export const route = mappedRoute('interview kit', {
  asksForPosting: true,
  nameOf: (kit) => `Kit ${kit}`,
  // Jobma's own listing and its e-mail to the candidate show it.
  optionsOf: (posting) => ({ jobTitle: posting?.title ?? '' }),
});
