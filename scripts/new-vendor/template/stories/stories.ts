import { storiesOf } from '../../../../test/vendors/scene';
import * as stories from '../../../../test/vendors/stories';
import { acmeDriver } from './driver';

const story = storiesOf(acmeDriver);

story('goes from the stage change to the result', stories.happyPath);
story('is declined', stories.declined);
story('expires at the vendor', stories.expiredAtVendor);
story('expires here', stories.expiredHere);
story('is found completed although the callback was lost', stories.lostCallback);
story('hears the same several times', stories.duplicateCallbacks);
story('hears of the end before the answer to the invitation', stories.earlyCallback);
story('hears of the end before the start', stories.reorderedCallbacks);
story('is completed after it has expired', stories.completedAfterExpiry);
story("does not take a stranger's invitation for its own", stories.stranger);
story('refuses a callback with the wrong signature', stories.wrongSignature);
story('waits while the vendor is down', stories.vendorDown);
story('invites once although the answer was lost', stories.lostAnswer);
story('waits as long as the vendor asks', stories.rateLimited);
story('is called off when the candidate is archived', stories.archivedMeanwhile);
