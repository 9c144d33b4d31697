import * as scenarios from '../../../../test/vendors/scenarios';
import { scenariosOf } from '../../../../test/vendors/vendor-world';
import { acmeDriver } from './driver';

const scenario = scenariosOf(acmeDriver);

scenario('goes from the stage change to the result', scenarios.happyPath);
scenario('is declined', scenarios.declined);
scenario('expires at the vendor', scenarios.expiredAtVendor);
scenario('expires here', scenarios.expiredHere);
scenario('is found completed although the callback was lost', scenarios.lostCallback);
scenario('hears the same several times', scenarios.duplicateCallbacks);
scenario('hears of the end before the answer to the invitation', scenarios.earlyCallback);
scenario('hears of the end before the start', scenarios.reorderedCallbacks);
scenario('is completed after it has expired', scenarios.completedAfterExpiry);
scenario("does not take a stranger's invitation for its own", scenarios.stranger);
scenario('refuses a callback with the wrong signature', scenarios.wrongSignature);
scenario('waits while the vendor is down', scenarios.vendorDown);
scenario('invites once although the answer was lost', scenarios.lostAnswer);
scenario('waits as long as the vendor asks', scenarios.rateLimited);
scenario('is called off when the candidate is archived', scenarios.archivedMeanwhile);
