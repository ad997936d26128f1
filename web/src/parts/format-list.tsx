import { useRegistry } from '../registry.ts';
import { describeFormats } from './media-words.ts';

/** Which formats may be dropped, below a drop zone. */
export function FormatList() {
  const { facts } = useRegistry();
  return (
    <ul className="formats">
      {describeFormats(facts).map(({ medium, formats }) => (
        <li key={medium}>
          <span>{medium}</span> {formats}
        </li>
      ))}
    </ul>
  );
}
