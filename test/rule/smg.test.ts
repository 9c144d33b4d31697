import { smgDriver } from '../vendors/smg-driver';
import { storiesOf } from './stories';

storiesOf(smgDriver);
