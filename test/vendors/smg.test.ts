import { smgDriver } from './smg-driver';
import { storiesOf } from './scene';
import * as stories from './stories';

const story = storiesOf(smgDriver);

story('goes from the stage change to the result', stories.happyPath);
story('expires here', stories.expiredHere);
story('is found completed although the callback was lost', stories.lostCallback);
story('hears the same several times', stories.duplicateCallbacks);
story('hears of the end before the answer to the invitation', stories.earlyCallback);
story('is completed after it has expired', stories.completedAfterExpiry);
story("does not take a stranger's application for its own", stories.stranger);
story('refuses a callback with the wrong credentials', stories.wrongSignature);
story('waits while SMG is down', stories.vendorDown);
story('invites once although the answer was lost', stories.lostAnswer);
story('waits as long as SMG asks', stories.rateLimited);
story('is called off when the candidate is archived', stories.archivedMeanwhile);
