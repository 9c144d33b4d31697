import { jobmaDriver } from '../vendors/jobma-driver';
import { storiesOf } from './stories';

storiesOf(jobmaDriver);
