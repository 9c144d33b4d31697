import { basename } from 'node:path';
import { everyFile, textOf } from '../../helpers/every-file';
import { lists } from '../../helpers/lists';
import {
  lostReferences,
  namedDecisions,
  namedLeverFacts,
  relativeLinks,
  wrongReferences,
} from '../../helpers/references';

/** The repository can be read from itself alone: what code and pages refer to is in it. */

describe('a reference', () => {
  const wrong = wrongReferences(everyFile, textOf);

  it('to a decision names one of docs/decisions, all of which stand in their index', () => {
    expect(wrong.decisions).toEqual([]);
    const files = everyFile.filter((path) => /^docs\/decisions\/\d/.test(path)).map((path) => basename(path));
    expect(relativeLinks(textOf('docs/decisions/README.md'))).toEqual(files.sort());
  });

  it('to a fact about Lever names a section of docs/lever-api.md', () => {
    expect(wrong.leverFacts).toEqual([]);
  });

  it('to a paper that is not here is gone', () => {
    expect(wrong.lost).toEqual([]);
  });

  it('by a link in Markdown leads to a file, and to a heading in it', () => {
    expect(wrong.links).toEqual([]);
  });

  it('is found however it is written', () => {
    expect(namedDecisions('as decision 0007 says, and decisions 0002 to\n * 0004')).toHaveLength(3);
    expect(namedLeverFacts('(lever-api 4.2 to 4.4)')).toEqual(['4.2', '4.4']);
    expect(lostReferences(`the ${'design'} D6`)).toHaveLength(1);
  });
});

test.each(lists(textOf))('%s are all listed in %s', (_what, _page, missing) => expect(missing).toEqual([]));
