import { defaultAccount, startAssessFirstSimulator } from '../../../simulators/assessfirst/server';
import type { DemoVendor } from './vendor';

const status = (state: string): string => `🦄 AssessFirst: ${state}`;

export const assessfirst: DemoVendor = {
  id: 'assessfirst',
  label: 'AssessFirst',
  stage: 'AssessFirst',
  async start(port, lever) {
    const simulator = await startAssessFirstSimulator({ port });
    const { admin } = simulator;
    return {
      url: simulator.url,
      env: { ASSESSFIRST_BASE_URL: simulator.apiUrl },
      credentials: { ...defaultAccount },
      settings: { serviceUserEmail: 'integration.service@customer.example.com' },
      // The tag chooses the predictive model.
      postingId: lever.addPosting({ text: 'Web Designer', tags: ['🦄 web designer'] }),
      joined: (partner) => admin.joinPartner(partner),
      invitations: (email) => admin.applications({ email }).map(({ id }) => id),
      mails: (email) => admin.mailbox({ to: email }).length,
      complete: (ref) => void admin.complete(ref),
      shows(trigger, ref) {
        const { profileUrl } = admin.application(ref);
        return trigger === 'invited'
          ? { tags: [status('Invited')], links: [], notes: [], gone: [status('Completed')] }
          : {
              tags: [status('Completed')],
              links: [],
              notes: [profileUrl],
              gone: [status('Invited'), status('In progress')],
            };
      },
      stop: () => simulator.stop(),
    };
  },
};
