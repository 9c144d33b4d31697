import { renderPage } from './layout';

export interface ReferencePage {
  base: string;
  vendor: string;
  vendorLabel: string;
  /** What was typed before, and did not open anything; null at first. */
  refused: string | null;
}

/** For customers who were told a code instead of being sent a link. */
export function referencePage({ base, vendor, vendorLabel, refused }: ReferencePage): string {
  return renderPage(
    { title: `Connect ${vendorLabel} with your Lever account`, base },
    <>
      <p>
        {vendorLabel} gave you a reference code of 6 to 12 letters and digits. Type it here to see what the
        connection is allowed to do.
      </p>
      {refused !== null && (
        <div class="warn" role="alert" id="refused">
          <p>
            No open link belongs to this code. Check it letter by letter; codes expire after 7 days and once
            they have been used. {vendorLabel} can give you a new one.
          </p>
        </div>
      )}
      <form method="post" action={`${base}/connect/${vendor}`}>
        <label for="reference">Reference code</label>
        <input
          type="text"
          id="reference"
          name="reference"
          value={refused ?? ''}
          required
          maxLength={20}
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          {...(refused === null ? {} : { 'aria-invalid': true, 'aria-describedby': 'refused' })}
        />
        <button type="submit">Continue</button>
      </form>
    </>,
  );
}
