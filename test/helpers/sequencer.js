const Sequencer = require('@jest/test-sequencer').default;

/**
 * The longest files first, also on a machine that has never run them: Jest goes by size there. The rule's files hold little
 * more than a table of stories each and take minutes; at the end they would leave a core idle and meet servers that are
 * full of everything before.
 */
module.exports = class extends Sequencer {
  async sort(tests) {
    const sorted = await super.sort(tests);
    const isLong = ({ path }) => path.includes('/test/rule/');
    return [...sorted.filter(isLong), ...sorted.filter((test) => !isLong(test))];
  }
};
