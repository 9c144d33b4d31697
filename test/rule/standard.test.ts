import { standardDriver } from '../vendors/standard-driver';
import { storiesOf } from './stories';

storiesOf(standardDriver);
